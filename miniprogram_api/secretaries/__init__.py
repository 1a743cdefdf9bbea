"""How a compound gets its secretary."""
