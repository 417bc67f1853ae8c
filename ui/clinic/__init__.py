"""The settings: what is usual in the clinic, its own pumps, catheters and figures, and how the window looks here."""
