"""The published electorate: objections to it, decided corrections."""
