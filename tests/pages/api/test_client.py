"""The small client in docs/ against the running application, as an agency's programmer would use it."""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from learning.kernel import config
from learning.kernel.db import db
from tests import factories as make
from tests.pages.api.conftest import RULE, Office

spec = importlib.util.spec_from_file_location(
    "netra_client", Path(config.ROOT) / "docs/client/netra_client.py"
)
assert spec is not None
assert spec.loader is not None
netra_client = importlib.util.module_from_spec(spec)
spec.loader.exec_module(netra_client)


@pytest.fixture
def client_of(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    db.session.rollback()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("NETRA_URL", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("NETRA_TOKEN", office.secret)
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_command(
    client_of: None, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = netra_client.main
    assert run(["token"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "SIMPEG Uji"
    assert run(["rules"]) == 0
    assert RULE in capsys.readouterr().out
    assert run(["check", office.nip(office.passed), "--rule", RULE]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "ELIGIBLE"
    assert run(["check", make.make_number(), "--rule", RULE]) == 1
    assert "404" in capsys.readouterr().err
    assert run(["certificates"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert run(["verify", found["code"]]) == 0
    assert json.loads(capsys.readouterr().out)["items"][0]["state"] == "VALID"
    asked, result = tmp_path / "kode.txt", tmp_path / "hasil.csv"
    asked.write_text(f"{found['code']}\n\n{found['number']}\nsalah\n")
    assert run(["list", str(asked), "--out", str(result)]) == 0
    receipt = json.loads(capsys.readouterr().out)
    assert receipt["counts"] == {"VALID": 2, "MISTYPED": 1}
    assert run(["receipt", receipt["code"], str(result)]) == 0
    result.write_bytes(result.read_bytes() + b" ")
    assert run(["receipt", receipt["code"], str(result)]) == 1
    assert "not the one" in capsys.readouterr().err
    sheet = tmp_path / "pegawai.csv"
    sheet.write_text(f"nama;nip\nSari;{office.nip(office.passed)}\nBudi;1.98E+17\n")
    assert run(["bulk", str(sheet), "--rule", RULE]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith(f"2,{office.nip(office.passed)},ELIGIBLE")
    assert lines[-1].startswith("end,2,")
    assert run(["bulk", str(sheet), "--rule", "tidak-ada"]) == 1
    assert "404" in capsys.readouterr().err


def test_a_broken_answer_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("NETRA_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("NETRA_TOKEN", "netra_x")
    monkeypatch.setattr(netra_client.Netra, "stream", lambda *_a: iter([b"line,nip\r\n", b"1,x\r\n"]))
    assert netra_client.main(["bulk", str(tmp_path / "x.csv"), "--rule", RULE]) == 1
    assert "broke off" in capsys.readouterr().err
