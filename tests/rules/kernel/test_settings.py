"""Settings: what is refused, what is made, what never leaks into logs."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path

import pytest

from learning.kernel import clock, config, logs
from learning.kernel.web import initials, mask_nip, safe_next

GOOD = "k3yT-hat.is_long+enough&random!0123456789"


def load(tmp_path: Path, **values: str) -> config.Settings:
    return config.load({"NETRA_INSTANCE": str(tmp_path), **values})


@pytest.mark.parametrize("key", ["short", "a" * 64, "change-me", "0123456789" * 2, "ab" * 40])
def test_a_weak_key_is_refused_with_the_remedy(tmp_path: Path, key: str) -> None:
    with pytest.raises(config.WeakSecret, match="32 random characters"):
        load(tmp_path, SECRET_KEY=key)


def test_without_a_key_one_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = load(tmp_path).secret_key
    assert load(tmp_path).secret_key == first
    assert len(first) >= 48
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_truncated_key_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("cut off")
    with pytest.raises(config.WeakSecret, match="too short"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("word", "on"), [("1", True), ("ya", True), ("0", False), ("", False), ("tidak", False)]
)
def test_demo_is_off_unless_somebody_says_so(tmp_path: Path, word: str, *, on: bool) -> None:
    assert load(tmp_path, NETRA_DEMO=word).demo is on


@pytest.mark.parametrize(
    ("name", "value"), [("NETRA_DEMO", "maybe"), ("PORT", "eighty"), ("WEB_THREADS", "-1")]
)
def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        load(tmp_path, **{name: value})


@pytest.mark.parametrize(
    "given",
    ["postgres://u:p@host/netra", "postgresql://u:p@host/netra", "postgresql+psycopg://u:p@host/netra"],
)
def test_every_way_to_write_a_postgresql_address_reaches_our_driver(tmp_path: Path, given: str) -> None:
    assert load(tmp_path, DATABASE_URL=given).database_url == "postgresql+psycopg://u:p@host/netra"


def test_dotenv_lines_are_read_and_comments_are_not(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# PORT=1\nPORT=9000\nMAIL_FROM='Netra <a@b>'\n\n")
    assert config.load_dotenv(tmp_path / ".env") == {"PORT": "9000", "MAIL_FROM": "Netra <a@b>"}


@pytest.mark.parametrize("nip", ["199002142015032999", "19900214 201503 2 999", "19900214.201503.2.999"])
def test_no_log_line_ever_shows_a_nip(nip: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "login of %s", (nip,), None)
    record.extra_field = {"deep": [nip]}
    line = logs.JsonFormatter().format(record)
    assert "999" not in line
    assert json.loads(line)["message"] == "login of [nip]"


@pytest.mark.parametrize(
    ("target", "to"),
    [
        ("/kursus/x?y=1", "/kursus/x?y=1"),
        ("https://jahat.example/", "/"),
        ("//jahat.example", "/"),
        ("/\\jahat.example", "/"),
        ("\\\\jahat.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_after_a_form_one_stays_on_this_site(target: str | None, to: str) -> None:
    assert safe_next(target, "/") == to


def test_a_masked_nip_hides_the_birthday() -> None:
    assert "0214" not in mask_nip("199002142015032999")


def test_initials_skip_titles() -> None:
    assert initials("Siti Rahmawati, S.Pd.") == "SR"
    assert initials("dr. Made Wirawan") == "MW"
    assert initials("Sukarno") == "S"


def test_only_aware_instants_travel() -> None:
    from datetime import datetime

    with pytest.raises(ValueError, match="aware"), clock.travel(datetime(2026, 1, 1)):
        pass
