"""Persons and units from a spreadsheet: upload, check, look, apply."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from learning.kernel import access, clock, jobs
from learning.kernel.access import Principal, Role
from learning.kernel.errors import DomainError, NotFound
from learning.kernel.jobs import JobState
from learning.kernel.transaction import write
from learning.people import administration, queries, services, sheets, texts
from learning.people.forms import ApplyForm, ImportForm, options, refuse
from learning.people.kinds import ImportKind, ImportState
from learning.people.routes.blueprint import BAD_INPUT, bp

FIELDS = {"sheet": "berkas", "people__unit_unknown": "instansi", "people__complete_needs_agency": "lengkap"}
ASKED = ("people.import_needs_reason", "people.import_changed")
BUSY = (ImportState.UPLOADED, ImportState.APPLYING)
KINDS = {"orang": ImportKind.PEOPLE, "unit": ImportKind.UNITS}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/admin/impor", methods=["GET", "POST"], endpoint="imports")
@access.role(Role.ADMIN)
def imports() -> Any:
    """Upload a file; nothing of it is applied before somebody has seen what was found."""
    who, now = access.principal(), clock.now()
    form = ImportForm()
    form.instansi.choices = _agencies(who)
    if request.method == "POST" and form.validate():
        agency_id = int(form.instansi.data) if form.instansi.data else None
        try:
            public_id = write(
                services.receive_sheet,
                kind=form.kind,
                filename=(form.berkas.data.filename or "").replace("\x00", ""),
                content=form.berkas.data.read(),
                agency_id=agency_id,
                actor_id=who.person_id,
                now=now,
                complete=bool(form.lengkap.data),
            )
        except DomainError as error:
            refuse(form, error, **FIELDS)
        else:
            return redirect(url_for("people.import_page", public_id=public_id))
    page = render_template(
        "people/admin_impor.html", form=form, earlier=sheets.earlier(who.person_id), texts=texts, kinds=KINDS
    )
    return page, BAD_INPUT if form.errors else 200


@bp.get("/admin/impor/contoh/<kind>.xlsx", endpoint="import_template")
@access.role(Role.ADMIN)
def import_template(kind: str) -> Any:
    """An empty file with the right headings; its cells are text, so that the program leaves a NIP alone."""
    if kind not in KINDS:
        raise NotFound
    return _download(sheets.template(KINDS[kind]), f"netra-{kind}.xlsx", XLSX)


@bp.get("/admin/impor/<public_id>", endpoint="import_page")
@access.role(Role.ADMIN)
def import_page(public_id: str) -> Any:
    """Where a file stands: being checked, found, being applied, done. `kelas` picks the examples of one class."""
    return _page(_sheet(public_id), ApplyForm(formdata=None))


@bp.get("/admin/impor/<public_id>/kemajuan", endpoint="import_progress")
@access.role(Role.ADMIN)
def import_progress(public_id: str) -> Any:
    """What the progress bar asks every two seconds."""
    sheet = _sheet(public_id)
    job = jobs.view(sheet.job_id) if sheet.job_id is not None else None
    finished = sheet.state not in BUSY or job is None or job.state is JobState.FAILED
    done, total = (job.progress_done, job.progress_total) if job else (0, 0)
    checking = sheet.state is ImportState.UPLOADED
    text = _("Memeriksa berkas") if checking else _("Menerapkan baris")
    if total and checking:
        text = _("%(done)s dari %(total)s baris diperiksa", done=done, total=total)
    elif total:
        text = _("%(done)s dari %(total)s baris diterapkan", done=done, total=total)
    return jsonify(
        done=done,
        total=total,
        text=_("Selesai") if finished else text,
        finished=finished,
        href=url_for("people.import_page", public_id=public_id),
    )


@bp.post("/admin/impor/<public_id>/terapkan", endpoint="apply_import")
@access.role(Role.ADMIN)
def apply_import(public_id: str) -> Any:
    """Apply the good rows; tapping twice is once."""
    sheet = _sheet(public_id)
    who = access.principal()
    if sheet.agency_id is None and not administration.is_unlimited(who):
        raise NotFound  # the role was narrowed since the upload
    if sheet.agency_id is not None:
        administration.visible_unit(who, sheet.agency_id)
    form = ApplyForm()
    if form.validate():
        try:
            write(
                services.start_applying,
                public_id=public_id,
                actor_id=who.person_id,
                fingerprint=form.sidik.data or "",
                reason=form.alasan.data or "",
            )
        except DomainError as error:
            if error.code not in ASKED:
                raise
            refuse(form, error, people__import_needs_reason="alasan")
        else:
            return redirect(url_for("people.import_page", public_id=public_id))
    return _page(_sheet(public_id), form), BAD_INPUT


@bp.get("/admin/impor/<public_id>/perbaiki.csv", endpoint="import_rejected")
@access.role(Role.ADMIN)
def import_rejected(public_id: str) -> Any:
    """The refused rows with the columns they came in, to be corrected and uploaded again; no cell starts a formula."""
    sheet = _sheet(public_id)
    lines = sheets.rejected_csv(sheet)
    return Response(
        stream_with_context(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="netra-perbaiki.csv"'},
    )


@bp.get("/admin/impor/<public_id>/temuan.csv", endpoint="import_findings")
@access.role(Role.ADMIN)
def import_findings(public_id: str) -> Any:
    """The bad rows as a file to work through; no cell can start a formula."""
    sheet = _sheet(public_id)
    return _download(sheets.findings_csv(sheet.findings), "netra-temuan.csv", "text/csv; charset=utf-8")


def _page(sheet: sheets.SheetRow, form: ApplyForm) -> str:
    job = jobs.view(sheet.job_id) if sheet.job_id is not None else None
    lost = sheet.state in BUSY and (job is None or job.state is JobState.FAILED)
    form.sidik.data = sheet.report.get("fingerprint", "")
    effects = sheet.effects
    wanted = request.args.get("kelas", "")
    return render_template(
        "people/admin_impor_hasil.html",
        sheet=sheet,
        job=job,
        busy=sheet.state in BUSY and not lost,
        lost=lost,
        form=form,
        effects=effects,
        shown=wanted if wanted in effects else next(iter(effects), ""),
        texts=texts,
    )


def _sheet(public_id: str) -> sheets.SheetRow:
    sheet = sheets.find(public_id, uploaded_by=access.principal().person_id)
    if sheet is None:
        raise NotFound
    return sheet


def _agencies(who: Principal) -> list[SelectChoice]:
    agencies = [(str(unit.id), unit.name) for unit in queries.unit_tree(who, Role.ADMIN)]
    return options(agencies, _("Semua instansi") if administration.is_unlimited(who) else None)


def _download(content: bytes, name: str, mimetype: str) -> Response:
    return Response(
        content, content_type=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
