"""Out and in again: what was carried once is carried every time, word for word."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from courses.exchange import conversion, markup
from courses.exchange.cleaning import clean, escape, guard, one_line, plain
from courses.exchange.questions import Question
from courses.exchange.read_gift import read_gift
from courses.exchange.read_moodle_xml import read_moodle_xml
from courses.exchange.write_gift import write_gift
from courses.exchange.write_moodle_xml import write_moodle_xml
from tests.rules.exchange import making, telling

MANY = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


@MANY
@given(text=making.LONGER, kind=making.FORMATS)
@example(text="_ _\n___", kind="plain")
def test_clean_text_is_clean_already(text: str, kind: str) -> None:
    once = markup.to_markdown(text, kind).text
    assert markup.to_markdown(once, markup.MARKDOWN).text == once
    assert guard(once) == once
    assert one_line(one_line(once)) == one_line(once)


@MANY
@given(text=making.LONGER)
def test_plain_words_come_back_as_they_were(text: str) -> None:
    words = " ".join(plain(escape(text)).split())
    assert plain(escape(words)) == words
    assert clean(escape(text))[0].replace("\n", "") == escape(text).strip().replace("\n", "")


@MANY
@given(bank=st.lists(making.questions(), min_size=1, max_size=4))
def test_gift_written_and_read_is_the_same(bank: list[Question | None]) -> None:
    questions = [question for question in bank if question is not None]
    assume(questions)
    written = write_gift(questions)
    refused = {remark.name for remark in written.refused}
    back = read_gift(written.text.encode()) if written.carried else None
    if back is None:
        return
    assert back.refused == ()
    if not refused:
        assert list(back.questions) == questions
    assert len(back.questions) == written.carried


@MANY
@given(bank=st.lists(making.questions(), min_size=1, max_size=4))
def test_moodle_xml_written_and_read_is_the_same(bank: list[Question | None]) -> None:
    questions = [question for question in bank if question is not None]
    assume(questions)
    back = read_moodle_xml(write_moodle_xml(questions).text.encode())
    assert (list(back.questions), back.refused) == (questions, ())


@pytest.mark.parametrize("source", list(telling.BANKS))
@pytest.mark.parametrize("target", ["gift", "moodle-xml"])
def test_a_bank_survives_the_trip_through_moodle(source: str, target: str) -> None:
    first = conversion.read(telling.bank(source), source)
    text = conversion.WRITERS[target](first.questions).text
    again = conversion.read(text.encode(), target)
    assert [essence(q) for q in again.questions] == [essence(q) for q in first.questions]
    assert conversion.WRITERS[target](again.questions).text == text


def essence(question: Question) -> tuple[object, ...]:
    """Everything that Moodle has a place for."""
    return (
        question.kind, question.stem, question.answers, question.pairs, question.distractors, question.name, question.category,
        question.feedback, question.numeric,
    )  # fmt: skip
