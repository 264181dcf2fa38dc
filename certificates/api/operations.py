"""What an address of the interface takes and gives, as data. Pure.

An `Operation` is the only description there is: the gate makes the address from it and refuses what it does not allow,
`openapi` publishes it, and the tests hold every answer against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from certificates.api.scopes import Scope

Schema = dict[str, Any]
JSON = "application/json"
NDJSON = "application/x-ndjson"
CSV = "text/csv"
PROBLEM = "application/problem+json"


class Place(StrEnum):
    """Where a parameter stands."""

    PATH = "path"
    QUERY = "query"


class Budget(StrEnum):
    """Which allowance a request is counted against."""

    DEFAULT = "default"
    BULK = "bulk"
    STREAM = "stream"


# Requests a minute for one token. A stream occupies a worker for as long as it runs.
ALLOWANCE = {Budget.DEFAULT: 600, Budget.BULK: 60, Budget.STREAM: 10}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value in the address. `schema` speaks of the value after reading: a number is written in digits."""

    name: str
    place: Place
    schema: Schema
    text: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries: JSON of a schema, or (schema None) lines of one of the media types, read as they come."""

    text: str
    schema: Schema | None
    media: tuple[str, ...] = (JSON,)
    max_bytes: int = 512 * 1024
    example: Any = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer. Without a schema it is text of one of the media types."""

    text: str
    schema: Schema | None
    status: int = 200
    media: tuple[str, ...] = (JSON,)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address below /api/v1. `scope` None: any living token may ask.

    `problems` are the slugs of refusals beyond those that every operation knows (`problems.EVERYWHERE`).
    `keeps`: a POST whose answer is kept for its Idempotency-Key.
    """

    id: str
    method: str
    path: str
    scope: Scope | None
    summary: str
    text: str
    reply: Reply
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    budget: Budget = Budget.DEFAULT
    problems: tuple[str, ...] = ()
    keeps: bool = False
    tag: str = ""

    @property
    def address(self) -> str:
        """The path as the URL map writes it."""
        return self.path.replace("{", "<").replace("}", ">")

    def of(self, place: Place) -> tuple[Parameter, ...]:
        """Its parameters in one place."""
        return tuple(parameter for parameter in self.parameters if parameter.place is place)
