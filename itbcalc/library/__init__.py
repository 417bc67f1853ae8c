"""Pumps, catheters, drugs and limits: published figures, each with its source and its grade."""
