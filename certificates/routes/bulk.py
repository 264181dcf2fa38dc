"""Bulk checks: paste or upload a list, the answers with filters, as a file, and the same list again today."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from certificates import codes, viewing
from certificates.forms import BulkForm
from certificates.promotion import bulk, check_queries, check_services, checklines, receipts, result_files
from certificates.promotion import queries as rule_queries
from certificates.promotion import texts as rule_texts
from certificates.promotion.check_queries import CheckRow
from certificates.promotion.checklines import CheckLine
from certificates.promotion.receipt_models import CheckState
from certificates.promotion.rules import Rule
from certificates.routes.eligibility import FIRST_DAY, LAST_DAY
from learning.kernel import access, clock, jobs
from learning.kernel.access import Principal, Role
from learning.kernel.errors import Conflict, NotFound
from learning.kernel.fields import add_error
from learning.kernel.jobs import JobState
from learning.kernel.transaction import write
from learning.people import texts as people_texts
from learning.people.spreadsheet import SheetError

bp = Blueprint("bulk", __name__, url_prefix="/kelayakan/banyak")
# So many lines of pasted text are answered in the request itself; more, and every file, by the worker.
AT_ONCE = 1_000
XLSX_LINES = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@access.role(Role.HR, Role.ADMIN)
def ask() -> str:
    """The form, and the last checks."""
    today = clock.local_date(clock.now(), access.principal().timezone)
    form = BulkForm(formdata=None, day=today, rule=request.args.get("aturan"))
    return _form_page(form, _rules(today))


@bp.post("")
@access.role(Role.HR, Role.ADMIN)
def check() -> Any:
    """Take the list. A short one is answered at once, a long one or a file in the background."""
    who, now = access.principal(), clock.now()
    today = clock.local_date(now, who.timezone)
    form = BulkForm()
    day: date | None = form.day.data
    rules = _rules(day or today)
    form.validate()
    rule = next((one for one in rules if one.key == form.rule.data), None)
    if form.rule.data and rule is None:
        add_error(form.rule, rule_texts.TEXTS["certificates.rule_unknown"])
    if day and not FIRST_DAY <= day <= LAST_DAY:
        add_error(form.day, _("Isi tanggal antara tahun 2000 dan 2100."))
    content, filename = form.content()
    if not content.strip() and not form.numbers.errors:
        add_error(form.numbers, _("Tempelkan NIP, satu pada setiap baris, atau pilih berkas."))
    if len(content) > bulk.MAX_BYTES:
        add_error(form.sheet, people_texts.what("sheet.too_large", {"megabytes": bulk.MAX_BYTES >> 20}))
    if form.errors or day is None or rule is None:
        return _form_page(form, rules), 422
    asked = {
        "filename": filename,
        "rule_id": rule.id,
        "as_of": day,
        "scope_path": check_queries.scope_of(who),
        "made_by": who.person_id,
        "now": now,
    }
    if filename or content.count(b"\n") >= AT_ONCE:
        _check_id, public_id = write(check_services.receive, content=content, **asked)
        return redirect(url_for(".show", public_id=public_id))
    try:
        entries = bulk.read_list(content, today=today)
    except SheetError as error:
        problem = (
            f"{people_texts.what(error.code, error.params)} {people_texts.remedy(error.code, error.params)}"
        )
        add_error(form.numbers, problem.strip())
        return _form_page(form, rules), 422
    return redirect(url_for(".show", public_id=_at_once(who, entries, rule, day, asked)))


def _at_once(who: Principal, entries: list[bulk.Entry], rule: Rule, day: date, asked: dict[str, Any]) -> str:
    now: datetime = asked["now"]
    lines = bulk.answers(
        entries, start=0, principal=who, on=clock.local_date(now), rule=rule, as_of=day, known_at=now
    )
    digest = checklines.start_for(rule, day, receipts.moment(now))
    checklines.digest_lines(digest, lines)
    agency = check_queries.agency_name(asked["scope_path"])
    return str(
        write(
            check_services.at_once,
            lines=lines,
            result_hash=digest.hexdigest(),
            agency_name=agency,
            **asked,
        )
    )


@bp.get("/<public_id>")
@access.role(Role.HR, Role.ADMIN)
def show(public_id: str) -> Any:
    """Where a check stands, and its answers a page at a time."""
    who = access.principal()
    found = _check(who, public_id)
    job = jobs.view(found.job_id) if found.job_id is not None else None
    waiting = found.state is CheckState.WAITING
    lost = waiting and (job is None or job.state is JobState.FAILED)
    wanted = request.args.get("putusan", "")
    wanted = wanted if wanted in (*checklines.OUTCOMES, "CHANGED") else ""
    lines: list[tuple[int, CheckLine]] = []
    after: int | None = None
    if found.state is CheckState.DONE:
        lines, after = check_queries.page_of(found.id, wanted=wanted, after=_place())
    page = render_template(
        "certificates/bulk_result.html",
        check=found,
        rule=found.rule,
        job=job,
        busy=waiting and not lost,
        lost=lost,
        receipt=check_queries.receipt_of(found.id),
        earlier=check_queries.check_by_id(found.again_of) if found.again_of else None,
        lines=lines,
        after=after,
        wanted=wanted,
        xlsx=XLSX_LINES,
        words=rule_texts,
        people_words=people_texts,
        refused_word=bulk.REFUSED_WORD,
        display=codes.display,
    )
    shown = [line.person_id for _at, line in lines if line.person_id is not None]
    if shown and found.made_by != who.person_id:
        _note(who, shown)
    return page


@bp.get("/<public_id>/kemajuan")
@access.role(Role.HR, Role.ADMIN)
def progress(public_id: str) -> Response:
    """What the progress bar asks every two seconds."""
    found = _check(access.principal(), public_id)
    job = jobs.view(found.job_id) if found.job_id is not None else None
    finished = found.state is not CheckState.WAITING or job is None or job.state is JobState.FAILED
    done, total = (job.progress_done, job.progress_total) if job else (0, 0)
    text = _("%(done)s dari %(total)s baris", done=done, total=total) if total else _("Membaca daftar")
    return jsonify(
        done=done,
        total=total,
        text=_("Selesai") if finished else text,
        finished=finished,
        href=url_for(".show", public_id=public_id),
    )


@bp.get("/<public_id>/hasil.csv")
@access.role(Role.HR, Role.ADMIN)
def sheet(public_id: str) -> Response:
    """The answers in the order of the list, as CSV: the file that the receipt speaks of."""
    found = _finished(public_id)
    _note_all(found)
    return _download(
        stream_with_context(result_files.csv_lines(found.id)), "text/csv; charset=utf-8", found, "csv"
    )


@bp.get("/<public_id>/hasil.xlsx")
@access.role(Role.HR, Role.ADMIN)
def workbook(public_id: str) -> Any:
    """The same as a workbook, up to 20,000 lines: writing more takes longer than anybody waits."""
    found = _finished(public_id)
    receipt = check_queries.receipt_of(found.id)
    if receipt is None or receipt.lines > XLSX_LINES:
        raise Conflict("certificates.workbook_too_long", limit=XLSX_LINES)
    _note_all(found)
    return _download(result_files.xlsx(found.id), XLSX, found, "xlsx")


@bp.post("/<public_id>/ulang")
@access.role(Role.HR, Role.ADMIN)
def again(public_id: str) -> Any:
    """The same list with today's knowledge, each line beside what it was; the earlier answers stay as they are."""
    who, now = access.principal(), clock.now()
    found = _finished(public_id)
    rule = rule_queries.rule_on(found.rule.key, found.as_of, agencies=rule_queries.agencies_of(who))
    _check_id, new_id = write(
        check_services.receive,
        content=b"",
        filename=found.filename,
        rule_id=rule.id if rule else found.rule.id,
        as_of=found.as_of,
        scope_path=check_queries.scope_of(who),
        made_by=who.person_id,
        now=now,
        again_of=found.id,
    )
    return redirect(url_for(".show", public_id=new_id))


