"""The PDF of a certificate, made when it is first asked for by a process that draws and, where a key is near, signs.

A web process starts at most one rendering process, on the first request for a certificate, and talks to it through
pipes. Only that process reads the key. Unsigned, equal payloads give equal bytes, and the file on disk is only a cache; a
signed file exists once, and whoever made it must keep it (`papers`). Nothing here knows a table or a request.
"""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from .badge.ordering import BadgeOrder, MadeBadge
from .fontfolder import use_bundled_fonts
from .payload import CertificatePayload, payload_hash
from .pdf import splicing
from .pdf.worker import MAX_REQUEST, read_message, write_message
from .signing.backend import Sealed, SigningFailed, SigningRefused

if TYPE_CHECKING:
    from learning.kernel.config import Signing

    from .pdf.attaching import Attachment

# What new certificates are printed with; those issued before keep the version that stands in their row.
TEMPLATE_VERSION = "v2"
TIME_LIMIT = 20.0
# WeasyPrint does not leak, but a fresh process now and then costs nothing and forgives everything.
RENDERS_PER_PROCESS = 2000

# What the libraries of key modules (PKCS#11) read their own configuration from.
_KEY_MODULES = ("SOFTHSM2_", "PKCS11_", "YUBIHSM_", "CKNFAST_", "ChrystokiConfigurationPath")
_ROOT = Path(__file__).resolve().parent.parent


