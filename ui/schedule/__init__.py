"""The schedule panel: what a pump is to deliver through the day and the week, typed and seen."""
