"""What every handler needs: the contract, JSON, HTTP, problems, AWS clients."""
