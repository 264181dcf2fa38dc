"""Certificates drawn by the product's renderer and by a bare WeasyPrint call on the same page."""

from __future__ import annotations

import os
import time

from certificates.fontfolder import use_bundled_fonts
from certificates.payload import CertificatePayload, Issuer, ModuleLine

LINES = tuple(
    ModuleLine(n, f"Modul ke-{n} tentang netralitas aparatur sipil negara", 1, "90.00") for n in range(1, 7)
)
ISSUER = Issuer(
    "Kabupaten Sagara Timur", "Badan Kepegawaian", "Jalan Melati 1", "Sagara", "Kepala Badan", "Budi", ""
)


def payload(number: int) -> CertificatePayload:
    """A certificate like those of the official course; each with its own number."""
    return CertificatePayload(
        number=f"{number:04d}/NETRA/NAP/XI/2026",
        code="K7QF2M9TXR4C8HPW",
        holder_name="Ratna Wulandari, S.Kep., Ns.",
        employee_number="199002142015032001",
        position_title="Perawat Ahli Pertama",
        unit_name="Puskesmas Muara Lestari",
        agency_name="Kabupaten Sagara Timur",
        course_key="netralitas-pra-kampanye",
        course_title="Netralitas ASN Pra-Kampanye",
        edition="0123456789abcdef",
        jp=6,
        started_on="2026-11-02",
        finished_on="2026-11-24",
        issued_on="2026-11-24",
        expires_on="2028-11-24",
        timezone="Asia/Makassar",
        score="90.00",
        modules=LINES,
        issuer=ISSUER,
        verify_url="https://netra.example/verifikasi/K7QF-2M9T-XR4C-8HPW",
        qr_text="HTTPS://NETRA.EXAMPLE/V/K7QF2M9TXR4C8HPW",
    )


def rates(count: int) -> tuple[float, float]:
    """(certificates a second through the renderer, bare WeasyPrint pages a second); each on one core, warm."""
    use_bundled_fonts(os.environ)
    from weasyprint import HTML

    from certificates.pdf import engine
    from certificates.pdf.view import view
    from certificates.rendering import TEMPLATE_VERSION, Renderer

    renderer = Renderer()
    renderer.render(payload(0).to_json(), sample=False)
    began = time.perf_counter()
    for n in range(count):
        renderer.render(payload(n).to_json(), sample=False)
    product = count / (time.perf_counter() - began)
    renderer.close()

    prepared = engine.template(TEMPLATE_VERSION)
    style = str(engine.TEMPLATES / TEMPLATE_VERSION / "certificate.css")
    page = prepared.html.render(view(payload(1).to_json()))

    def bare() -> None:
        HTML(string=page, url_fetcher=prepared.fetcher).write_pdf(stylesheets=[style])

    bare()
    began = time.perf_counter()
    for _ in range(count):
        bare()
    return product, count / (time.perf_counter() - began)
