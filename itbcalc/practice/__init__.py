"""Practice: a virtual patient who cannot be hurt, scenarios, the course of a run, its score and debrief."""
