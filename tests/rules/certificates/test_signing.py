"""The signature: what is noticed and by whom, keys in files and modules, services that sign, time stamps."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from certificates.pdf.engine import Attachment
from certificates.rendering import Paper, Renderer
from certificates.signing import choosing, local, testca
from certificates.signing.backend import Sealed, SigningFailed, SigningRefused
from certificates.signing.examining import examine
from certificates.signing.inspecting import inspect
from certificates.signing.remote import RemoteBackend
from certificates.signing.verdict import Outcome, fingerprint
from learning.kernel.config import BadSetting, Signing, load
from tests.tools.papers import http_service, paper, rsa_authority
from tests.tools.verapdf import judge

NUMBER = "0412/NETRA/NAP/XI/2026"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Signing:
    return Signing(kind="test", pkcs12=str(tmp_path_factory.mktemp("keys") / "test.p12"))


@pytest.fixture(scope="module")
def signed(renderer: Renderer, key: Signing) -> Paper:
    return renderer.paper(paper().to_json(), sample=False, sealed=Sealed.SEAL, signing=key)


@pytest.fixture(scope="module")
def bare(renderer: Renderer) -> bytes:
    return renderer.render(paper().to_json(), sample=False, sealed=Sealed.SEAL)


def told(command: str, pdf: bytes, folder: Path) -> str:
    file = folder / "judged.pdf"
    file.write_bytes(pdf)
    done = subprocess.run([*command.split(), str(file)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def flipped(pdf: bytes, at: int) -> bytes:
    changed = bytearray(pdf)
    changed[at] ^= 1
    return bytes(changed)


def room(pdf: bytes) -> tuple[int, int]:
    """Where the signature itself stands: the gap between the two ranges that it covers."""
    ranges = re.findall(rb"/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+) ?\]", pdf)
    first, length, second, _ = map(int, ranges[-1])
    return first + length, second


def saved_again(pdf: bytes, **options: Any) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(out, **options)
    return out.getvalue()


def with_update(pdf: bytes) -> bytes:
    """An incremental update as an editor appends it: the same objects, a new title, another width of page one."""
    from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/CropBox")] = ArrayObject(map(NumberObject, (0, 0, 500, 500)))
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def with_other_title(pdf: bytes) -> bytes:
    """An update of nothing but the document information, which signature rules let pass: another number in the title."""
    from pyhanko.pdf_utils.generic import pdf_name, pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    info = writer.trailer["/Info"]
    info[pdf_name("/Title")] = pdf_string("Sertifikat 0001/NETRA/NAP/XI/2026, Orang Lain")
    writer.update_container(info)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def unsigned_again(pdf: bytes) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        del document.Root.AcroForm
        if "/Perms" in document.Root:
            del document.Root.Perms
        for page in document.pages:
            if "/Annots" in page:
                del page.Annots
        out = BytesIO()
        document.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """A file whose cross-reference stream unpacks to hundreds of megabytes."""
    packed = zlib.compress(bytes(400_000_000), 9)
    head = b"%PDF-1.5\n"
    body = b"1 0 obj\n<</Type/XRef/Size 2/W[1 4 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(
        packed
    )
    return head + body + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def nested() -> bytes:
    return b"%PDF-1.7\ntrailer\n<</Root " + b"[" * 200_000 + b">>\nstartxref\n9\n%%EOF"


def test_an_untouched_paper_is_genuine_and_names_its_certificate(signed: Paper, tmp_path: Path) -> None:
    found = examine(signed.content, [signed.chain[0]])
    assert found.outcome is Outcome.GENUINE
    assert found.number == NUMBER
    assert found.signer == fingerprint(signed.chain[0])
    assert found.signed_at is not None
    others = told("pdfsig", signed.content, tmp_path)
    assert "Signature is Valid." in others
    assert "Total document signed" in others
    assert "ETSI.CAdES.detached" in others
    assert testca.MARK in others
    assert "No syntax or stream encoding errors" in told("qpdf --check", signed.content, tmp_path)
    assert len(signed.content) <= 44_000


def test_the_signed_file_begins_with_the_unsigned_one(signed: Paper, bare: bytes) -> None:
    assert signed.content.startswith(bare)


def test_a_flipped_bit_is_noticed_wherever_it_is(signed: Paper, tmp_path: Path) -> None:
    pdf = signed.content
    start, _end = room(pdf)
    places = {
        "header": 7,
        "page": pdf.index(b"stream") + 40,
        "middle": len(pdf) // 2,
        "signature": start + 200,
        "byte range": pdf.rindex(b"/ByteRange") + 14,
        "trailer": pdf.rindex(b"startxref") + 11,
        "end": len(pdf) - 3,
    }
    for name, at in places.items():
        outcome = inspect(flipped(pdf, at), [signed.chain[0]]).outcome
        assert outcome is not Outcome.GENUINE, name
        assert outcome in {Outcome.ALTERED, Outcome.UNREADABLE, Outcome.FOREIGN, Outcome.UNSIGNED}, name
    assert "Digest Mismatch" in told("pdfsig", flipped(pdf, places["page"]), tmp_path)


@pytest.mark.slow
def test_no_single_byte_can_be_changed(signed: Paper) -> None:
    pdf = signed.content
    start, end = room(pdf)
    # The signature's own room is hexadecimal, padded with zeros: letter case and the padding carry nothing.
    for at in range(0, len(pdf), 397):
        if start <= at < end:
            continue
        assert inspect(flipped(pdf, at), [signed.chain[0]]).outcome is not Outcome.GENUINE, at


def test_what_editors_and_forgers_do_to_a_file(signed: Paper, tmp_path: Path) -> None:
    pdf, ours = signed.content, [signed.chain[0]]
    assert inspect(pdf + b"\n", ours).outcome is Outcome.ALTERED
    assert inspect(pdf + b"x" * 5_000, ours).outcome is Outcome.ALTERED
    updated = with_update(pdf)
    assert inspect(updated, ours).outcome is Outcome.ALTERED
    # This is why "valid" is not enough: an independent reader says both.
    assert "Signature is Valid." in told("pdfsig", updated, tmp_path)
    assert "Not total document signed" in told("pdfsig", updated, tmp_path)
    assert inspect(with_other_title(pdf), ours).outcome is Outcome.ALTERED
    assert inspect(saved_again(pdf), ours).outcome is Outcome.ALTERED
    assert inspect(saved_again(pdf, linearize=True), ours).outcome is Outcome.ALTERED
    stripped = inspect(unsigned_again(pdf), ours)
    assert (stripped.outcome, stripped.ours) == (Outcome.UNSIGNED, True)
    assert inspect(b"junk" + pdf, ours).outcome is Outcome.ALTERED


def test_a_look_alike_authority_is_not_us(renderer: Renderer, signed: Paper, tmp_path: Path) -> None:
    other = Signing(kind="test", pkcs12=str(tmp_path / "other.p12"))
    forged = renderer.paper(paper("Penipu, S.H.").to_json(), sample=False, signing=other)
    # Same names in the certificates, other keys; other programs find nothing to complain about.
    assert "Signature is Valid." in told("pdfsig", forged.content, tmp_path)
    found = examine(forged.content, [signed.chain[0]])
    assert (found.outcome, found.number, found.ours) == (Outcome.FOREIGN, "", True)


def test_files_that_are_something_else(signed: Paper, bare: bytes) -> None:
    ours = [signed.chain[0]]
    out = BytesIO()
    pikepdf.new().save(out)
    assert examine(out.getvalue(), ours).outcome in {Outcome.UNSIGNED, Outcome.UNREADABLE}
    assert not examine(out.getvalue(), ours).ours
    assert examine(bare, ours).outcome is Outcome.UNSIGNED
    assert examine(b"PK\x03\x04 no pdf", ours).outcome is Outcome.NOT_PDF
    assert examine(b"", ours).outcome is Outcome.NOT_PDF
    assert examine(b"%PDF-1.7\n", ours).outcome is Outcome.UNREADABLE
    assert examine(nested(), ours).outcome is Outcome.UNREADABLE
    locked = saved_again(bare, encryption=pikepdf.Encryption(owner="x", user="y"))
    assert examine(locked, ours).outcome is Outcome.UNREADABLE


def test_a_bomb_bursts_in_its_own_process(signed: Paper) -> None:
    packed = bomb()
    assert len(packed) < 1_000_000
    assert examine(packed, [signed.chain[0]]).outcome is Outcome.UNREADABLE


def test_a_file_that_takes_for_ever_is_given_up(signed: Paper) -> None:
    assert examine(signed.content, [signed.chain[0]], time_limit=0.01).outcome is Outcome.UNREADABLE


def test_old_signatures_hold_after_the_key_was_changed(
    renderer: Renderer, signed: Paper, tmp_path: Path
) -> None:
    later = renderer.paper(
        paper().to_json(), sample=False, signing=Signing(kind="test", pkcs12=str(tmp_path / "next.p12"))
    )
    both = [later.chain[0], signed.chain[0]]
    assert inspect(signed.content, both).signer == fingerprint(signed.chain[0])
    assert inspect(later.content, both).signer == fingerprint(later.chain[0])


# --- Keys -------------------------------------------------------------------------------------------------------


def test_the_trial_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "signing" / "test.p12"
    first = testca.ensure(path).read_bytes()
    assert testca.ensure(path).read_bytes() == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["test.p12"]


def test_a_key_file_wants_its_passphrase(tmp_path: Path, bare: bytes) -> None:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    key, certificate, others = pkcs12.load_key_and_certificates(
        testca.ensure(tmp_path / "a.p12").read_bytes(), None
    )
    file, word = tmp_path / "b.p12", tmp_path / "word"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"n", key, certificate, others, BestAvailableEncryption(b"rahasia")
        )  # type: ignore[arg-type]
    )
    settings = Signing(kind="pkcs12", pkcs12=str(file), passphrase_file=str(word))
    word.write_text("salah\n")
    with pytest.raises(SigningRefused):
        choosing.backend(settings)
    word.write_text("rahasia\n")
    made = choosing.backend(settings).sign_pdf(bare, reason="Uji")
    assert inspect(made.pdf, [made.chain[0]]).outcome is Outcome.GENUINE
    with pytest.raises(SigningRefused):
        choosing.backend(replace(settings, pkcs12=str(tmp_path / "nothing.p12")))


def test_a_key_that_never_leaves_its_module(
    tmp_path: Path, bare: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = next((str(path) for path in Path("/usr/lib").glob("**/softhsm/libsofthsm2.so")), None)
    assert module, "softhsm2 is missing: script/test installs it"
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "netra", "--pin", "1234", "--so-pin", "5678"],
        check=True,
        capture_output=True,
    )
    _put_into_module(module, testca.ensure(tmp_path / "key.p12"))
    pin = tmp_path / "pin"
    pin.write_text("1234")
    chain = tmp_path / "chain.pem"
    chain.write_text("")
    settings = Signing(
        kind="pkcs11",
        pkcs11_module=module,
        pkcs11_token="netra",
        pkcs11_label="penanda",
        passphrase_file=str(pin),
    )
    made = choosing.backend(settings).sign_pdf(bare, reason="Uji")
    assert inspect(made.pdf, [made.chain[0]]).outcome is Outcome.GENUINE
    with pytest.raises(SigningRefused):
        choosing.backend(replace(settings, pkcs11_label="tidak-ada"))


def _put_into_module(module: str, archive: Path) -> None:
    import pkcs11
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12
    from pkcs11.util.ec import decode_ec_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    key, certificate, _ = pkcs12.load_key_and_certificates(archive.read_bytes(), None)
    assert key
    assert certificate
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    token = pkcs11.lib(module).get_token(token_label="netra")
    with token.open(user_pin="1234", rw=True) as session:
        for attributes in (
            decode_ec_private_key(der),
            decode_x509_certificate(certificate.public_bytes(serialization.Encoding.DER)),
        ):
            attributes[pkcs11.Attribute.LABEL] = "penanda"
            attributes[pkcs11.Attribute.TOKEN] = True
            attributes[pkcs11.Attribute.ID] = b"1"
            session.create_object(attributes)


@pytest.mark.parametrize(
    "environ",
    [
        {"NETRA_SIGNING": "sihir"},
        {"NETRA_SIGNING": "test"},
        {"NETRA_SIGNING": "pkcs12"},
        {"NETRA_SIGNING": "remote", "NETRA_SIGNING_URL": "https://x"},
    ],
)
def test_settings_that_cannot_sign_are_refused_at_the_start(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(BadSetting):
        load({**environ, "NETRA_INSTANCE": str(tmp_path)})


def test_a_demo_signs_with_the_trial_key_and_an_installation_with_nothing(tmp_path: Path) -> None:
    assert load({"NETRA_INSTANCE": str(tmp_path), "NETRA_DEMO": "1"}).signing.kind == "test"
    assert load({"NETRA_INSTANCE": str(tmp_path)}).signing.kind == "none"


# --- A service that signs ---------------------------------------------------------------------------------------


class Service(BaseHTTPRequestHandler):
    """A stand-in for the signing service: it signs with a trial key and misbehaves when told to."""

    key: Path
    script: list[str]
    asked: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).asked.append(body)
        manner = self.script.pop(0) if self.script else "sign"
        if self.path != "/esign/api/sign/pdf" or not self.headers["Authorization"].startswith("Basic "):
            self._say(404, b"{}")
        elif manner == "busy":
            self._say(503, b"")
        elif b"\r\n\r\nrahasia\r\n" not in body:
            self._say(400, b'{"status_code": 2031, "error": "Passphrase anda salah"}')
        else:
            pdf = body.partition(b"Content-Type: application/pdf\r\n\r\n")[2].rpartition(b"\r\n--")[0]
            signed = (
                choosing.backend(Signing(kind="test", pkcs12=str(self.key))).sign_pdf(pdf, reason="x").pdf
            )
            answers = {
                "sign": signed,
                "unsigned": pdf,
                "other": signed.replace(b"%PDF-1.7", b"%PDF-1.6"),
                "broken": flipped(signed, 3_000)[: len(pdf)] + signed[len(pdf) :],
                "append": signed + b"\n",
            }
            self._say(200, answers[manner])

    def _say(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple[str, type[Service]]]:
    kind = type("Scripted", (Service,), {"key": tmp_path / "service.p12", "script": [], "asked": []})
    testca.ensure(kind.key)
    with http_service(kind) as address:
        yield f"{address}/esign", kind


def remote(address: str, key: Path, passphrase: str = "rahasia", roots: Path | None = None) -> RemoteBackend:
    return RemoteBackend(
        address,
        user="netra",
        password="kata",
        nik="0000000000000000",
        passphrase=passphrase,
        roots=root_of(roots or key),
        time_limit=5,
        sleep=lambda _: None,
    )


def root_of(archive: Path) -> tuple[Any, ...]:
    backend = choosing.backend(Signing(kind="test", pkcs12=str(archive)))
    assert isinstance(backend, local.LocalBackend)
    return backend._roots


def test_a_service_signs_and_its_answer_is_looked_at(service: tuple[str, type[Service]], bare: bytes) -> None:
    address, kind = service
    made = remote(address, kind.key).sign_pdf(bare, reason="Uji")
    assert made.pdf.startswith(bare)
    assert inspect(made.pdf, [made.chain[0]]).outcome is Outcome.GENUINE


def test_a_service_out_of_order_is_asked_again_but_not_for_ever(
    service: tuple[str, type[Service]], bare: bytes
) -> None:
    address, kind = service
    kind.script = ["busy", "busy"]
    assert remote(address, kind.key).sign_pdf(bare, reason="Uji").chain
    kind.script = ["busy"] * 5
    with pytest.raises(SigningFailed) as raised:
        remote(address, kind.key).sign_pdf(bare, reason="Uji")
    assert not isinstance(raised.value, SigningRefused)


def test_a_wrong_passphrase_is_tried_once_and_stands_in_no_message(
    service: tuple[str, type[Service]], bare: bytes
) -> None:
    address, kind = service
    with pytest.raises(SigningRefused, match="Passphrase anda salah") as raised:
        remote(address, kind.key, passphrase="keliru-sekali").sign_pdf(bare, reason="Uji")
    assert len(kind.asked) == 1
    assert "keliru-sekali" not in str(raised.value)


@pytest.mark.parametrize("manner", ["unsigned", "other", "broken", "append"])
def test_an_answer_that_is_not_our_paper_signed_is_refused(
    service: tuple[str, type[Service]], bare: bytes, manner: str
) -> None:
    address, kind = service
    kind.script = [manner]
    with pytest.raises(SigningRefused):
        remote(address, kind.key).sign_pdf(bare, reason="Uji")


def test_an_answer_signed_under_other_roots_is_refused(
    service: tuple[str, type[Service]], bare: bytes, tmp_path: Path
) -> None:
    address, kind = service
    other = testca.ensure(tmp_path / "other.p12")
    with pytest.raises(SigningRefused):
        remote(address, kind.key, roots=other).sign_pdf(bare, reason="Uji")


@pytest.mark.parametrize("address", ["http://esign.contoh.go.id", "ftp://x", "esign.contoh.go.id", ""])
def test_a_passphrase_is_sent_over_tls_only(service: tuple[str, type[Service]], address: str) -> None:
    _, kind = service
    with pytest.raises(SigningRefused):
        remote(address, kind.key)


def test_nobody_at_the_address_is_a_failure_that_may_pass(
    service: tuple[str, type[Service]], bare: bytes
) -> None:
    _, kind = service
    with pytest.raises(SigningFailed) as raised:
        remote("http://127.0.0.1:9/esign", kind.key).sign_pdf(bare, reason="Uji")
    assert not isinstance(raised.value, SigningRefused)


# --- Time stamps, and what archives and screen readers need -----------------------------------------------------


class Stamps(BaseHTTPRequestHandler):
    """A stand-in for a time stamping authority."""

    stamper: Any

    def do_POST(self) -> None:
        from asn1crypto import tsp

        request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        content = self.stamper.request_tsa_response(request).dump()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        pass


def stamped(bare: bytes, folder: Path) -> bytes:
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key, certificate = rsa_authority(folder)
    stamper = DummyTimeStamper(
        asn1.Certificate.load(certificate),
        keys.PrivateKeyInfo.load(key),
        SimpleCertificateStore(),
    )
    roots = folder / "roots.pem"
    roots.write_text(local._pem(asn1.Certificate.load(certificate)))
    with http_service(type("Stamping", (Stamps,), {"stamper": stamper})) as address:
        settings = Signing(
            kind="test", pkcs12=str(folder / "key.p12"), tsa_url=f"{address}/tsa", roots=str(roots)
        )
        assert settings.deferred
        return choosing.backend(settings).sign_pdf(bare, reason="Uji").pdf


def test_with_an_authority_the_time_and_the_means_to_check_it_later_are_in_the_file(
    bare: bytes, tmp_path: Path
) -> None:
    pdf = stamped(bare, tmp_path)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.Root.DSS.Certs) >= 3
    assert "Signature is Valid." in told("pdfsig", pdf, tmp_path)
    settings = Signing(kind="test", pkcs12=str(tmp_path / "key.p12"), tsa_url="http://127.0.0.1:9/")
    backend = choosing.backend(settings)
    with pytest.raises(SigningFailed):
        backend.sign_pdf(bare, reason="Uji")


def test_every_kind_of_paper_passes_the_validators_for_archives_and_for_accessibility(
    renderer: Renderer, signed: Paper, bare: bytes, tmp_path: Path
) -> None:
    own = replace(paper().issuer, bilingual=True, colour="#5B1A1A", accent="#6B7A2A")
    badge = Attachment(
        "kredensial.json", "application/json", "Open Badge", b'{"type": "VerifiableCredential"}'
    )
    papers = {
        "v1": renderer.render(paper().to_json(), sample=False, template="v1"),
        "v2": bare,
        "sample": renderer.render(paper().to_json(), sample=True),
        "badge": renderer.render(paper().to_json(), sample=False, attachments=[badge]),
        "own": renderer.render(
            replace(paper("Ḥāfiẓ محمد رضا, S.Pd.I.", modules=30), issuer=own).to_json(), sample=False
        ),
        "signed": signed.content,
        "stamped": stamped(bare, tmp_path),
    }
    files = []
    for name, pdf in papers.items():
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(pdf)
        files.append(file)
    damaged = tmp_path / "damaged.pdf"
    with pikepdf.open(BytesIO(bare)) as document:
        del document.Root.Lang
        del document.Root.StructTreeRoot
        document.save(damaged)
    verdicts = judge([*files, damaged])
    for name in papers:
        for flavour in ("3a", "ua1"):
            assert verdicts[f"{name}.pdf", flavour].startswith("PASS"), (name, flavour, verdicts)
    # The judge can also say no.
    assert verdicts["damaged.pdf", "3a"].startswith("FAIL")
    assert verdicts["damaged.pdf", "ua1"].startswith("FAIL")


def test_the_tags_tell_the_paper_in_its_order(renderer: Renderer) -> None:
    badge = Attachment("kredensial.json", "application/json", "Open Badge", b"{}")
    pdf = renderer.render(paper().to_json(), sample=False, attachments=[badge])
    with pikepdf.open(BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "id"
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        kinds = [str(element.S) for element in _elements(document.Root.StructTreeRoot)]
        assert kinds.count("/H1") == 1
        assert kinds.index("/H1") < kinds.index("/H2") < kinds.index("/Table")
        figures = [element for element in _elements(document.Root.StructTreeRoot) if element.S == "/Figure"]
        assert len(figures) == 2
        assert all(str(figure.Alt) for figure in figures)
        for font in _fonts(document):
            assert "/FontFile2" in font.FontDescriptor or "/FontFile3" in font.FontDescriptor
        # WeasyPrint names one file twice in the list; readers take the object, which is one.
        assert len({item.objgen for item in document.Root.AF}) == 1
        file = document.Root.AF[0]
        assert str(file.AFRelationship) == "/Supplement"
        assert file.EF.F.read_bytes() == b"{}"
        assert str(file.EF.F.Subtype) == "/application/json"
        assert str(file.EF.F.Params.CreationDate).startswith("D:20261124")


def _elements(node: Any) -> Iterator[Any]:
    children = node.get("/K")
    if children is None or isinstance(children, int):
        return
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _elements(child)


def _fonts(document: pikepdf.Pdf) -> Iterator[Any]:
    for page in document.pages:
        for font in page.Resources.Font.values():
            yield font.DescendantFonts[0]


def test_equal_input_gives_equal_bytes_with_attachments_too(renderer: Renderer) -> None:
    badge = Attachment("kredensial.json", "application/json", "Open Badge", b"{}")
    second = Renderer()
    try:
        os.environ["TZ"] = "Asia/Jayapura"
        made = second.render(paper().to_json(), sample=False, attachments=[badge])
    finally:
        del os.environ["TZ"]
        second.close()
    assert made == renderer.render(paper().to_json(), sample=False, attachments=[badge])


def test_tools_are_there() -> None:
    assert all(shutil.which(name) for name in ("pdfsig", "qpdf", "java", "softhsm2-util"))
