"""Pages of this package, by theme: signing in, one's own account, persons and units for admins, spreadsheets."""

from __future__ import annotations

from learning.people.routes import account, login

BLUEPRINTS = [login.bp, account.bp]
