"""Inspection of a counted meeting by an owner (业主查阅), masked and on record."""
