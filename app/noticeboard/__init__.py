"""The red/black list (红黑榜): good and bad conduct in a compound, posted to its residents for a while."""
