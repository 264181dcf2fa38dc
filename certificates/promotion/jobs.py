"""Background work: answering a long list."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

from certificates.promotion import answering, bulk, check_queries, check_services
from certificates.promotion.answering import Question
from certificates.promotion.check_queries import CheckRow
from certificates.promotion.checklines import CheckLine
from certificates.promotion.eligibility import decide
from certificates.promotion.firsts import Firsts
from certificates.promotion.receipt_models import CheckState
from learning.kernel import clock, jobs
from learning.kernel.access import Grant, Principal, Role
from learning.kernel.db import db
from learning.kernel.transaction import write
from learning.people.access import acting, bare_principal
from learning.people.spreadsheet import SheetError


@jobs.task(check_services.JOB)
def check_list(payload: dict[str, Any], progress: jobs.Progress) -> dict[str, Any] | None:
    """Answer a list part by part and end it with a receipt. After a crash it goes on behind the last part kept."""
    check = check_queries.check_by_id(payload["check_id"])
    if check is None or check.state is not CheckState.WAITING:
        return None
    answer(check, who=_asker(check), progress=progress)
    return None


def answer(check: CheckRow, *, who: Principal, progress: jobs.Progress, most: int | None = None) -> None:
    """Answer everything that is not answered yet, with the knowledge of the moment the list was received.

    A list of more than `most` lines is refused as a whole (None: what a page takes).
    """
    today = clock.local_date(check.known_at)
    try:
        asked = _entries(check, today, most)
    except SheetError as error:
        write(check_services.refuse, check_id=check.id, problem={"code": error.code, "params": error.params})
        return
    # What an interrupted run has kept is read once for the fingerprint; from there on it grows with the answers.
    kept, digest = check_queries.parts_kept(check.id), check_queries.digest_so_far(check)
    start = kept * bulk.PART
    rest = itertools.islice(asked.lines, start, None)
    question = Question(who, today, check.rule, check.as_of, check.known_at)
    processes = answering.processes_for(asked.count - start)
    with closing(answering.parts(rest, question, start=start, processes=processes)) as made:
        for number, part in enumerate(made, kept):
            write(check_services.keep_part, check_id=check.id, number=number, part=part, now=clock.now())
            db.session.expunge_all()
            digest.update(part.cells)
            start += part.lines
            progress(start, asked.count)
    write(
        check_services.finish,
        check_id=check.id,
        result_hash=digest.hexdigest(),
        agency_name=check_queries.agency_name(check.scope_path),
        now=clock.now(),
    )


def _asker(check: CheckRow) -> Principal:
    """Whoever asked, with the roles held now: who lost them meanwhile finds nobody. The command line asks for everybody
    below its scope.
    """
    if check.made_by is not None:
        return acting(check.made_by) or bare_principal(check.made_by, ())
    path = None if check.scope_path == "/" else check.scope_path
    return bare_principal(0, (Grant(Role.ADMIN, None, path),))


def _entries(check: CheckRow, today: date, most: int | None) -> bulk.Lines:
    if check.again_of is None:
        return bulk.entries(check_queries.content_of(check.id), today=today, most=most)
    earlier = check_queries.check_by_id(check.again_of)
    assert earlier is not None
    return bulk.Lines(check_queries.lines_kept(earlier.id), _again(earlier))


def _again(earlier: CheckRow) -> Iterator[bulk.Entry]:
    """The list of an earlier check, each line with its outcome then, and whether it comes out so when decided again."""
    firsts = Firsts()
    for line in check_queries.lines_of(earlier.id):
        entry = _entry(line, firsts)
        same = line.evidence is None or (
            str(decide(earlier.rule, line.evidence, earlier.as_of).outcome) == line.outcome
        )
        yield entry._replace(before=line.outcome, same=same)


def _entry(line: CheckLine, firsts: Firsts) -> bulk.Entry:
    if not line.digits:
        return bulk.Entry(line.row, line.raw, "", line.cells[-1], told=(line.cells[7], line.cells[8]))
    first = firsts.row_of(line.digits, line.row)
    return bulk.Entry(line.row, line.raw, line.digits, first=first if first != line.row else 0)
