"""The core of itbcalc: exact, pure, and without a window."""

__version__ = "0.3.0.dev0"
