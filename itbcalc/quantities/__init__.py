"""Typed text to exact quantities with units, and back to text."""
