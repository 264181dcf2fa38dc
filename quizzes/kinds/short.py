"""A short written answer, right when it reads the same as one of the accepted ones.

"The same" ignores capital letters, spaces, punctuation and accents, and compares numbers as numbers in the
Indonesian way of writing them: "Rp 1.000" = "rp1000", "2,50" = "2,5", "05" = "5". "94/2021" stays two numbers.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from quizzes.items import Item, ItemKind
from quizzes.kinds.base import FIELD, Answer, AnswerRefused, Form, Kind, only
from quizzes.layout import Place

MAX_LENGTH = 200
"""Characters; a short answer is a word or a few."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_DECIMAL = re.compile(r"\d+[.,]\d+|\d+")


class Short(Kind):
    """Free text of one line; canonical answer `{"text": as written, spaces tidied}`."""

    kind = ItemKind.SHORT

    def parse(self, item: Item, place: Place, form: Form) -> Answer:
        value = only(form, FIELD) or ""
        # Control characters cannot be typed into a one-line field; PostgreSQL cannot store NUL at all.
        text = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in value).split())
        if len(text) > MAX_LENGTH:
            raise AnswerRefused("answer.too_long", limit=MAX_LENGTH)
        return {"text": text} if text else {}

    def to_form(self, item: Item, place: Place, answer: Answer) -> dict[str, list[str]]:
        return {FIELD: [answer["text"]]} if answer.get("text") else {}

    def is_complete(self, item: Item, answer: Answer) -> bool:
        return bool(answer.get("text"))

    def fraction(self, item: Item, answer: Answer) -> Fraction:
        given = normalised(answer.get("text", ""))
        return Fraction(int(bool(given) and any(given == normalised(text) for text in item.accepted)))

    def summary(self, item: Item, answer: Answer) -> str:
        return str(answer.get("text", ""))

    def key_summary(self, item: Item) -> str:
        return "; ".join(item.accepted)


def normalised(text: str) -> str:
    """The form in which two short answers are compared; empty when nothing readable is in it."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    # Combining marks go first: they are not letters and would otherwise split a word in two.
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    out: list[str] = []
    previous_was_number = False
    for match in _TOKEN.finditer(bare):
        token = match.group()
        is_number = token[0].isdigit()
        if is_number:
            negative = bare[: match.start()].rstrip()[-1:] in ("-", "−") and not out
            token = ("-" if negative else "") + _number(token)
            if previous_was_number:
                # Two neighbouring numbers are two numbers: "94/2021" is not "942021".
                token = " " + token
        out.append(token)
        previous_was_number = is_number
    return "".join(out)


def _number(token: str) -> str:
    """One spelling per value: grouping dots dropped, decimal comma, no idle zeros."""
    if _GROUPED.fullmatch(token):
        token = token.replace(".", "")
    elif not _DECIMAL.fullmatch(token):
        return " ".join(_number(part) for part in re.split("[.,]", token))
    whole, _sep, decimals = token.replace(".", ",").partition(",")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + ("," + decimals if decimals else "")
