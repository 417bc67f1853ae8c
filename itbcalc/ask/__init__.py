"""Quick questions: one form, one answer."""