def _download(body: Any, mimetype: str, found: CheckRow, ending: str) -> Response:
    name = f"kelayakan-{found.as_of.isoformat()}-{found.public_id[:8]}.{ending}"
    return Response(
        body, content_type=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _note_all(found: CheckRow) -> None:
    who = access.principal()
    if found.made_by != who.person_id:
        everybody = (line.person_id for line in check_queries.lines_of(found.id))
        _note(who, [one for one in everybody if one is not None])


def _note(who: Principal, person_ids: list[int]) -> None:
    write(
        viewing.log_views,
        subject_ids=person_ids,
        viewer_id=who.person_id,
        purpose=viewing.BULK,
        now=clock.now(),
    )


def _check(who: Principal, public_id: str) -> CheckRow:
    found = check_queries.visible_check(who, public_id)
    if found is None:
        raise NotFound("certificates.check_gone")
    return found


def _finished(public_id: str) -> CheckRow:
    found = _check(access.principal(), public_id)
    if found.state is not CheckState.DONE:
        raise Conflict("certificates.check_not_done")
    return found


def _place() -> int:
    raw = request.args.get("setelah", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 7 else 0


def _rules(day: date) -> list[Rule]:
    return rule_queries.rules_for(day, agencies=rule_queries.agencies_of(access.principal()))


def _form_page(form: BulkForm, rules: list[Rule]) -> str:
    form.rule.choices = [SelectChoice(rule.key, rule.title) for rule in rules]
    return render_template(
        "certificates/bulk.html",
        form=form,
        rules=rules,
        earlier=check_queries.earlier_checks(access.principal()),
        words=rule_texts,
    )
