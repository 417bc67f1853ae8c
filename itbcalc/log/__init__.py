"""The append-only log: a chain of entries that shows every later change. It knows nothing clinical."""
