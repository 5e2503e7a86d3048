"""Lambda code. Each folder is a service; `common` is what they share."""
