"""Who may enter. Every endpoint declares it; one that does not stops the application from starting.

The rule answers only "may this kind of person open this kind of page"; which objects they see there is decided by the
`visible_…` queries, and what lies outside is 404, so that nobody learns what exists elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, redirect, request, url_for
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from learning.kernel.errors import Forbidden

F = TypeVar("F", bound=Callable[..., Any])


class Role(StrEnum):
    """What somebody may do beyond learning; each grant has a scope."""

    SUPERVISOR = "SUPERVISOR"
    HR = "HR"
    TRAINER = "TRAINER"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over a subtree of units (`unit_path`; None: everywhere) or over one course (`course_key`; None: all).

    `deputation_id`, `giver_id`: it is somebody else's, carried as their deputy for a while.
    """

    role: Role
    org_unit_id: int | None = None
    unit_path: str | None = None
    course_key: str | None = None
    deputation_id: int | None = None
    giver_id: int | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """The person behind a request, loaded once in one statement; plain values, no database object."""

    person_id: int
    session_id: int
    session_token: str = field(repr=False)
    name: str
    display_name: str
    employee_number: str = field(repr=False)
    locale: str
    timezone: str
    unit_id: int | None
    unit_path: str | None
    unit_name: str | None
    agency_id: int | None
    grants: tuple[Grant, ...] = ()

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The session token: the cookie names a session, not a person, so that ending it ends the login."""
        return self.session_token

    @property
    def roles(self) -> frozenset[Role]:
        """The kinds of role held, whatever their scope."""
        return frozenset(grant.role for grant in self.grants)

    def grants_for(self, *roles: Role) -> tuple[Grant, ...]:
        """The grants of these roles."""
        return tuple(grant for grant in self.grants if grant.role in roles)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call an endpoint: everybody, whoever is signed in, or holders of one of `roles`."""

    public: bool = False
    roles: frozenset[Role] = frozenset()

    def admits(self, principal: Principal | None) -> bool:
        """Whether the principal (None: not signed in) may enter."""
        if self.public:
            return True
        if principal is None:
            return False
        return not self.roles or bool(self.roles & principal.roles)


PUBLIC = Rule(public=True)
SIGNED_IN = Rule()

_declared: dict[str, Rule] = {}
_load: Callable[[str], Principal | None] | None = None
login_manager = LoginManager()


def public(view: F) -> F:
    """Anybody may enter, signed in or not."""
    view.__access__ = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: F) -> F:
    """Anybody with a live session may enter."""
    view.__access__ = SIGNED_IN  # type: ignore[attr-defined]
    return view


def role(*roles: Role) -> Callable[[F], F]:
    """Only holders of one of these roles may enter."""

    def mark(view: F) -> F:
        view.__access__ = Rule(roles=frozenset(roles))  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The declared rule of an endpoint."""
    return _declared.get(endpoint) or getattr(app.view_functions.get(endpoint), "__access__", None)


def load_principal_with(loader: Callable[[str], Principal | None]) -> None:
    """Set how a session token becomes a principal (handed in by the people package through `app.py`)."""
    global _load
    _load = loader


def principal() -> Principal:
    """The person signed in. Only for endpoints that ask for a login."""
    who = optional_principal()
    if who is None:
        raise Forbidden
    return who


def optional_principal() -> Principal | None:
    """The person signed in, or None on public pages."""
    who = current_user._get_current_object() if current_user else None
    return who if isinstance(who, Principal) else None


def init_access(app: Flask) -> None:
    """Install the check before every request."""
    login_manager.init_app(app)
    login_manager.session_protection = None  # bound to the server-side session instead; phones change address
    login_manager.user_loader(lambda token: _load(token) if _load else None)
    app.before_request(_enforce)


def check_complete(app: Flask) -> None:
    """Refuse to start when an endpoint has no rule."""
    missing = sorted({r.endpoint for r in app.url_map.iter_rules() if rule_of(app, r.endpoint) is None})
    if missing:
        raise RuntimeError("endpoints without an access rule: " + ", ".join(missing))


def _enforce() -> Response | None:
    if request.endpoint is None:
        return None
    from flask import current_app

    rule = rule_of(current_app, request.endpoint)
    if rule is None:
        raise Forbidden
    if rule.public:
        return None
    who = optional_principal()
    if rule.admits(who):
        return None
    if who is not None:
        raise Forbidden
    from learning.kernel.web import wants_json

    if wants_json() or request.method not in {"GET", "HEAD"}:
        from werkzeug.exceptions import Unauthorized

        raise Unauthorized
    target = request.full_path.rstrip("?") if request.path != "/" else None
    return redirect(url_for("people.sign_in", next=target))
