"""The red/black list at the desk: drafting, the hearing, publishing, taking down."""
