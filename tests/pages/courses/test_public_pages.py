"""Regulations, help and privacy: for everybody, with and without a login."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from courses.format import registry


@pytest.mark.parametrize("path", ["/regulasi", "/bantuan", "/privasi"])
def test_everybody_may_read(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).count("<h1>") == 1


def test_every_citable_article_has_its_place(client: FlaskClient) -> None:
    known, problems = registry.shipped()
    assert not [problem for problem in problems if problem.severity == "error"]
    listed = client.get("/regulasi").get_data(as_text=True)
    for key, regulation in known.regulations.items():
        assert f'href="/regulasi/{key}"' in listed
        page = client.get(f"/regulasi/{key}").get_data(as_text=True)
        for locator in regulation.articles:
            assert page.count(f'id="{locator}"') == 1, (key, locator)


def test_a_repealed_law_says_so_and_names_its_successor(client: FlaskClient) -> None:
    page = client.get("/regulasi/uu-5-2014").get_data(as_text=True)
    assert "Sudah dicabut" in page
    assert 'href="/regulasi/uu-20-2023"' in page
    assert "Sudah dicabut" not in client.get("/regulasi/uu-20-2023").get_data(as_text=True)


@pytest.mark.parametrize("key", ["tidak-ada", "%00", "UU-20-2023", "x" * 2000])
def test_an_unknown_regulation_is_not_found(client: FlaskClient, key: str) -> None:
    assert client.get(f"/regulasi/{key}").status_code == 404


def test_no_page_carries_inline_style_or_script(client: FlaskClient, db_session: Any) -> None:
    for path in ("/regulasi", "/regulasi/pp-94-2021", "/bantuan", "/privasi"):
        page = client.get(path).get_data(as_text=True)
        assert " style=" not in page
        assert "<style" not in page
        assert "<script>" not in page
        assert " onclick=" not in page
