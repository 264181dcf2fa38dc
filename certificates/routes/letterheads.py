"""An agency's own look: head, signatory, colours, emblem, numbers; with a sample before anything is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from certificates import letterheads, papers, texts
from certificates.composing import CourseFacts, HolderFacts, ModuleFacts, ResultFacts, compose, default_issuer
from certificates.forms import LetterheadForm
from certificates.letterheads import FURTHEST
from certificates.numbering import HOUSE_PATTERN
from certificates.payload import CertificatePayload, Issuer
from certificates.rendering import RenderingFailed
from learning.kernel import access, clock
from learning.kernel.access import Role
from learning.kernel.errors import DomainError, NotFound, text_of
from learning.kernel.fields import add_error
from learning.kernel.transaction import write
from learning.people import administration
from learning.people import queries as people
from learning.people.forms import refuse
from learning.people.queries import UnitRow

bp = Blueprint("letterheads", __name__)
# How people space out a NIP.
_SPACING = {ord(char): None for char in " .-\u00a0"}
FIELDS = {
    "certificates__letterhead_incomplete": "lembaga",
    "certificates__signatory_number": "nip_penandatangan",
    "certificates__colour_unknown": "warna",
    "certificates__colour_unreadable": "warna",
    "certificates__accent_invisible": "aksen",
    "certificates__number_pattern": "pola_nomor",
    "certificates__emblem_size": "lambang",
    "certificates__emblem_kind": "lambang",
    "certificates__emblem_dimensions": "lambang",
}


@bp.get("/admin/kop")
@access.role(Role.ADMIN)
def index() -> Any:
    """The agencies whose paper the admin may shape; straight to it when there is one."""
    who = access.principal()
    agencies = [unit for unit in people.unit_tree(who, Role.ADMIN) if unit.parent_id is None]
    if len(agencies) == 1:
        return redirect(url_for("letterheads.letterhead", unit_id=agencies[0].id))
    rows = [(agency, next(iter(letterheads.versions(agency.id)), None)) for agency in agencies]
    return render_template("certificates/letterheads.html", rows=rows)


@bp.get("/admin/kop/<int:unit_id>")
@access.role(Role.ADMIN)
def letterhead(unit_id: int) -> str:
    """The form with what counts now, and the earlier versions."""
    agency = _agency(unit_id)
    known = letterheads.versions(unit_id)
    issuer = known[0].issuer if known else default_issuer(agency.name)
    pattern = known[0].number_pattern if known else ""
    today = clock.local_date(clock.now(), agency.timezone)
    form = LetterheadForm(
        formdata=None,
        lembaga=issuer.institution,
        induk=issuer.parent,
        alamat=issuer.address,
        tempat=issuer.place,
        jabatan=issuer.signatory_office,
        nama=issuer.signatory_name,
        nip_penandatangan=issuer.signatory_number,
        warna=issuer.colour,
        aksen=issuer.accent,
        dwibahasa=issuer.bilingual,
        pola_nomor=pattern,
        mulai=today,
        versi=str(known[0].version if known else 0),
    )
    return _page(agency, form)


@bp.post("/admin/kop/<int:unit_id>")
@access.role(Role.ADMIN)
def set_letterhead(unit_id: int) -> Any:
    """Keep another version."""
    agency, now = _agency(unit_id), clock.now()
    form = LetterheadForm()
    read = _read(agency, form, now)
    if read is not None:
        issuer, emblem = read
        try:
            write(
                letterheads.set_letterhead,
                agency_id=agency.id,
                valid_from=form.mulai.data,
                issuer=issuer,
                number_pattern=form.pola_nomor.data or "",
                new_emblem=emblem,
                after_version=form.version,
                now=now,
                actor_id=access.principal().person_id,
            )
        except DomainError as error:
            refuse(form, error, **FIELDS)
        else:
            flash(_("Kop disimpan. Sertifikat yang terbit sejak tanggal mulainya memakai kop ini."), "ok")
            return redirect(url_for("letterheads.letterhead", unit_id=agency.id))
    return _page(agency, form), 422


@bp.post("/admin/kop/<int:unit_id>/contoh.pdf")
@access.role(Role.ADMIN)
def sample(unit_id: int) -> Any:
    """The paper of an invented person with what stands in the form; nothing is kept."""
    agency, now = _agency(unit_id), clock.now()
    form = LetterheadForm()
    read = _read(agency, form, now)
    if read is None:
        return _page(agency, form), 422
    issuer, emblem = read
    try:
        letterheads.check(issuer, form.pola_nomor.data or "")
        payload = _invented(
            agency, issuer, form.pola_nomor.data or "", form.mulai.data or clock.local_date(now)
        )
        content = papers.sample_paper(payload, emblem or letterheads.emblem_content(issuer.logo))
    except DomainError as error:
        refuse(form, error, **FIELDS)
        return _page(agency, form), 422
    except RenderingFailed as error:
        form.form_errors.append(
            _("Ada huruf yang tidak dapat dicetak, misalnya emoji. Ganti dengan huruf biasa.")
            if error.undrawable
            else _("Contoh belum dapat dibuat. Coba lagi sebentar lagi.")
        )
        return _page(agency, form), 422 if error.undrawable else 503
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = 'inline; filename="contoh-sertifikat.pdf"'
    return response


@bp.get("/admin/kop/<int:unit_id>/lambang.png")
@access.role(Role.ADMIN)
def emblem(unit_id: int) -> Response:
    """The emblem that counts now."""
    known = letterheads.versions(_agency(unit_id).id)
    content = letterheads.emblem_content(known[0].issuer.logo) if known else b""
    if not content:
        raise NotFound
    response = make_response(content)
    response.headers["Content-Type"] = "image/png"
    return response


def _agency(unit_id: int) -> UnitRow:
    unit = administration.visible_unit(access.principal(), unit_id)
    if unit.parent_id is not None:
        raise NotFound("people.unit_unknown")
    return unit


def _read(agency: UnitRow, form: LetterheadForm, now: datetime) -> tuple[Issuer, bytes] | None:
    """What the form says and a new emblem (empty: none); None when something is wrong, which then stands at its field."""
    form.validate()
    today = clock.local_date(now, agency.timezone)
    start: date | None = form.mulai.data
    if start is not None and not today <= start <= today + FURTHEST:
        add_error(form.mulai, _("Isi hari ini atau tanggal sesudahnya, paling lambat setahun lagi."))
    emblem_png = b""
    upload = form.lambang.data
    if upload and upload.filename:
        try:
            emblem_png = letterheads.prepared_emblem(upload.read())
        except DomainError as error:
            add_error(form.lambang, text_of(error))
    if form.errors:
        return None
    known = letterheads.versions(agency.id)
    logo = known[0].issuer.logo if known and not form.tanpa_lambang.data else ""
    return (
        Issuer(
            form.lembaga.data or "",
            form.induk.data or "",
            form.alamat.data or "",
            form.tempat.data or "",
            form.jabatan.data or "",
            form.nama.data or "",
            (form.nip_penandatangan.data or "").translate(_SPACING),
            logo,
            (form.warna.data or "").upper(),
            (form.aksen.data or "").upper(),
            bool(form.dwibahasa.data),
        ),
        emblem_png,
    )


def _invented(agency: UnitRow, issuer: Issuer, pattern: str, day: date) -> CertificatePayload:
    passed = datetime.combine(day, datetime.min.time(), clock.now().tzinfo) + timedelta(hours=3)
    modules = tuple(
        ModuleFacts(number, f"contoh-{number}", title, 1)
        for number, title in enumerate(
            (
                "Asas netralitas dan landasan hukumnya",
                "Batas dukungan di media sosial",
                "Melapor dan mencegah pelanggaran",
            ),
            start=1,
        )
    )
    return compose(
        serial=1,
        code="0" * 16,
        holder=HolderFacts(
            "Raden Ayu Contohwati Purnamaningsih, S.Kep., Ns., M.Kes.",
            "198501012010012999",
            "Pengelola Kepegawaian Ahli Muda",
            "Bidang Contoh dan Percobaan",
            agency.name,
            agency.timezone,
        ),
        course=CourseFacts(
            key="contoh",
            edition="contoh",
            title="Netralitas ASN: contoh sertifikat",
            code="CTH",
            jp=3,
            validity_months=24,
            modules=modules,
        ),
        result=ResultFacts(
            Decimal("92.5"), {module.slug: "92.5" for module in modules}, passed - timedelta(days=9), passed
        ),
        issuer=issuer,
        base_url=current_app.config["NETRA"].base_url,
        number_pattern=pattern,
    )


def _page(agency: UnitRow, form: LetterheadForm) -> str:
    known = letterheads.versions(agency.id)
    return render_template(
        "certificates/letterhead.html",
        agency=agency,
        form=form,
        versions=known,
        has_emblem=bool(known and known[0].issuer.logo),
        house_pattern=HOUSE_PATTERN,
        words=texts,
    )
