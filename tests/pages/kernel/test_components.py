"""The gallery of components: complete, and there for developers only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from learning.kernel.config import ROOT

COMPONENTS = sorted(path.name for path in (ROOT / "templates" / "components").glob("*.html"))
GALLERY = (ROOT / "templates" / "kernel" / "components.html").read_text()


def test_the_gallery_opens_in_demo_mode(demo_mode: None, client: FlaskClient) -> None:
    page = client.get("/komponen")
    assert page.status_code == 200
    assert "Semua bagian antarmuka" in page.text


def test_outside_demo_mode_there_is_no_gallery(client: FlaskClient) -> None:
    assert client.get("/komponen").status_code == 404


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_file_is_shown_in_the_gallery(name: str) -> None:
    imported = re.search(rf'{{% from "components/{re.escape(name)}" import ([^%]+) %}}', GALLERY)
    assert imported, f"{name} is not in the gallery"
    assert any(
        re.search(rf"(?:{{|\(|call |\|){{0,2}} ?{macro.strip()}\(", GALLERY)
        for macro in imported[1].split(",")
    )


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "sprite.svg").read_text()))
    wanted: dict[str, Path] = {}
    for path in (ROOT / "templates").rglob("*.html"):
        for name in re.findall(r"""\bicon\(\s*["']([a-z0-9-]+)["']""", path.read_text()):
            wanted[name] = path
        for name in re.findall(r"""\b(?:start|end|icon_name)=["']([a-z0-9-]+)["']""", path.read_text()):
            wanted[name] = path
    assert {name: str(path) for name, path in wanted.items() if name not in sprite} == {}


def test_no_template_carries_a_style_or_a_script_of_its_own() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"""\sstyle=["']|<style\b|\son[a-z]+=["']""", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path


def test_every_class_of_a_component_is_a_class_of_the_stylesheets() -> None:
    css = "".join(path.read_text() for path in (ROOT / "static" / "css").glob("*.css"))
    defined = set(re.findall(r"\.([a-z][\w-]*)", css))
    # A list that is not a text list needs a class so that the base style takes its bullets off; `err` frames a page.
    bare = {"plain", "err"}
    missing: dict[str, str] = {}
    for path in (ROOT / "templates").rglob("*.html"):
        # Expressions first: their own quotes would end the attribute too early.
        markup = re.sub(r"\{[{%].*?[%}]\}", " \0 ", path.read_text(), flags=re.DOTALL)
        for value in re.findall(r'(?<![_\w])(?:class|cls)="([^"]*)"', markup):
            for word in value.split():
                name = re.fullmatch(r"[a-z][\w]*(?:-{1,2}[\w]+)*", word)
                block = word.split("--")[0]
                if name and word not in defined | bare and not (block != word and block in defined):
                    missing[word] = path.name
    assert missing == {}


def test_pages_name_static_files_by_their_hash_and_those_may_be_kept(client: FlaskClient, app: Flask) -> None:
    page = client.get("/masuk").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"#]+\.(?:css|js|svg))([^"#]*)', page)
    assert addresses
    for path, query in addresses:
        assert re.fullmatch(r"\?v=[0-9a-f]{10}", query), path
        with client.get(path + query) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_first_load_stays_small() -> None:
    css = sum(
        (ROOT / "static" / "css" / f"{name}.css").stat().st_size
        for name in ("tokens", "layout", "components", "pages")
    )
    assert css < 32_000
    assert (ROOT / "static" / "js" / "app.js").stat().st_size < 16_000
