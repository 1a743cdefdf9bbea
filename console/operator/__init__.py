"""The operator's page: messages, jobs and processes."""
