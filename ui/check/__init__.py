"""The check panel: a dose change, typed and recomputed side by side."""
