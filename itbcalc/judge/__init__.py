"""What does a program come to, and what is to be said of it? Facts as values; no words."""
