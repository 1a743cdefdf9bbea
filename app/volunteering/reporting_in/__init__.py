"""Reporting in (双报到) of party members where they live."""
