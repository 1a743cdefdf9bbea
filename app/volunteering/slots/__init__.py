"""Dated slots with a number of places, and the bookings of them."""
