"""The ways a pump delivers."""
