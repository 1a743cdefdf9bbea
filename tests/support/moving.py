"""The product as it is served, by a clock that tests move: settings refuse one over servers that somebody else runs."""

from app.core import clock
from wsgi import application

__all__ = ["application"]

clock.configure(application.config["SETTINGS"].clock_file)
