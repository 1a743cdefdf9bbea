"""Reminders to parties that have not voted."""
