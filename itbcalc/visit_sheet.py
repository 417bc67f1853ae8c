"""A visit on paper: the step with its working, what was found and answered, who signed, and where the log ends."""
