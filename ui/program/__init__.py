"""The program being typed: the check and the schedule are two views of it."""
