"""Wishes that a steward posts for neighbours who agreed (代发心愿)."""
