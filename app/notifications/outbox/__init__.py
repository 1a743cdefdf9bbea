"""Sending what waits in the outbox: claiming, pacing, recording."""
