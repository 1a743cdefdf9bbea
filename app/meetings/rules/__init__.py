"""Rules of procedure (议事规则) as data: the rule set, and what a compound adopted."""
