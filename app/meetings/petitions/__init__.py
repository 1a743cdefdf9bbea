"""Petitions for an interim meeting (临时业主大会联名提议)."""