class RenderingFailed(Exception):
    """No PDF could be made: the renderer is missing, too slow, or refused the payload.

    `undrawable`: a name or title holds letters that no bundled font has; only a correction of the data helps.
    """

    def __init__(self, message: str, *, undrawable: bool = False) -> None:
        super().__init__(message)
        self.undrawable = undrawable


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF and the certificates (PEM, the signer's own first) behind its signature; none when it is not signed.

    `badge`: the badge that was signed with it on order, and is in it. `reused`: made from a page laid out before.
    """

    content: bytes
    chain: tuple[str, ...] = ()
    badge: MadeBadge | None = None
    reused: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound file, how many pages it has, and the certificates (PEM) behind its one signature; none when not signed."""

    path: Path
    pages: int
    chain: tuple[str, ...] = ()


def renderer_version(*, reused: bool = False) -> str:
    """What draws, for the record beside a stored file: each way has a name of its own, because its bytes are its own."""
    name = f"weasyprint {version('weasyprint')}"
    return f"{name}, {splicing.VERSION}" if reused else name


class Renderer:
    """One rendering process behind a lock, started lazily, replaced when it is slow, dead or old."""

    def __init__(
        self, time_limit: float = TIME_LIMIT, renders_per_process: int = RENDERS_PER_PROCESS
    ) -> None:
        """`time_limit` in seconds for one certificate, the start of the process included."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._rendered = 0
        self._time_limit = time_limit
        self._renders_per_process = renders_per_process

    def render(self, payload: dict[str, Any], **options: Any) -> bytes:
        """The bytes of `paper`."""
        return self.paper(payload, **options).content

    def paper(
        self,
        payload: dict[str, Any],
        *,
        template: str = TEMPLATE_VERSION,
        sample: bool,
        attachments: Sequence[Attachment] = (),
        logo: bytes = b"",
        sealed: Sealed = Sealed.NOTHING,
        signing: Signing | None = None,
        badge: BadgeOrder | None = None,
        credential: bytes = b"",
        reuse: bool = False,
    ) -> Paper:
        """The PDF with its badge: `credential` as it is, or `badge` signed now where its keys are at hand; and signed in the rendering process when `signing` says by whom; `sealed` is what the paper says of it. `reuse`: many of one course are coming, so lay the page out once; whoever keeps unsigned files by their payload must not ask for it.

        Raises RenderingFailed; the next call starts with a fresh process then. Raises SigningFailed, SigningRefused.
        """
        request = json.dumps(
            {
                "template": template,
                "payload": payload,
                "sample": sample,
                "attachments": [
                    {**asdict(item), "content": base64.b64encode(item.content).decode()}
                    for item in attachments
                ],
                "logo": base64.b64encode(logo).decode(),
                "sealed": sealed,
                "signing": asdict(signing) if signing else None,
                "badge": asdict(badge) if badge else None,
                "credential": credential.decode(),
                "reuse": reuse,
            }
        ).encode()
        head, pdf = self._told(request)
        if head["warnings"] or not pdf.startswith(b"%PDF-"):
            raise RenderingFailed(f"the renderer refused: {len(head['warnings'])} warnings")
        badge_made = MadeBadge(**head["badge"]) if head["badge"] else None
        return Paper(pdf, tuple(head["chain"]), badge_made, bool(head["reused"]))

    def bind(
        self,
        payload: dict[str, Any],
        papers: Sequence[tuple[str, str]],
        folder: Path,
        *,
        template: str,
        sample: bool,
        logo: bytes = b"",
        sealed: Sealed = Sealed.NOTHING,
        signing: Signing | None = None,
    ) -> Bound:
        """Bind (number, file in `folder`) in this order behind a list drawn from `payload`; the file lies in `folder`.

        Raises what `paper` raises.
        """
        request = json.dumps(
            {
                "bind": {"folder": str(folder), "papers": papers},
                "template": template,
                "payload": payload,
                "sample": sample,
                "logo": base64.b64encode(logo).decode(),
                "sealed": sealed,
                "signing": asdict(signing) if signing else None,
            }
        ).encode()
        head, _nothing = self._told(request)
        if head["warnings"]:
            raise RenderingFailed(f"the renderer refused: {len(head['warnings'])} warnings")
        return Bound(folder / head["file"], head["pages"], tuple(head["chain"]))

    def _told(self, request: bytes) -> tuple[dict[str, Any], bytes]:
        """One question and its answer. Raises RenderingFailed, SigningFailed, SigningRefused."""
        if len(request) > MAX_REQUEST:
            raise RenderingFailed("the payload is too large")
        with self._lock:
            process = self._started()
            stopwatch = threading.Timer(self._time_limit, process.kill)
            stopwatch.start()
            try:
                write_message(cast("BinaryIO", process.stdin), request)
                head, pdf = self._answer(cast("IO[bytes]", process.stdout))
            except (OSError, EOFError, ValueError) as error:
                self._stop()
                raise RenderingFailed("the rendering process ended or took too long") from error
            finally:
                stopwatch.cancel()
            self._rendered += 1
            if self._rendered >= self._renders_per_process:
                self._stop()
        if head["error"] == "SigningRefused":
            raise SigningRefused(head["told"])
        if head["error"] == "SigningFailed":
            raise SigningFailed(head["told"])
        if head["error"]:
            raise RenderingFailed(
                f"the renderer refused: {head['error']}, {len(head['warnings'])} warnings",
                undrawable=head["error"] == "UndrawableLetters",
            )
        return head, pdf

    def close(self) -> None:
        """End the rendering process; the next call starts another."""
        with self._lock:
            if self._owner == os.getpid():
                self._stop()

    def _answer(self, stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
        head = read_message(cast(Any, stream))
        pdf = read_message(cast(Any, stream))
        if head is None or pdf is None:
            raise EOFError("the rendering process ended")
        return cast("dict[str, Any]", json.loads(head)), pdf

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._process.poll() is not None or self._owner != os.getpid()):
            # After a fork the pipes belong to the parent; using them would mix two conversations.
            self._forget() if self._owner != os.getpid() else self._stop()
        if self._process is None:
            environment = {
                key: value
                for key, value in os.environ.items()
                if key in ("PATH", "LANG", "HOME", "TMPDIR") or key.startswith(_KEY_MODULES)
            }
            use_bundled_fonts(environment)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "certificates.pdf.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env=environment,
            )
            self._owner = os.getpid()
            self._rendered = 0
        return self._process

    def _forget(self) -> None:
        self._process = None

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            try:
                cast("IO[bytes]", stream).close()
            except OSError:
                pass
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


_renderer = Renderer()
atexit.register(_renderer.close)


def renderer() -> Renderer:
    """The one renderer of this process."""
    return _renderer


def certificate_pdf(
    payload: CertificatePayload,
    *,
    template: str,
    sample: bool,
    cache: Path,
    logo: bytes = b"",
    credential: bytes = b"",
    using: Renderer | None = None,
) -> bytes:
    """The unsigned PDF of a payload from the cache folder, rendered first if it is not there yet.

    Two processes asking at once both render and write the same bytes; a reader never sees half a file. A cache that
    cannot be written is no reason to withhold the certificate. Raises RenderingFailed.
    """
    path = cached_path(payload, template=template, sample=sample, cache=cache, credential=credential)
    return drawn_once(
        path,
        lambda: (using or renderer()).render(
            payload.to_json(), template=template, sample=sample, logo=logo, credential=credential
        ),
    )


def drawn_once(path: Path, draw: Callable[[], bytes]) -> bytes:
    """The file at `path`, drawn and put there first if it is not there yet. Raises what `draw` raises."""
    try:
        return path.read_bytes()
    except OSError:
        pass
    pdf = draw()
    try:
        _write_whole(path, pdf)
    except OSError:
        pass
    return pdf


def cached_path(
    payload: CertificatePayload, *, template: str, sample: bool, cache: Path, credential: bytes = b""
) -> Path:
    """Where the PDF lies: named by template version, payload hash, badge and marking, spread over 256 folders."""
    digest = payload_hash(payload)
    badge = f"-{hashlib.sha256(credential).hexdigest()[:16]}" if credential else ""
    return cache / template / digest[:2] / f"{digest}{badge}{'-contoh' if sample else ''}.pdf"


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
