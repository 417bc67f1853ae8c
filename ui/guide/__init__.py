"""What it is and how it is used: the first page, a short tour, and the help at the place one is at."""
