"""Who works at this window: the lock, the operators, and whom a pseudonym stands for."""
