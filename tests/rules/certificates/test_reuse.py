"""Papers made from one laid-out page: the same words in the same places as the ordinary engine, or the ordinary engine itself."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageChops

from certificates.payload import CertificatePayload
from certificates.pdf.engine import Attachment, badge_file, template
from certificates.pdf.splicing.layouts import Layouts
from certificates.pdf.splicing.words import qr_operators
from certificates.qr import qr_path
from certificates.rendering import Paper, Renderer, renderer_version
from certificates.signing.backend import Sealed
from certificates.signing.examining import examine
from certificates.signing.verdict import Outcome
from learning.kernel.config import Signing
from tests.tools.papers import paper
from tests.tools.verapdf import judge

# WeasyPrint leaves the file of its colour profile to the collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

# A hundred milliseconds each by the engine: forty hold every kind of name; two hundred were compared once for decision 0020.
PEOPLE = 40
FIRST = (
    "Sri",
    "Muhammad",
    "Ni Luh",
    "I Gusti Ayu",
    "Raden Mas",
    "Wening",
    "La Ode",
    "Fitri",
    "Ifaffluh",
    "AVATAR",
    "Tjokorda",
)
LAST = (
    "Wahyuni",
    "Tarigan",
    "Yulianti-Taffy",
    "Sastrowardoyo",
    "ToVA",
    "Simanjuntak",
    "Ma'ruf",
    "D’Flores",
    "Kusumawardhani",
)
BEFORE = ("", "", "Dr. ", "Prof. Dr. Ir. ", "dr. ", "H. ")
AFTER = (
    "",
    ", S.Pd.",
    ", S.Kep., Ns., M.Kes.",
    ", S.H., M.H., C.L.A.",
    ", A.Md.Kom.",
    ", Ph.D.",
    ", Sp.PD., K.H.O.M., M.Kes., M.H.",
)
UNITS = (
    "Puskesmas Wanaraya",
    "Bagian Tata Usaha (Fasilitasi) & Umum",
    "SD Negeri 1 Muara/Tafalo",
    "Dinas Perhubungan, Komunikasi, dan Informatika",
)
FOREIGN = "Zoë Ḥāfiẓ"


def person(number: int) -> CertificatePayload:
    """One of many: another name, number, code, unit, days and marks; every eleventh with letters that no page is prepared for."""
    luck = random.Random(number)
    base = paper()
    name = luck.choice(BEFORE) + " ".join(luck.choice(FIRST) for _ in range(luck.choice((1, 1, 2, 3))))
    name += f" {luck.choice(LAST)}{luck.choice(AFTER)}"
    if number % 11 == 10:
        name = f"{FOREIGN} {name}"
    if number % 7 == 6:
        name = name.upper()
    code = "".join(luck.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(26))
    begun, ended = (
        f"2026-{luck.randint(1, 5):02}-{luck.randint(1, 28):02}",
        f"2026-{luck.randint(6, 12):02}-{luck.randint(1, 28):02}",
    )
    return replace(
        base,
        number=f"{number:04}/NETRA/NAP/XI/2026",
        code=code,
        holder_name=name,
        employee_number="".join(luck.choice("0123456789") for _ in range(18)),
        unit_name=luck.choice(UNITS),
        started_on=begun,
        finished_on=ended,
        issued_on=ended,
        expires_on=f"2028{ended[4:]}",
        score=luck.choice(("70.00", "96.25", "100.00", "88.10")),
        modules=tuple(
            replace(line, score=luck.choice((None, "80.00", "100.00", "77.77"))) for line in base.modules
        ),
        verify_url=f"https://netra.contoh.go.id/v/{code}",
        qr_text=f"HTTPS://NETRA.CONTOH.GO.ID/V/{code}",
    )


def bilingual(payload: CertificatePayload) -> CertificatePayload:
    return replace(payload, issuer=replace(payload.issuer, bilingual=True))


def reused(pages: Layouts, payload: CertificatePayload, **options: Any) -> bytes | None:
    """By the page of the course, which is prepared when it is asked for the second time."""
    given = {"sample": False, "sealed": "seal", **options}
    first = pages.draw(template("v2"), payload.to_json(), **given)
    return first or pages.draw(template("v2"), payload.to_json(), **given)


def drawn(payload: CertificatePayload, **options: Any) -> bytes:
    return template("v2").render(payload.to_json(), **{"sample": False, "sealed": "seal", **options})


def told(pdf: bytes, folder: Path, *command: str) -> str:
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    done = subprocess.run([*command, str(file), "-"], capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout


def pictures(pdf: bytes, folder: Path) -> list[Image.Image]:
    for old in folder.glob("seen-*.png"):
        old.unlink()
    (folder / "seen.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "110", "-png", "seen.pdf", "seen"], cwd=folder, check=True)
    return [Image.open(file).convert("L").copy() for file in sorted(folder.glob("seen-*.png"))]


def differing(one: bytes, other: bytes, folder: Path) -> float:
    """The share of differing picture points of the page that differs most."""
    ours, theirs = pictures(one, folder), pictures(other, folder)
    assert len(ours) == len(theirs) >= 2
    worst = 0.0
    for mine, its in zip(ours, theirs, strict=True):
        levels = ImageChops.difference(mine, its).histogram()
        worst = max(worst, sum(levels[16:]) / (mine.width * mine.height))
    return worst


@pytest.mark.slow
def test_many_people_are_told_the_same_words_at_the_same_places(tmp_path: Path) -> None:
    pages = Layouts()
    by_page = 0
    for number in range(PEOPLE):
        payload = person(number)
        ours = reused(pages, payload)
        if FOREIGN.upper() in payload.holder_name.upper():
            assert ours is None
            continue
        assert ours is not None, payload.holder_name
        by_page += 1
        # With the box of each word, so that a word at another place is noticed too.
        assert told(ours, tmp_path, "pdftotext", "-bbox") == told(
            drawn(payload), tmp_path, "pdftotext", "-bbox"
        )
    assert by_page > PEOPLE * 0.9


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"holder_name": "ToVATAWAY ffifflfi, S.Pd."},
        {
            "holder_name": "Prof. Dr. dr. Raden Ayu Maharani Kusumawardhani Sastrowardoyo Tjokroadisoerjo, Sp.PD., K.H.O.M., M.Kes."
        },
        {"holder_name": "W" * 60},
        {"position_title": "", "unit_name": ""},
        {"expires_on": None, "replaces": "0001/NETRA/NAP/I/2026"},
        {
            "modules": tuple(
                replace(paper().modules[0], number=n, title="Mata pelatihan " * 9) for n in range(1, 45)
            )
        },
        {"course_title": "Netralitas — نور Ḥāfiẓ 2026 & <kursus>"},
        {"holder_name": "O\"Brien & D'Co; &amp;"},
    ],
)
@pytest.mark.parametrize("both", [False, True])
def test_not_one_point_of_the_picture_differs(change: dict[str, Any], both: bool, tmp_path: Path) -> None:
    payload = replace(person(3), **change)
    payload = bilingual(payload) if both else payload
    ours = reused(Layouts(), payload, sample=True)
    assert ours is not None
    assert differing(ours, drawn(payload, sample=True), tmp_path) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"holder_name": "نور الهدى"},
        {"holder_name": "Zoë Łaszczyk"},
        {"holder_name": "<b>Sri</b>"},
        {"unit_name": "Sekolah Pāṭha"},
        {"position_title": "Pengelola Kepegawaian Ahli Muda pada Bidang " + "Mutasi dan Promosi " * 8},
        {"verify_url": "https://netra.contoh.go.id/" + "v/" * 60},
    ],
)
def test_what_does_not_fit_is_left_to_the_ordinary_engine(change: dict[str, Any]) -> None:
    pages = Layouts()
    assert reused(pages, person(3)) is not None
    assert reused(pages, replace(person(3), **change)) is None


def test_frozen_and_unusual_orders_are_left_to_the_ordinary_engine() -> None:
    pages = Layouts()
    two = [badge_file(b"{}"), Attachment("x.txt", "text/plain", "x", b"x")]
    assert reused(pages, person(3), attachments=two) is None
    for _ in range(3):
        assert pages.draw(template("v1"), person(3).to_json(), sample=False) is None


def test_a_page_is_prepared_only_for_the_second_paper() -> None:
    pages = Layouts()
    assert pages.draw(template("v2"), person(1).to_json(), sample=False) is None
    assert pages.draw(template("v2"), person(1).to_json(), sample=False) is not None
    # Another look is another page: nothing of one agency's stands on the paper of another.
    other = replace(person(1), issuer=replace(person(1).issuer, institution="Badan Lain"))
    assert pages.draw(template("v2"), other.to_json(), sample=False) is None


def test_equal_papers_are_equal_bytes_whoever_was_drawn_before() -> None:
    people = [person(number) for number in (1, 2, 3, 4)]
    one, other = Layouts(), Layouts()
    forward = {each.number: reused(one, each) for each in people}
    backward = {each.number: reused(other, each) for each in reversed(people)}
    assert None not in forward.values()
    assert forward == backward
    assert len(set(forward.values())) == len(people)


def test_nothing_of_the_stand_ins_is_left_and_nothing_of_another_person(tmp_path: Path) -> None:
    pages = Layouts()
    assert reused(pages, person(1), attachments=[badge_file(b'{"who": 1}')])
    second = person(2)
    ours = reused(pages, second, attachments=[badge_file(b'{"who": 2}')])
    assert ours is not None
    with (
        pikepdf.open(BytesIO(ours)) as mine,
        pikepdf.open(BytesIO(drawn(second, attachments=[badge_file(b'{"who": 2}')]))) as its,
    ):
        assert dict(mine.docinfo) == dict(its.docinfo)
        assert mine.Root.Metadata.read_bytes() == its.Root.Metadata.read_bytes()
        assert mine.attachments["kredensial.json"].get_file().read_bytes() == b'{"who": 2}'
        mine_file, its_file = (pdf.attachments["kredensial.json"].obj.EF.F.Params for pdf in (mine, its))
        assert mine_file == its_file
        ours_link, its_link = mine.pages[0].Annots[0], its.pages[0].Annots[0]
        assert ours_link.A.URI == its_link.A.URI
        assert str(second.verify_url) == str(ours_link.Contents)
        for given, wanted in zip(ours_link.Rect, its_link.Rect, strict=True):
            assert abs(float(given) - float(wanted)) < 0.001
        raw = b"".join(
            item.read_bytes() if isinstance(item, pikepdf.Stream) else item.unparse()
            for item in mine.objects
            if not isinstance(item, pikepdf.Stream) or "/Filter" not in item or item.Filter == "/FlateDecode"
        )
    assert b"Qzx" not in raw
    assert b"2000-01-01" not in raw
    assert person(1).code.encode() not in raw
    assert "Qzx" not in told(ours, tmp_path, "pdftotext")


def test_the_symbol_is_drawn_as_its_path_says() -> None:
    assert (
        qr_operators("M4 4h2v1h-2zM7 5h1v1h-1z")
        == b"4 4 m\n6 4 l\n6 5 l\n4 5 l\nh\n7 5 m\n8 5 l\n8 6 l\n7 6 l\nh"
    )
    assert qr_operators(qr_path("HTTPS://NETRA.EXAMPLE/V/1").data)
    for other in ("", "M4 4h2v1h-3z", "M4 4h2v1h-2zL1 1", "x"):
        assert qr_operators(other) is None


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Paper]]:
    key = Signing(kind="test", pkcs12=str(tmp_path_factory.mktemp("keys") / "test.p12"))
    renderer = Renderer()
    badge = b'{"type": ["OpenBadgeCredential"]}'
    first = replace(person(1), holder_name="Ni Luh Wahyuni")
    second = replace(
        person(2), holder_name="Sri Tarigan, S.Pd.", unit_name=first.unit_name, modules=first.modules
    )
    order = (first, first, second, bilingual(first), bilingual(second), replace(first, holder_name=FOREIGN))
    yield [
        renderer.paper(
            payload.to_json(), sample=False, sealed=Sealed.SEAL, signing=key, credential=badge, reuse=True
        )
        for payload in order
    ]
    renderer.close()


def test_signed_papers_pass_the_same_judges(signed: list[Paper], tmp_path: Path) -> None:
    files = []
    for number, each in enumerate(signed):
        files.append(tmp_path / f"{number}.pdf")
        files[-1].write_bytes(each.content)
        found = examine(each.content, [each.chain[0]])
        assert found.outcome is Outcome.GENUINE
        checked = subprocess.run(["qpdf", "--check", files[-1]], capture_output=True, text=True, check=False)
        assert "No syntax or stream encoding errors" in checked.stdout
        seen = subprocess.run(["pdfsig", files[-1]], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid." in seen
        assert "Total document signed" in seen
        assert len(each.content) <= 56_000
    verdicts = judge(files)
    assert len(verdicts) == 2 * len(files)
    assert {verdict.split()[0] for verdict in verdicts.values()} == {"PASS"}, verdicts


def test_each_paper_says_which_way_it_was_drawn(signed: list[Paper]) -> None:
    assert [each.reused for each in signed] == [False, True, True, False, True, False]
    assert renderer_version(reused=True) != renderer_version(reused=False)
    assert len(renderer_version(reused=True)) <= 60
