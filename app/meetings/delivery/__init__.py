"""Delivery of notice and ballot to each party, by way and time."""
