"""Practice in the window: a virtual patient is played with the same panels and checks as the real work."""
