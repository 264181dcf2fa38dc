"""Certificates drawn and signed by the product, and the same pages by a bare WeasyPrint call, typst and ReportLab."""

from __future__ import annotations

import itertools
import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


def processor_ms(work: Callable[[], Any], count: int) -> float:
    """Median processor time of one call in milliseconds, warm."""
    for _ in range(3):
        work()
    times = []
    for _ in range(count):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return 1000 * statistics.median(times)


def page_costs(count: int, folder: Path) -> dict[str, tuple[float, int]]:
    """Drawer -> (processor milliseconds, bytes) for the same two pages, all in this process and one after another."""
    use_bundled_fonts(os.environ)
    from weasyprint import HTML

    from certificates.pdf import engine
    from certificates.pdf.view import view
    from certificates.rendering import TEMPLATE_VERSION
    from certificates.signing import choosing
    from learning.kernel.config import Signing
    from tests.bench import peers

    words = payload(1).to_json()
    persons = itertools.count()

    def another() -> dict[str, Any]:
        return {**payload(1).to_json(), "holder_name": f"Ratna Wulandari {next(persons)}"}

    prepared = engine.template(TEMPLATE_VERSION)
    style = str(engine.TEMPLATES / TEMPLATE_VERSION / "certificate.css")
    page = prepared.html.render(
        {**view(words), "sealed": "", "has_logo": False, "name_face": "plain", "course_face": "plain"}
    )
    signer = choosing.backend(Signing(kind="test", pkcs12=str(folder / "bench.p12")))
    drawers: dict[str, Callable[[], bytes] | None] = {
        "Netra, PDF/A-3a + PDF/UA-1": lambda: prepared.render(another(), sample=False),
        "Netra, signed (PAdES B-B, P-256)": lambda: (
            signer.sign_pdf(prepared.render(another(), sample=False), reason="x").pdf
        ),
        "bare WeasyPrint, no tags": lambda: HTML(string=page, url_fetcher=prepared.fetcher).write_pdf(
            stylesheets=[style]
        ),
        "typst, PDF/A-3a + PDF/UA-1": peers.typst(words),
        "ReportLab, no tags": peers.reportlab(words),
    }
    costs = {}
    for name, draw in drawers.items():
        if draw is not None:
            costs[name] = (processor_ms(draw, count), len(draw()))
    return costs


def signed_a_second(count: int, workers: int, folder: Path) -> float:
    """Signed certificates a second through so many rendering processes, each with a number of its own."""
    from certificates.rendering import Renderer
    from certificates.signing.backend import Sealed
    from learning.kernel.config import Signing

    key = Signing(kind="test", pkcs12=str(folder / "bench.p12"))
    renderers = [Renderer() for _ in range(workers)]

    def work(renderer: Renderer, numbers: range) -> None:
        for number in numbers:
            renderer.paper(payload(number).to_json(), sample=False, sealed=Sealed.SEAL, signing=key)

    for renderer in renderers:
        work(renderer, range(2))
    threads = [
        threading.Thread(target=work, args=(renderer, range(place, count, workers)))
        for place, renderer in enumerate(renderers)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    for renderer in renderers:
        renderer.close()
    return count / seconds
