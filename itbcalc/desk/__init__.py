"""Use cases without a face: what a window or a command asks for, from beginning to end."""
