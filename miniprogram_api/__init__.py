"""JSON API of the mini-program, /api/v1."""

from flask import Flask


def register(application: Flask) -> None:
    """Serve the API from the application."""
