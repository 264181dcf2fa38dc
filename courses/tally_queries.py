"""How a dilemma is decided, by kind of unit and by level of position: sums from groups of five or more, never people.

Grouping and the threshold are the database's work: cells below five and groups below five do not leave it (the latter
come as one group of the rest). `courses.suppression` then hides what could be computed from what is left. A person
counts once in a scene, with the decision of the latest cycle, in the seat held on that day (UTC day, as decided).

Limit: figures move with every decision, so somebody who looks before and after a known person decides can see more than
a table shows. That is why nothing below five is ever shown, in whichever table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Subquery, case, func, literal, or_, select, type_coerce
from sqlalchemy.types import String

from courses.editions import Edition
from courses.format.compiled import CompiledDilemma, Scene
from courses.models import Decision
from courses.suppression import FEWEST, TallyTable, protect, shown_options
from learning.kernel.db import db
from learning.people.kinds import PostingKind
from learning.people.models import OrgUnit, Posting

MOST = 20_000
"""Decisions of one dilemma that are read at most, the newest: a page must not wait for a nation."""
NO_SEAT = "NO_SEAT"
REST = "REST"


@dataclass(frozen=True)
class SceneTally:
    """How a scene was decided. `options` has the shown counts; `by_unit`, `by_position` None: nothing to tell."""

    scene: Scene
    people: int
    options: Mapping[str, int]
    by_unit: TallyTable | None
    by_position: TallyTable | None


@dataclass(frozen=True)
class VariantTally:
    """The scenes of one telling in the order of the file; those that fewer than FEWEST people decided have no tally."""

    variant: str
    title: str
    scenes: tuple[SceneTally | Scene, ...]


@dataclass(frozen=True)
class DilemmaTally:
    """All tellings of a dilemma. `capped`: only the newest `MOST` decisions were counted."""

    dilemma: CompiledDilemma
    variants: tuple[VariantTally, ...]
    capped: bool


def dilemma_tally(edition: Edition, slug: str, dilemma: CompiledDilemma) -> DilemmaTally:
    """The tallies of one dilemma of an edition. Five statements, whatever the number of scenes."""
    seats = _seats(edition.version_id, slug, dilemma.key)
    chosen: dict[tuple[str, str, str], int] = {}
    for variant, scene, option, people in db.session.execute(
        select(seats.c.variant, seats.c.scene, seats.c.option, func.count()).group_by(
            seats.c.variant, seats.c.scene, seats.c.option
        )
    ):
        chosen[variant, scene, option] = people
    totals = {
        (told.variant, scene.key): {
            option.key: chosen.get((told.variant, scene.key, option.key), 0) for option in scene.options
        }
        for told in dilemma.variants
        for scene in told.scenes
    }
    by_unit = _tables(seats, "unit_kind", totals)
    by_position = _tables(seats, "position", totals)

    def told_of(variant: str, scene: Scene) -> SceneTally | Scene:
        place = (variant, scene.key)
        people = sum(totals[place].values())
        if people < FEWEST:
            return scene
        return SceneTally(
            scene, people, shown_options(totals[place]), by_unit.get(place), by_position.get(place)
        )

    return DilemmaTally(
        dilemma,
        tuple(
            VariantTally(row.variant, row.title, tuple(told_of(row.variant, scene) for scene in row.scenes))
            for row in dilemma.variants
        ),
        sum(chosen.values()) >= MOST,
    )


def _seats(version_id: int, slug: str, dilemma_key: str) -> Subquery:
    """One row for each decision that counts, with the kind of unit and of position, and nothing that names anybody."""
    latest = (
        select(func.max(Decision.id).label("id"))
        .where(
            Decision.version_id == version_id,
            Decision.module_slug == slug,
            Decision.dilemma_key == dilemma_key,
        )
        .group_by(Decision.person_id, Decision.variant, Decision.scene_key)
        .order_by(func.max(Decision.id).desc())
        .limit(MOST)
        .subquery("latest")
    )
    day: Any = func.date(Decision.decided_at)
    seat = (
        select(Posting.id)
        .where(
            Posting.person_id == Decision.person_id,
            Posting.kind == PostingKind.DEFINITIVE,
            Posting.starts_on <= day,
            or_(Posting.ends_on.is_(None), Posting.ends_on >= day),
        )
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
        .limit(1)
        .correlate(Decision)
        .scalar_subquery()
    )
    return (
        select(
            Decision.variant.label("variant"),
            Decision.scene_key.label("scene"),
            Decision.option_key.label("option"),
            func.coalesce(type_coerce(OrgUnit.kind, String), literal(NO_SEAT)).label("unit_kind"),
            func.coalesce(type_coerce(Posting.position_type, String), literal(NO_SEAT)).label("position"),
        )
        .join(latest, latest.c.id == Decision.id)
        .outerjoin(Posting, Posting.id == seat)
        .outerjoin(OrgUnit, OrgUnit.id == Posting.org_unit_id)
        .subquery("seats")
    )


def _tables(
    seats: Subquery, dimension: str, totals: Mapping[tuple[str, str], Mapping[str, int]]
) -> dict[tuple[str, str], TallyTable | None]:
    size = func.count().over(partition_by=[seats.c.variant, seats.c.scene, seats.c[dimension]])
    sized = select(
        seats.c.variant, seats.c.scene, seats.c.option, seats.c[dimension].label("label"), size.label("size")
    ).subquery("sized")
    group = case((sized.c.size >= FEWEST, sized.c.label), else_=literal(REST))
    named = select(sized.c.variant, sized.c.scene, sized.c.option, group.label("grouped")).subquery("named")
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for variant, scene, label, people in db.session.execute(
        select(named.c.variant, named.c.scene, named.c.grouped, func.count())
        .group_by(named.c.variant, named.c.scene, named.c.grouped)
        .having(func.count() >= FEWEST)
    ):
        groups.setdefault((variant, scene), {})[label] = people
    cells: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    for variant, scene, label, option, people in db.session.execute(
        select(named.c.variant, named.c.scene, named.c.grouped, named.c.option, func.count())
        .group_by(named.c.variant, named.c.scene, named.c.grouped, named.c.option)
        .having(func.count() >= FEWEST)
    ):
        cells.setdefault((variant, scene), {})[label, option] = people
    found = {}
    for place, options in totals.items():
        if place in groups:
            # An option that the sum over everybody does not show must not be added up from the groups.
            margin = shown_options(options)
            known = {cell: people for cell, people in cells.get(place, {}).items() if cell[1] in margin}
            found[place] = protect(*_whole(groups[place], options), known)
    return found


def _whole(groups: dict[str, int], options: Mapping[str, int]) -> tuple[dict[str, int], Mapping[str, int]]:
    """Groups that add up to everybody: a rest of fewer than FEWEST takes the smallest group in, cells unknown."""
    rest = sum(options.values()) - sum(groups.values())
    if rest:
        smallest = min(groups, key=lambda label: (groups[label], label))
        groups[REST] = rest + groups.pop(smallest)
    return groups, options
