"""Signing in by scanning, and the browsers that are signed in."""
