"""Who holds which role in a compound, and the end of a role."""
