"""Settings, read once from the environment into one frozen object.

Every setting is documented in `.env.example`. A weak secret is refused at start: a guessable key lets
anybody forge a session.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_WEAK = {"secret", "changeme", "change-me", "dev", "development", "password", "netra", "test"}


class WeakSecret(ValueError):
    """The SECRET_KEY given is too short or too simple to protect sessions."""


class BadSetting(ValueError):
    """A setting that contradicts itself or another one."""


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs what leaves the house. `kind`: none, test, pkcs12, pkcs11, remote, remote-hash. Secrets are named by the file they lie in."""

    kind: str = "none"
    pkcs12: str = ""
    passphrase_file: str = ""
    pkcs11_module: str = ""
    pkcs11_token: str = ""
    pkcs11_label: str = ""
    chain: str = ""
    roots: str = ""
    url: str = ""
    user: str = ""
    password_file: str = ""
    nik: str = ""
    credential: str = ""
    tsa_url: str = ""

    @property
    def remote(self) -> bool:
        """Whether a service signs, and no key of ours."""
        return self.kind in {"remote", "remote-hash"}

    @property
    def deferred(self) -> bool:
        """Whether signing asks somebody over the network: then it is background work and nobody waits for it."""
        return self.remote or bool(self.tsa_url)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between two installations. Values only, no behaviour."""

    instance: Path
    secret_key: str
    database_url: str
    redis_url: str | None
    base_url: str
    demo: bool
    host: str
    port: int
    web_processes: int
    web_threads: int
    trusted_proxies: int
    smtp_url: str | None
    mail_from: str
    log_level: str
    signing: Signing = Signing()

    @property
    def https(self) -> bool:
        """Whether people reach us over TLS: decides Secure cookies and HSTS."""
        return self.base_url.startswith("https://")

    @property
    def sqlite(self) -> bool:
        """Whether the embedded default (one SQLite file) is in use."""
        return self.database_url.startswith("sqlite")


def load_dotenv(path: Path) -> dict[str, str]:
    """Read `KEY=value` lines; quotes around a value are dropped; missing file is empty."""
    if not path.is_file():
        return {}
    values = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, sep, value = line.strip().partition("=")
        if sep and not name.startswith("#"):
            values[name.strip()] = value.strip().strip("'\"")
    return values


def load(environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Settings from the environment (a `.env` file beside `app.py` fills what is not set).

    Creates the instance folder and, on first run, a random secret key in it (readable by its owner only).
    Refuses: a weak SECRET_KEY, a number that is none, an unknown yes/no word.
    """
    env: dict[str, str] = {}
    if environ is None:
        env = {**load_dotenv(ROOT / ".env"), **os.environ}
    else:
        env = dict(environ)
    instance = Path(
        str(overrides.get("instance") or env.get("NETRA_INSTANCE") or ROOT / "instance")
    ).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    port = _number(env, "PORT", 8000)
    database_url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'netra.db'}"
    if database_url.startswith(("postgres://", "postgresql://")):
        database_url = "postgresql+psycopg://" + database_url.split("://", 1)[1]
    embedded = database_url.startswith("sqlite")
    values: dict[str, object] = {
        "instance": instance,
        "secret_key": _secret(env.get("SECRET_KEY"), instance),
        "database_url": database_url,
        "redis_url": env.get("REDIS_URL") or None,
        "base_url": (env.get("NETRA_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        "demo": _yes(env, "NETRA_DEMO", default=False),
        "host": env.get("HOST") or "127.0.0.1",
        "port": port,
        "web_processes": _number(
            env, "WEB_PROCESSES", min(2, os.cpu_count() or 1) if embedded else os.cpu_count() or 1
        ),
        "web_threads": _number(env, "WEB_THREADS", 8),
        "trusted_proxies": _number(env, "TRUSTED_PROXIES", 0),
        "smtp_url": env.get("SMTP_URL") or None,
        "mail_from": env.get("MAIL_FROM") or "Netra <netra@localhost>",
        "log_level": env.get("LOG_LEVEL") or "INFO",
    }
    demo = bool(overrides.get("demo", values["demo"]))
    values["signing"] = _signing(env, instance, demo=demo)
    values.update(overrides)
    values["instance"] = instance
    return Settings(**values)  # type: ignore[arg-type]  # built by name from one literal above


_NEEDED = {
    "none": (),
    "test": (),
    "pkcs12": ("NETRA_SIGNING_PKCS12",),
    "pkcs11": ("NETRA_SIGNING_MODULE", "NETRA_SIGNING_TOKEN", "NETRA_SIGNING_LABEL"),
    "remote": ("NETRA_SIGNING_URL", "NETRA_SIGNING_USER", "NETRA_SIGNING_NIK", "NETRA_SIGNING_ROOTS"),
    "remote-hash": (
        "NETRA_SIGNING_URL",
        "NETRA_SIGNING_USER",
        "NETRA_SIGNING_CREDENTIAL",
        "NETRA_SIGNING_ROOTS",
    ),
}


def _signing(env: Mapping[str, str], instance: Path, *, demo: bool) -> Signing:
    kind = env.get("NETRA_SIGNING", "").strip().lower() or ("test" if demo else "none")
    if kind not in _NEEDED:
        raise BadSetting(f"NETRA_SIGNING must be one of {', '.join(_NEEDED)}, not {kind!r}")
    if kind == "test" and not demo:
        raise BadSetting("NETRA_SIGNING=test makes worthless signatures: it is for NETRA_DEMO=1 only")
    missing = [name for name in _NEEDED[kind] if not env.get(name)]
    if missing:
        raise BadSetting(f"NETRA_SIGNING={kind} also needs {', '.join(missing)}")
    return Signing(
        kind=kind,
        pkcs12=str(instance / "signing" / "test.p12")
        if kind == "test"
        else env.get("NETRA_SIGNING_PKCS12", ""),
        passphrase_file=env.get("NETRA_SIGNING_PASSPHRASE_FILE", "") if kind != "test" else "",
        pkcs11_module=env.get("NETRA_SIGNING_MODULE", ""),
        pkcs11_token=env.get("NETRA_SIGNING_TOKEN", ""),
        pkcs11_label=env.get("NETRA_SIGNING_LABEL", ""),
        chain=env.get("NETRA_SIGNING_CHAIN", ""),
        roots=env.get("NETRA_SIGNING_ROOTS", ""),
        url=env.get("NETRA_SIGNING_URL", ""),
        user=env.get("NETRA_SIGNING_USER", ""),
        password_file=env.get("NETRA_SIGNING_PASSWORD_FILE", ""),
        nik=env.get("NETRA_SIGNING_NIK", ""),
        credential=env.get("NETRA_SIGNING_CREDENTIAL", ""),
        tsa_url=env.get("NETRA_TSA_URL", ""),
    )


def _yes(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    word = env.get(name, "").strip().lower()
    if not word:
        return default
    if word in {"1", "true", "yes", "on", "ya"}:
        return True
    if word in {"0", "false", "no", "off", "tidak"}:
        return False
    raise ValueError(f"{name} must be 1 or 0, not {word!r}")


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name, "").strip()
    if not raw:
        return default
    if not raw.isdigit():
        raise ValueError(f"{name} must be a whole number, not {raw!r}")
    return int(raw)


def _secret(given: str | None, instance: Path) -> str:
    if given:
        if len(given) < 32 or len(set(given)) < 10 or given.lower() in _WEAK:
            raise WeakSecret(
                "SECRET_KEY is too weak: give at least 32 random characters, "
                "or leave it out and one is made in the instance folder."
            )
        return given
    path = instance / "secret_key"
    if not path.exists():
        # Exclusive creation: of two processes starting at once, one writes and the other reads.
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    key = path.read_text().strip()
    if len(key) < 32:
        raise WeakSecret(f"The key in {path} is too short; delete the file and start again.")
    return key
