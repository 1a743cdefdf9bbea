"""Who holds which role here, helping groups, and who reported in."""
