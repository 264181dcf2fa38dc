"""The ground floor: kernel (no business words), people, and learning records.

Owns who somebody is, what they must learn by when, and how far they are. Never knows what a course
contains, what a question asks or how a certificate looks: steps are opaque keys here.
Start with `learning/kernel/transaction.py`, then `learning/people/models.py`, `learning/records/models.py`.
"""
