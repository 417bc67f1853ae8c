"""The panel of the titration log, and recording a checked step."""
