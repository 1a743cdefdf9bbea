"""Checking in and out, and hours of service: recorded, confirmed, corrected with a trail (MCA order 67)."""
