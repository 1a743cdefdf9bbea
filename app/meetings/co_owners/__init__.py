"""Co-owners of one party: their delegate, their disagreement."""
