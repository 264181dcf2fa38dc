"""The signer that the settings name. Reads keys, so only the process that signs may call it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from certificates.signing import testca
from certificates.signing.backend import SigningBackend, SigningRefused

if TYPE_CHECKING:
    from learning.kernel.config import Signing


def backend(settings: Signing, passphrase: str | None = None) -> SigningBackend:
    """The signer for these settings (not for `none`); `passphrase` is one that somebody has just typed. Raises SigningRefused when a key or passphrase cannot be read."""
    from certificates.signing import local

    try:
        roots = local.read_certificates(settings.roots)
        if settings.kind == "remote":
            from certificates.signing.remote import RemoteBackend

            return RemoteBackend(
                settings.url,
                user=settings.user,
                password=_secret(settings.password_file),
                nik=settings.nik,
                passphrase=passphrase if passphrase is not None else _secret(settings.passphrase_file),
                roots=roots,
            )
        stamper = None
        if settings.tsa_url:
            from certificates.signing.stamping import HttpTimeStamper

            stamper = HttpTimeStamper(settings.tsa_url)
        if settings.kind == "remote-hash":
            from certificates.signing.remote_hash import HashService, RemoteHashBackend

            service = HashService(
                settings.url,
                user=settings.user,
                password=_secret(settings.password_file),
                credential=settings.credential,
                passphrase=passphrase if passphrase is not None else _secret(settings.passphrase_file),
            )
            return RemoteHashBackend(service, roots=roots, timestamper=stamper)
        if settings.kind == "pkcs11":
            return local.from_pkcs11(
                settings.pkcs11_module,
                token=settings.pkcs11_token,
                label=settings.pkcs11_label,
                pin=_secret(settings.passphrase_file),
                chain=local.read_certificates(settings.chain),
                timestamper=stamper,
                roots=roots,
            )
        path = Path(settings.pkcs12)
        if settings.kind == "test":
            testca.ensure(path)
        key = _secret(settings.passphrase_file).encode() if settings.passphrase_file else None
        return local.from_pkcs12(path, passphrase=key, timestamper=stamper, roots=roots)
    except (OSError, ValueError) as error:
        raise SigningRefused(f"the signer cannot be made ready: {type(error).__name__}") from error


def waits_for_official(settings: Signing) -> bool:
    """Whether nothing can be signed here without an official who types a passphrase (`flask certificates sign`)."""
    return settings.remote and not settings.passphrase_file


def _secret(path: str) -> str:
    if not path:
        return ""
    return Path(path).read_text("utf-8").rstrip("\r\n")
