"""Committees (业主委员会): who took office, for how long, who follows."""
