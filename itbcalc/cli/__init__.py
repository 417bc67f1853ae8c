"""The commands: texts in, one document or a plain page out."""
