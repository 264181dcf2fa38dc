"""Persons, the org-unit tree, postings in time, roles with scope, login.

Owns: who somebody is (NIP), where they sat from when to when, what they may see, and the server-side session.
Never does: decide what anybody must learn (learning.records) or whether anybody is eligible (certificates).
Start with `nip.py` (the number), `models.py` (the tables), `access.py` (one statement a request), `scope.py`
(who may see whom).
"""
