"""The paper of a receipt: what stands on it, the standards it keeps, what is noticed when somebody changes it."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest

from certificates.pdf.attaching import Attachment
from certificates.receipts.payload import FILE_NAME, PaperPayload, from_json
from certificates.rendering import Paper, Renderer
from certificates.signing.backend import Sealed
from certificates.signing.examining import examine
from certificates.signing.verdict import Outcome, PaperKind
from learning.kernel.config import Signing
from tests.tools.receipts import certificates, eligibility
from tests.tools.verapdf import judge

KINDS = {"eligibility": eligibility(), "certificates": certificates()}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Signing:
    return Signing(kind="test", pkcs12=str(tmp_path_factory.mktemp("keys") / "test.p12"))


def drawn(renderer: Renderer, payload: PaperPayload, key: Signing | None = None) -> Paper:
    facts = Attachment(FILE_NAME, "application/json", "Isi tanda terima", payload.file, relationship="Data")
    return renderer.paper(
        payload.to_json(),
        template="receipt1",
        sample=False,
        attachments=[facts],
        sealed=Sealed.SEAL,
        signing=key,
    )


@pytest.fixture(scope="module")
def signed(renderer: Renderer, key: Signing) -> dict[str, Paper]:
    return {name: drawn(renderer, payload, key) for name, payload in KINDS.items()}


def words(pdf: bytes, folder: Path) -> str:
    file = folder / "read.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_the_payload_survives_being_stored() -> None:
    for payload in KINDS.values():
        assert from_json(json.loads(json.dumps(payload.to_json()))) == payload
    with pytest.raises(ValueError, match="schema"):
        from_json({**eligibility().to_json(), "schema": "netra-tanda-terima-9"})


def test_the_paper_says_everything_that_was_decided(signed: dict[str, Paper], tmp_path: Path) -> None:
    payload, text = KINDS["eligibility"], words(signed["eligibility"].content, tmp_path)
    for expected in (
        "Tanda terima pemeriksaan kelayakan",
        "TT-000012/2026",
        "Pengembangan Kompetensi Aparatur",
        "kunci naik-pengawas, versi 3",
        "Nomor 12 Tahun 2026",
        "1 April 2026",
        "2 Maret 2026 pukul 09.05 WITA",
        "1.250",
        "1.000",
        "K7QF2-M9TXR-4C8HP-W3D5N-0BZ6K-YA1GE",
        "disegel secara elektronik",
        payload.result_hash,
        payload.fingerprint,
        "netra-kelayakan-1[tab]naik-pengawas[tab]3[tab]2026-04-01[tab]2026-03-02T01:02:03.123+00:00",
        "Halaman 1 dari 1",
    ):
        assert expected.replace(" ", "") in text.replace(" ", ""), expected
    other = words(signed["certificates"].content, tmp_path)
    assert "Tanda terima pemeriksaan sertifikat" in other
    assert "byte demi byte" in other
    assert "Tanggal efektif" not in other


def test_whoever_has_the_file_recomputes_the_printed_fingerprint(signed: dict[str, Paper]) -> None:
    for name, paper in signed.items():
        with pikepdf.open(io.BytesIO(paper.content)) as document:
            inside = document.attachments[FILE_NAME]
            content = inside.get_file().read_bytes()
            assert inside.get_file().mime_type == "application/json"
            assert str(document.Root.AF[0].AFRelationship) == "/Data"
            assert "/Widget" not in {
                str(note.Subtype) for note in document.pages[0].get("/Annots", []) if "/FT" not in note
            }
        assert hashlib.sha256(content).hexdigest() == KINDS[name].fingerprint
        assert from_json(json.loads(content)) == KINDS[name]


def test_the_same_words_give_the_same_bytes(renderer: Renderer) -> None:
    first = drawn(renderer, eligibility()).content
    renderer.close()
    assert drawn(renderer, eligibility()).content == first


def test_archival_accessible_and_signed_as_others_see_it(signed: dict[str, Paper], tmp_path: Path) -> None:
    files = []
    for name, paper in signed.items():
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(paper.content)
        files.append(file)
        told = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid." in told
        assert "Total document signed" in told
        checked = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
        assert "No syntax or stream encoding errors" in checked.stdout
    verdicts = judge(files)
    assert len(verdicts) == 4
    assert all(verdict.startswith("PASS") for verdict in verdicts.values()), verdicts


def test_it_is_recognised_as_a_receipt(signed: dict[str, Paper]) -> None:
    for name, paper in signed.items():
        found = examine(paper.content, [paper.chain[0]])
        assert (found.outcome, found.kind) == (Outcome.GENUINE, PaperKind.RECEIPT)
        assert found.number == KINDS[name].number


def flipped(pdf: bytes) -> bytes:
    at = len(pdf) // 2
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def saved_again(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out)
    return out.getvalue()


def other_facts(pdf: bytes) -> bytes:
    """The attached values exchanged for others, in the way an editor does it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        del document.attachments[FILE_NAME]
        document.attachments[FILE_NAME] = pikepdf.AttachedFileSpec(document, b"{}", filename=FILE_NAME)
        document.save(out)
    return out.getvalue()


def appended(pdf: bytes) -> bytes:
    return pdf + b"\n"


def put_before(pdf: bytes) -> bytes:
    return b"x" + pdf


@pytest.mark.parametrize("change", [flipped, saved_again, other_facts, appended, put_before])
def test_whatever_is_done_to_it_shows(signed: dict[str, Paper], change: Callable[[bytes], bytes]) -> None:
    paper = signed["eligibility"]
    assert examine(change(paper.content), [paper.chain[0]]).outcome is Outcome.ALTERED


def test_a_look_alike_authority_is_not_us(
    renderer: Renderer, signed: dict[str, Paper], tmp_path: Path
) -> None:
    forger = Signing(kind="test", pkcs12=str(tmp_path / "other.p12"))
    forged = drawn(renderer, eligibility(), forger).content
    assert examine(forged, [signed["eligibility"].chain[0]]).outcome is Outcome.FOREIGN
