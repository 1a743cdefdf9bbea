"""The meeting desk from paper ballots to the final announcement."""
