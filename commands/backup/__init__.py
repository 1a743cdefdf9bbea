"""`flask --app wsgi backup DIR` and `restore ARCHIVE`. See docs/operations.md, Backups."""
