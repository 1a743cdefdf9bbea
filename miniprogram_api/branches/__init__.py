"""Party branches and their members."""
