"""Makes of PyInstaller's folder what one may give away. `python3 dev.py bundle` runs it; nothing of it is in the program."""
