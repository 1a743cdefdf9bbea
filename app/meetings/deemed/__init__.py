"""Silent parties joining the majority (从多), where a rule set says so: GR 26."""
