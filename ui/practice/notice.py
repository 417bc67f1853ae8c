"""What stands wherever a number of the virtual patient stands. Apart from the core, which takes a while to load."""

NOT_VALIDATED = "Teaching model, not validated, never for a decision."
