"""Training history for HR: the file to upload into the national system, and the queue with its receipts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from certificates.history import queries, services, sheets, texts
from certificates.history.records import record_of
from certificates.history.registries import file_of, registry
from learning.kernel import access, clock
from learning.kernel.access import Grant, Principal, Role
from learning.kernel.errors import DomainError, NotFound, text_of
from learning.kernel.transaction import write
from learning.people import services as people
from learning.people.access import bare_principal
from learning.people.queries import unit_row

bp = Blueprint("history", __name__)
PURPOSE = "certificates.history"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/riwayat-pelatihan", endpoint="index")
@access.role(Role.HR, Role.ADMIN)
def index() -> str:
    """Files, queue and receipts of one agency within reach; the first one unless another is chosen."""
    agencies, chosen = _agencies()
    found = [agency_id for agency_id, _name in agencies]
    return render_template(
        "api/history.html",
        agencies=agencies,
        chosen=chosen,
        batches=queries.batches([chosen] if chosen in found else []),
        states=texts.STATES,
        looks=texts.STATE_LOOK,
        most=services.MAX_LINES,
    )


@bp.get("/riwayat-pelatihan/kursus.csv", endpoint="csv")
@access.role(Role.HR, Role.ADMIN)
def csv() -> Response:
    """Every course of the agency's people that counts, for upload. Whoever stands in it can see that."""
    return _file("csv")


@bp.get("/riwayat-pelatihan/kursus.xlsx", endpoint="xlsx_sheet")
@access.role(Role.HR, Role.ADMIN)
def xlsx() -> Response:
    """The same to be read by people."""
    return _file("xlsx")


def _file(form: str) -> Response:
    who, now = access.principal(), clock.now()
    rows = list(_counting(who, _chosen(), now))
    records = [record_of(row.payload) for row in rows]
    content = sheets.as_csv(records) if form == "csv" else sheets.as_xlsx(records)
    write(
        _log,
        subject_ids=[row.person_id for row in rows],
        viewer_id=who.person_id,
        now=now,
    )
    response = make_response(content)
    response.headers["Content-Type"] = "text/csv; charset=utf-8" if form == "csv" else XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="riwayat-kursus.{form}"'
    return response


@bp.post("/riwayat-pelatihan/antrean", endpoint="queue")
@access.role(Role.HR, Role.ADMIN)
def queue() -> Any:
    """Put what waits into the queue, at most a thousand certificates at once."""
    who, now = access.principal(), clock.now()
    agency = _chosen()
    ids = queries.waiting_ids(
        _agency_principal(who, agency),
        registry().name,
        on=clock.local_date(now, who.timezone),
        now=now,
        most=services.MAX_LINES,
    )
    try:
        write(
            services.queue,
            agency_id=agency,
            destination=registry().name,
            certificate_ids=ids,
            purpose="",
            made_by=who.person_id,
            now=now,
        )
    except DomainError as error:
        flash(text_of(error), "warn")
    else:
        flash(_("%(count)s sertifikat masuk antrean.", count=len(ids)), "ok")
    return redirect(url_for("history.index", instansi=agency))


@bp.get("/riwayat-pelatihan/<public_id>", endpoint="batch")
@access.role(Role.HR, Role.ADMIN)
def batch(public_id: str) -> Any:
    """One batch with the receipt of each certificate."""
    return render_template(
        "api/batch.html",
        batch=_batch(public_id),
        lines=queries.lines_of(public_id),
        states=texts.STATES,
        looks=texts.STATE_LOOK,
    )


@bp.get("/riwayat-pelatihan/<public_id>/berkas.csv", endpoint="batch_file")
@access.role(Role.HR, Role.ADMIN)
def batch_file(public_id: str) -> Response:
    """The very file that was handed over."""
    found = _batch(public_id)
    path = file_of(found.public_id)
    if not path.is_file():
        raise NotFound("history.no_file")
    response = make_response(path.read_bytes())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = (
        f'attachment; filename="riwayat-kursus-{found.public_id[:8]}.csv"'
    )
    return response


def _log(*, subject_ids: list[int], viewer_id: int, now: datetime) -> None:
    for subject in dict.fromkeys(subject_ids):
        people.log_view(subject_id=subject, viewer_id=viewer_id, purpose=PURPOSE, now=now)


def _agencies() -> tuple[list[tuple[int, str]], int]:
    agencies = queries.agencies_for(access.principal())
    wanted = request.values.get("instansi", "")
    ids = [agency_id for agency_id, _name in agencies]
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= 9 and int(wanted) in ids:
        return agencies, int(wanted)
    return agencies, ids[0] if ids else 0


def _chosen() -> int:
    agencies, chosen = _agencies()
    if not agencies:
        raise NotFound("history.unknown")
    return chosen


def _counting(who: Principal, agency: int, now: datetime) -> Any:
    principal = _agency_principal(who, agency)
    return queries.counting(principal, on=clock.local_date(now, who.timezone), now=now)


def _agency_principal(who: Principal, agency: int) -> Principal:
    """The principal narrowed to one agency that lies within reach."""
    unit = unit_row(agency)
    if unit is None:
        raise NotFound("history.unknown")
    return bare_principal(who.person_id, (Grant(Role.HR, agency, unit.path),))


def _batch(public_id: str) -> queries.BatchRow:
    ids = [agency_id for agency_id, _name in queries.agencies_for(access.principal())]
    found = queries.batches(ids, public_id=public_id)
    if not found:
        raise NotFound("history.unknown")
    return found[0]
