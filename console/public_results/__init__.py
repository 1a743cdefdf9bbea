"""A published result for everybody, without signing in."""
