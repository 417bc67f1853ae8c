"""Pumps, catheters, drugs and limits: published figures, each with its source and its grade.

`records` says what is known, `reading` reads it from the files, `own` is what the clinic adds. `files` says what may
stand in a file, `shapes` how strictly that is meant, `folders` where the clinic's files are.
"""
