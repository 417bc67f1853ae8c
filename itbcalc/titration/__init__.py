"""The titration log: what happened, written once, in a chain that shows every later change."""
