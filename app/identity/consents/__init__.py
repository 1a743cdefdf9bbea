"""What a person agreed to (同意), in which words, and what was taken back; a child's guardian. PIPL 14–16, 31."""
