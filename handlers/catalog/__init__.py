"""Catalog: products that every caller of the tenant reads, through the gateway's cache."""
