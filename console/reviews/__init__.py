"""The review queue: wishes, reports of what was done, entries of the list, and appeals."""
