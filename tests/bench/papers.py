"""Certificates drawn and signed by the product, and the same pages by a bare WeasyPrint call, typst and ReportLab."""

from __future__ import annotations

import itertools
import os
import statistics
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certificates.badge import status_list
from certificates.badge.ordering import BadgeOrder
from certificates.fontfolder import use_bundled_fonts
from certificates.payload import CertificatePayload, Issuer, ModuleLine

if TYPE_CHECKING:
    from certificates.rendering import Renderer

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
    from certificates.pdf.splicing.layouts import Layouts
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
    pages = Layouts()

    def reused() -> bytes:
        drawn = pages.draw(prepared, another(), sample=False, sealed="seal")
        return drawn or prepared.render(another(), sample=False, sealed="seal")

    drawers: dict[str, Callable[[], bytes] | None] = {
        "Netra, PDF/A-3a + PDF/UA-1": lambda: prepared.render(another(), sample=False),
        "Netra, signed (PAdES B-B, P-256)": lambda: (
            signer.sign_pdf(prepared.render(another(), sample=False), reason="x").pdf
        ),
        "Netra, page of a course reused": reused,
        "Netra, page reused and signed": lambda: signer.sign_pdf(reused(), reason="x").pdf,
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


def badge_order(number: int, folder: Path) -> BadgeOrder:
    """The badge of a certificate, to be signed with keys in this folder."""
    from certificates.badge import keyring
    from certificates.badge.credential import AchievementFacts, BadgeFacts, credential

    present = list(keyring.present(folder).values())
    if not present:
        present = [keyring.make(folder, kind) for kind in keyring.KeyKind]
    names = {key.kind: key.name for key in present}
    ed25519, rsa = names[keyring.KeyKind.ED25519], names[keyring.KeyKind.RSA]
    at = datetime(2026, 11, 24, tzinfo=UTC)
    facts = BadgeFacts(
        address=f"https://netra.example/v/{number:026d}",
        number=f"{number:04d}/NETRA/NAP/XI/2026",
        holder_name=f"Ratna Wulandari {number}",
        institution="Kabupaten Sagara Timur",
        achievement=AchievementFacts(
            "netralitas-pra-kampanye", "0123456789abcdef", "Netralitas ASN Pra-Kampanye", 6
        ),
        issued_at=at,
        expires_on=None,
        timezone="Asia/Makassar",
        subject=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        status=status_list.entry(address="https://netra.example/penerbit/status/1", place=number),
    )
    base_url = "https://netra.example"
    return BadgeOrder(
        credential(facts, base_url),
        str(folder),
        ed25519,
        f"{base_url}/penerbit#{ed25519}",
        rsa,
        f"{base_url}/penerbit/kunci/{rsa}.json",
        at.isoformat(),
    )


def signed_a_second(
    count: int, workers: int, folder: Path, *, reuse: bool = False, badge: bool = False
) -> tuple[float, float]:
    """(a second, processor milliseconds each) of signed certificates through so many rendering processes, each with a number
    and a name of its own; `reuse`: as a batch draws them; `badge`: each with its badge, signed in the same breath.
    """
    from certificates.rendering import Renderer
    from certificates.signing.backend import Sealed
    from learning.kernel.config import Signing

    key = Signing(kind="test", pkcs12=str(folder / "bench.p12"))
    orders = [badge_order(number, folder / "badges") if badge else None for number in range(count)]
    renderers = [Renderer() for _ in range(workers)]

    def work(renderer: Renderer, numbers: range) -> None:
        for number in numbers:
            words = {**payload(number).to_json(), "holder_name": f"Ratna Wulandari {number}"}
            renderer.paper(
                words,
                sample=False,
                sealed=Sealed.SEAL,
                signing=key,
                reuse=reuse,
                badge=orders[number],
            )

    for renderer in renderers:
        work(renderer, range(3))
    threads = [
        threading.Thread(target=work, args=(renderer, range(place, count, workers)))
        for place, renderer in enumerate(renderers)
    ]
    used = _processor_seconds(renderers)
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    used = _processor_seconds(renderers) - used
    for renderer in renderers:
        renderer.close()
    return count / seconds, 1000 * used / count


def _processor_seconds(renderers: list[Renderer]) -> float:
    """What the rendering processes have used so far: user and system time of Linux's own books."""
    total = 0
    for renderer in renderers:
        process = renderer._process
        assert process is not None
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
