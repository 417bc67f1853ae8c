"""What more than one panel is made of."""
