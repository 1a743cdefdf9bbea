"""Confirming on the phone that a browser may sign in to the console."""
