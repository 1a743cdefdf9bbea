"""Electing a committee: candidates, the outcome, drawn lots."""
