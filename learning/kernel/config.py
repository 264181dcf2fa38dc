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
    values.update(overrides)
    values["instance"] = instance
    return Settings(**values)  # type: ignore[arg-type]  # built by name from one literal above


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
