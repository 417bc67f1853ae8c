"""What is written of a patient: steps, observations, their words and the sheet."""
