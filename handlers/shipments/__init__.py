"""Shipments: what carriers report is recorded, and can be asked for."""
