"""The same two pages drawn by typst and by ReportLab: what else one could have, and at which cost.

Neither is a dependency; where one is not installed its line is left out (`pip install typst reportlab` beside the rest).
typst writes PDF/A-3a and PDF/UA-1 as we do; ReportLab's free edition writes neither tags nor PDF/A.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from certificates.fontfolder import FONT_FOLDER
from certificates.pdf.view import view
from certificates.qr import qr_path

TYPST = """
#let d = json(bytes(sys.inputs.data))
#set document(title: "Sertifikat " + d.number + ", " + d.holder_name, date: datetime(year: 2026, month: 11, day: 24))
#set text(font: "Netra Sans", size: 10.5pt, lang: "id", fill: rgb("#14212B"))
#set page(width: 297mm, height: 210mm, margin: 22mm, background: pdf.artifact({
  place(dx: 7.2mm, dy: 7.2mm, rect(width: 282.6mm, height: 195.6mm, stroke: 1.2pt + rgb("#0B3D62")))
  place(dx: 8.8mm, dy: 8.8mm, rect(width: 279.4mm, height: 192.4mm, stroke: .5pt + rgb("#C8992E")))
}))
#let serif(size, body) = text(font: "Netra Serif", weight: 600, size: size, body)
#show heading: it => it.body
#text(size: 13pt, weight: "bold", fill: rgb("#0B3D62"), d.institution) \\ #d.parent \\ #text(size: 8.5pt, d.address)
#line(length: 100%, stroke: 1pt + rgb("#C8992E"))
#align(center)[
  #heading(level: 1, serif(32pt, "SERTIFIKAT"))
  Nomor: #d.number #v(6mm) diberikan kepada \\ #serif(26pt, d.holder_name) \\ NIP #d.employee_number · #d.position_title \\ #d.unit_lines
  #v(6mm) yang telah mengikuti dan dinyatakan *LULUS* pelatihan daring \\ #serif(20pt, d.course_title) \\
  diselenggarakan pada #d.period, sebanyak *#d.jp JP* (jam pelajaran), dengan nilai akhir *#d.score* \\
  Berlaku sampai dengan *#d.expires*
]
#place(bottom + left, grid(columns: 2, gutter: 3mm, figure(image(bytes(d.qr), width: 30mm, alt: "Kode QR"), kind: "qr", supplement: none),
  [Periksa keaslian dokumen ini: \\ #link(d.verify_url, d.verify_short) \\ *#d.code*]))
#place(bottom + right, align(center)[#d.place, #d.issued \\ #d.signatory_office \\ #text(size: 8pt)[Diterbitkan secara elektronik] \\ *#d.signatory_name*])
#pagebreak()
#heading(level: 2, serif(18pt, "Daftar Materi Pelatihan"))
*#d.holder_name* · NIP #d.employee_number \\ #d.course_title \\ Nomor #d.number · #d.code
#table(columns: (16mm, 1fr, 25mm, 25mm), stroke: .5pt + rgb("#8A99A5"), fill: (_, y) => if y == 0 { rgb("#E8EEF3") },
  table.header([No], [Mata pelatihan], [JP], [Nilai]),
  ..d.modules.map(m => ([#m.number], [#m.title], [#m.jp], [#m.score])).flatten())
"""


def typst(payload: dict[str, Any]) -> Callable[[], bytes] | None:
    """Draw by typst; None where it is not installed."""
    if find_spec("typst") is None:
        return None
    import typst as engine

    words = view(payload)
    qr = qr_path(payload["qr_text"])
    words["qr"] = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {qr.size} {qr.size}"><path d="{qr.data}"/></svg>'
    )
    compiler = engine.Compiler(font_paths=[str(FONT_FOLDER)], ignore_system_fonts=True)
    persons = itertools.count()

    def draw() -> bytes:
        # typst remembers what it has drawn: another person and number each time, as in life.
        person = next(persons)
        words["holder_name"] = f"{payload['holder_name']} {person}"
        words["number"] = f"{person:04d}/NETRA/NAP/XI/2026"
        made: bytes = compiler.compile(
            input=TYPST.encode(),
            format="pdf",
            sys_inputs={"data": json.dumps(words)},
            pdf_standards=["a-3a", "ua-1"],
        )
        return made

    return draw


def reportlab(payload: dict[str, Any]) -> Callable[[], bytes] | None:
    """Draw by ReportLab; None where it is not installed."""
    if find_spec("reportlab") is None:
        return None
    from reportlab.lib.colors import HexColor
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for name, file in (
        ("serif", "NetraSerif-SemiBold"),
        ("sans", "NetraSans-Regular"),
        ("bold", "NetraSans-Bold"),
    ):
        pdfmetrics.registerFont(TTFont(name, str(FONT_FOLDER / f"{file}.ttf")))
    words = view(payload)

    def draw() -> bytes:
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(297 * mm, 210 * mm), invariant=1)
        canvas.setTitle(f"Sertifikat {words['number']}")

        def frame() -> None:
            canvas.setStrokeColor(HexColor("#0B3D62"))
            canvas.rect(7.2 * mm, 7.2 * mm, 282.6 * mm, 195.6 * mm)
            canvas.setStrokeColor(HexColor("#C8992E"))
            canvas.rect(8.8 * mm, 8.8 * mm, 279.4 * mm, 192.4 * mm)

        def say(font: str, size: float, y: float, text: str) -> None:
            canvas.setFont(font, size)
            canvas.drawCentredString(148.5 * mm, y * mm, text)

        frame()
        canvas.setFont("bold", 13)
        canvas.drawString(50 * mm, 185 * mm, words["institution"])
        canvas.setFont("sans", 10.5)
        canvas.drawString(50 * mm, 180 * mm, words["parent"])
        say("serif", 32, 150, "SERTIFIKAT")
        say("sans", 10, 144, f"Nomor: {words['number']}")
        say("serif", 26, 125, words["holder_name"])
        say("sans", 10.5, 118, f"NIP {words['employee_number']} · {words['position_title']}")
        say("sans", 10.5, 113, words["unit_lines"])
        say("sans", 10.5, 103, "yang telah mengikuti dan dinyatakan LULUS pelatihan daring")
        say("serif", 20, 94, words["course_title"])
        say(
            "sans",
            10.5,
            86,
            f"diselenggarakan pada {words['period']}, sebanyak {words['jp']} JP, nilai {words['score']}",
        )
        say("sans", 10.5, 81, f"Berlaku sampai dengan {words['expires']}")
        qr = qr_path(payload["qr_text"])
        side = 30 / qr.size
        path = canvas.beginPath()
        for piece in qr.data.split("M")[1:]:
            place, _, rest = piece.partition("h")
            x, y = map(int, place.split())
            path.rect(
                (19 + x * side) * mm,
                (48 - (y + 1) * side) * mm,
                int(rest.split("v")[0]) * side * mm,
                side * mm,
            )
        canvas.setFillColor(HexColor("#000000"))
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.setFont("bold", 10.5)
        canvas.drawString(52 * mm, 35 * mm, words["code"])
        canvas.showPage()
        frame()
        canvas.setFont("serif", 18)
        canvas.drawString(22 * mm, 180 * mm, "Daftar Materi Pelatihan")
        for line, module in enumerate(words["modules"]):
            y = (160 - 9 * line) * mm
            canvas.setFont("sans", 10)
            canvas.drawString(22 * mm, y, str(module["number"]))
            canvas.drawString(40 * mm, y, module["title"])
            canvas.drawRightString(248 * mm, y, str(module["jp"]))
            canvas.drawRightString(275 * mm, y, str(module["score"]))
            canvas.line(22 * mm, y - 3 * mm, 275 * mm, y - 3 * mm)
        canvas.save()
        return out.getvalue()

    return draw
