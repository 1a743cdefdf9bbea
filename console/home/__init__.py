"""The first pages: which compound, and what waits there today."""
