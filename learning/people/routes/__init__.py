"""Pages of this package, by theme; all endpoints are called `people.…`."""

from __future__ import annotations

from learning.people.routes import (
    account,
    deputies,
    importing,
    login,
    persons,
    recovery,
    refused_mail,
    reorganising,
    roles,
    transfers,
    units,
)
from learning.people.routes.blueprint import bp

BLUEPRINTS = [bp]

__all__ = [
    "BLUEPRINTS",
    "account",
    "deputies",
    "importing",
    "login",
    "persons",
    "recovery",
    "refused_mail",
    "reorganising",
    "roles",
    "transfers",
    "units",
]
