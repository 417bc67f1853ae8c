"""Every formula, the modes and the working: typed quantities in, worked values out."""
