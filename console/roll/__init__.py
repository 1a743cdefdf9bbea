"""The roll: search, upload, one unit, applications for binding."""

from console.roll import applications, lists, owners, units, uploads
from console.roll.blueprint import bp

__all__ = ["applications", "bp", "lists", "owners", "units", "uploads"]
