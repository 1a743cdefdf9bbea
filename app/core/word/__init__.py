"""Word documents: how templates look, and filling them in."""
