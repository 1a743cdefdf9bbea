"""One's own data: what is kept of a person, taken away as a file, erased when the account is closed. PIPL 44–47."""
