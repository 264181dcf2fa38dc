"""The kernel: database, time, events, access, audit, jobs, mail, web frame. No business words.

Owns the mechanisms every package stands on; never imports a package above it. What a package above
wants to add (listeners, panels, navigation, the way a principal is loaded) is handed in by `app.py`.
Start with `transaction.py` (how anything is written) and `access.py` (who may enter).
"""
