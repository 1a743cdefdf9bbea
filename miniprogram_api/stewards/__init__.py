"""How a building gets its steward."""
