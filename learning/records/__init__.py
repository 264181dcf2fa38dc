"""Who must learn what by when, and how far everybody is.

Owns the election calendar, assignments, enrolments, steps done, unit counts and rates. Never knows what a step is: a
course is a key, a step is a key, a version is an opaque edition. Start with `duedates.py` (the rule) and `services.py`.
"""
