"""Questions of every kind from random words, made the way the readers make them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from courses.exchange import markup, weights
from courses.exchange.drafting import Draft, Refused, clean_name
from courses.exchange.questions import Answer, Question
from courses.exchange.read_gift import category_of

BITS = [
    "kata", "Netral", " ", "  ", "\n", "\n\n", "**tebal**", "*miring*", "_", "__", "_____", "*", "**", "`", "```", "\\", "\\\\", "\\n",
    "=", "=>", "->", "⇒", "~", "#", "##", "# ", "####", "{", "}", ":", "::", ":::", "//", " // ", "%", "%50%", "[", "]", "[html]",
    "[x]", "- ", "- [x] ", "[ ] ", "1. ", "1) ", "+ ", "> ", "---", "===", "|", "| a | b |", "|---|---|", "&", "&lt;", "&#64;", "&amp;",
    "<", ">", "<b>", "</b>", "<i>", "<br>", "<p>", "</p>", "<ul><li>", "</li>", "<table><tr><td>", "<td>", "</table>", "<!--", "-->",
    "<sup>2</sup>", "<a href=\"https://a.id\">", "</a>", "@", "(@a", "[@", "[@uu-20-2023 pasal-9]", "@uu-1", "![", "](", "[t](https://a.id)",
    "[t](x)", "]: x", "[a]: https://b", "Benar", "Salah", "é", "“", "…", "\u00a0", "\t", "T", "TRUE", "$", "$CATEGORY:", "!", "?", ".", "0", "1945",
    "]]>", "<![CDATA[", "'", '"', "\u200b", "\ue010",
]  # fmt: skip
WORDS = st.lists(st.one_of(st.sampled_from(BITS), st.text(max_size=6)), min_size=1, max_size=8).map("".join)
LONGER = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
FORMATS = st.sampled_from(markup.FORMATS)
SHARES = st.one_of(
    st.sampled_from(sorted(weights.KNOWN)),
    st.integers(-99, 99).map(lambda n: weights.share(str(n)) or Fraction(0)),
)
NUMBERS = st.one_of(st.integers(-(10**9), 10**9).map(str), st.decimals(-999, 999, places=3).map(str))


@st.composite
def questions(draw: st.DrawFn) -> Question | None:
    """A question as a reader would have made it, or None when a reader would have refused it."""
    draft = Draft("", kind_of_text=draw(FORMATS))
    draft.name = clean_name(draw(st.one_of(st.just(""), WORDS)))
    draft.category = category_of(draw(st.sampled_from(["", "Dasar", "Induk/Anak", "a: b", "top/x"])))
    try:
        stem, feedback = draft.block(draw(LONGER)), draft.comment(draw(st.one_of(st.just(""), LONGER)))
        return draw(st.sampled_from(MAKERS))(draw, draft, stem, feedback)
    except Refused:
        return None


def answers(draw: st.DrawFn, draft: Draft, *, least: int, plain: bool = False) -> list[Answer]:
    texts = draw(st.lists(WORDS, min_size=least, max_size=5))
    return [
        Answer(
            text if plain else draft.line(text),
            draw(SHARES),
            draft.remark(draw(st.one_of(st.just(""), WORDS))),
        )
        for text in texts
    ]


def choice(draw: st.DrawFn, draft: Draft, stem: str, feedback: str) -> Question:
    found = answers(draw, draft, least=2)
    several = draw(st.booleans())
    right = draw(st.integers(0, len(found) - 1))
    share = Fraction(1) if not several else Fraction(1, draw(st.integers(1, 10)))
    found[right] = Answer(found[right].text, share, found[right].feedback)
    return draft.choices(stem, found, several=several, feedback=feedback)


def truth(draw: st.DrawFn, draft: Draft, stem: str, feedback: str) -> Question:
    one, two = (draft.remark(draw(st.one_of(st.just(""), WORDS))) for _ in range(2))
    return draft.truth(stem, right=draw(st.booleans()), if_true=one, if_false=two, feedback=feedback)


def short(draw: st.DrawFn, draft: Draft, stem: str, feedback: str) -> Question:
    found = answers(draw, draft, least=1, plain=True)
    found[0] = Answer(found[0].text, Fraction(1), found[0].feedback)
    return draft.short(stem, found, feedback=feedback)


def numerical(draw: st.DrawFn, draft: Draft, stem: str, feedback: str) -> Question:
    found = [
        draft.exact_number(n, "0", Fraction(1), "") for n in draw(st.lists(NUMBERS, min_size=1, max_size=3))
    ]
    if draw(st.booleans()) and (comment := draft.remark(draw(WORDS))):
        found.append(Answer("*", Fraction(0), comment))
    return draft.short(stem, found, feedback=feedback, numeric=True)


def matching(draw: st.DrawFn, draft: Draft, stem: str, feedback: str) -> Question:
    lefts = draw(st.lists(st.one_of(WORDS, WORDS, st.just("")), min_size=2, max_size=5))
    pairs = [(draft.side(left), draft.side(draw(WORDS), markup.PLAIN)) for left in lefts]
    return draft.matching(stem, pairs, feedback=feedback)


def ordering(draw: st.DrawFn, draft: Draft, stem: str, feedback: str) -> Question:
    steps = draw(st.lists(WORDS, min_size=2, max_size=5))
    return draft.ordering(stem, [draft.line(step, markup.PLAIN) for step in steps], feedback=feedback)


MAKERS = [choice, truth, short, numerical, matching, ordering]
