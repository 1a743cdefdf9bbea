"""Grids and building groups."""
