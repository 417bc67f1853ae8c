"""Whose pump must be refilled by when: a view of the log, and no second record."""
