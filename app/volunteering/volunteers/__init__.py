"""Volunteers of a compound (志愿者)."""
