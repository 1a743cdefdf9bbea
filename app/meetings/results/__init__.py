"""What follows the preliminary result: objections, the final announcement, annulment."""
