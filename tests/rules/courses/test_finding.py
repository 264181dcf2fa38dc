"""The catalogue of acts: what people look for in it, and what it says of the open points of the law."""

from __future__ import annotations

import dataclasses

import pytest

from courses import finding, texts
from courses.finding import Asked, asked, matching
from courses.format import acts, registry
from courses.format.acts import Act

ENTRIES = acts.shipped()[0].entries


def found(**wanted: str) -> list[str]:
    return [
        act.key
        for act in matching(ENTRIES.values(), Asked(**wanted), search_words=lambda act: act.title + act.note)
    ]


def test_the_shipped_catalogue_has_every_act_of_the_fact_sheet_and_no_problem() -> None:
    known, problems = acts.shipped()
    assert [p.format() for p in problems] == []
    forbidden = [key for key, act in known.entries.items() if act.forbidden]
    permitted = [key for key, act in known.entries.items() if not act.forbidden]
    assert forbidden == [f"v-{n:02d}" for n in range(1, 43)]
    assert permitted == [f"b-{n:02d}" for n in range(1, 11)]
    for act in known.entries.values():
        assert act.grounds, act.key
        assert (act.cases and act.instead) if act.forbidden else act.limit, act.key


def test_the_phase_changes_what_a_like_counts_as() -> None:
    """Fact sheet 0.5: towards a prospective candidate a matter of ethics, towards a candidate one of discipline."""
    like = ENTRIES["v-01"]
    by_phase = {phase: (case.category, case.level) for case in like.cases for phase in case.phases}
    assert by_phase["pra"] == ("kode-etik", "moral")
    assert by_phase["kam"] == ("disiplin", "berat")


def test_listening_in_silence_is_told_as_open() -> None:
    assert [(case.category, case.level) for case in ENTRIES["v-12"].cases] == [("abu-abu", "belum-pasti")]
    assert finding.is_uncertain(ENTRIES["v-12"])


def test_phase_category_and_level_must_fit_the_same_case() -> None:
    assert "v-01" in found(phase="pra", level="moral")
    assert "v-01" in found(phase="kam", level="berat")
    assert "v-01" not in found(phase="pra", level="berat")


def test_a_phase_keeps_what_is_permitted_and_a_level_does_not() -> None:
    assert "b-01" in found(phase="kam")
    assert not any(key.startswith("b-") for key in found(level="berat"))
    assert not any(key.startswith("b-") for key in found(category="disiplin"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [("ktp", "v-18"), ("KTP fotokopi", "v-18"), ("suka", "v-01"), ("", "v-01"), ("“suka”", "v-01")],
)
def test_every_word_must_begin_a_word_of_the_act(words: str, expected: str) -> None:
    assert expected in found(words=words)


def test_words_that_stand_nowhere_find_nothing() -> None:
    assert found(words="suka zzz") == []


def test_kind_theme_and_law_filter() -> None:
    assert set(found(kind="boleh")) == {f"b-{n:02d}" for n in range(1, 11)}
    assert all(ENTRIES[key].theme == "keluarga" for key in found(theme="keluarga"))
    assert all(any(g.key == "pp-37-2004" for g in ENTRIES[key].grounds) for key in found(law="pp-37-2004"))
    assert found(law="pp-37-2004")
    assert found(law="tidak-ada") == []


def test_an_address_full_of_nonsense_filters_nothing() -> None:
    nonsense = asked(
        {"fase": "besok", "golongan": "x", "tingkat": "''", "tema": "<b>", "jenis": "semua", "q": "\0 "}
    )
    assert nonsense == Asked()
    assert not nonsense
    assert len(asked({"q": "a" * 5_000}).words) == finding.MAX_SEARCH


def test_every_code_of_the_catalogue_has_words() -> None:
    assert set(texts.PHASE) == set(acts.PHASES)
    assert set(texts.CATEGORY) == set(acts.CATEGORIES)
    assert set(texts.LEVEL) == set(texts.LEVEL_TONE) == set(acts.CASE_LEVELS)
    assert set(texts.THEME) == set(acts.THEMES)


def test_a_regulation_is_open_while_anything_about_it_is() -> None:
    known, _problems = registry.shipped()
    assert finding.is_open(known.regulations["skb-2022"])
    settled = dataclasses.replace(known.regulations["pp-37-2004"], read=True, to_confirm=())
    assert not finding.is_open(settled)
    assert finding.is_open(dataclasses.replace(settled, to_confirm=("Baca.",)))
    assert finding.is_open(dataclasses.replace(settled, read=False))


def test_every_regulation_says_where_to_read_it_and_what_of_it_is_open() -> None:
    known, problems = registry.shipped()
    assert [p.format() for p in problems] == []
    for regulation in known.regulations.values():
        assert regulation.where, regulation.key
        assert regulation.title, regulation.key
        assert regulation.status in registry.STATUSES, regulation.key
        unverified = [a.locator for a in regulation.articles.values() if a.mark == "V"]
        assert regulation.to_confirm or not unverified, (regulation.key, unverified)


def test_an_act_knows_its_grounds_once_and_its_phases_in_order() -> None:
    act: Act = ENTRIES["v-09"]
    assert len(act.grounds) == len(set(act.grounds))
    assert act.phases == tuple(p for p in acts.PHASES if p in act.phases)
