"""One's own data: agreeing and taking that back, taking the data away, closing the account."""
