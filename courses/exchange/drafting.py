"""From what a reader found to a question: texts cleaned, losses noted, what cannot be carried stopped with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from courses.exchange import markup, weights
from courses.exchange.cleaning import escape, one_line, plain, shortened, without_arrows
from courses.exchange.decoding import tidy
from courses.exchange.questions import (
    FALSE,
    MAX_ANSWERS,
    MAX_FIELD,
    TRUE,
    WILDCARD,
    Answer,
    Match,
    Question,
    Reading,
    Remark,
)
from quizzes.items import ItemKind

UNNAMED = "Soal"
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_TRUTHS = {frozenset(pair): pair for pair in (("benar", "salah"), ("betul", "salah"), ("true", "false"))}
_RIGHT_WORDS = ("benar", "betul", "true")


class Refused(Exception):
    """This question cannot be carried; the message says why, for the person who gave the file."""


@dataclass
class Draft:
    """One question on its way in. Methods take texts as the file has them and give clean ones."""

    place: str
    name: str = ""
    category: str = ""
    kind_of_text: str = markup.HTML
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Something the trainer should know; each sentence once."""
        if text not in self.notes:
            self.notes.append(text)

    def block(self, raw: str, kind: str | None = None) -> str:
        """Text of the question itself: what is incomplete without its picture stops the question."""
        found = self._converted(raw, kind)
        if found.missing:
            raise Refused(f"holds {found.missing[0]}, which is not carried; the text alone may not be enough")
        return found.text

    def line(self, raw: str, kind: str | None = None) -> str:
        """The same on one line: an option, a side of a pair, a step."""
        return one_line(self.block(self._flat(raw, kind), kind))

    def comment(self, raw: str, kind: str | None = None) -> str:
        """Feedback: what is missing in it is noted, the question goes on."""
        found = self._converted(raw, kind)
        for missing in found.missing:
            self.note(f"feedback loses {missing}")
        return found.text

    def remark(self, raw: str, kind: str | None = None) -> str:
        """Feedback for one answer, on one line."""
        return one_line(self.comment(self._flat(raw, kind), kind))

    def _flat(self, raw: str, kind: str | None) -> str:
        # Plain words on one line need no care for what would open a line.
        return " ".join(raw.split()) if (kind or self.kind_of_text) == markup.PLAIN else raw

    def side(self, raw: str, kind: str | None = None) -> str:
        """A side of a pair: like `line`, and nothing in it looks like the arrow between the sides."""
        return without_arrows(self.line(raw, kind))

    def _converted(self, raw: str, kind: str | None) -> markup.Converted:
        if len(raw) > MAX_FIELD:
            raise Refused(f"a text is longer than {MAX_FIELD // 1024} kB")
        found = markup.to_markdown(raw, kind or self.kind_of_text)
        if len(found.text) > MAX_FIELD:
            raise Refused(f"a text is longer than {MAX_FIELD // 1024} kB")
        for words in found.described:
            self.note(f"a picture is left out; its description stands in its place: {shortened(words, 60)}")
        for lost in found.lost:
            self.note(f"left out: {lost}")
        return found

    def question(
        self,
        kind: ItemKind,
        stem: str,
        answers: Sequence[Answer] = (),
        *,
        pairs: Sequence[Match] = (),
        distractors: Sequence[str] = (),
        feedback: str = "",
        shuffle: bool = True,
        case_sensitive: bool = False,
        numeric: bool = False,
        objective: str = "",
        difficulty: str = "",
    ) -> Question:
        """The finished question. Refused: no text, too many answers."""
        if not plain(stem):
            raise Refused("has no question text")
        if len(answers) + len(pairs) + len(distractors) > MAX_ANSWERS:
            raise Refused(f"has more than {MAX_ANSWERS} answers")
        return Question(
            kind=kind,
            stem=stem,
            answers=tuple(answers),
            pairs=tuple(pairs),
            distractors=tuple(distractors),
            name=self.name or default_name(stem),
            category=self.category,
            feedback=feedback,
            shuffle=shuffle,
            case_sensitive=case_sensitive,
            numeric=numeric,
            objective=objective,
            difficulty=difficulty,
            place=self.place,
        )

    def weight(self, percent: str) -> Fraction:
        """The share of a mark; a rounding is read as what it stands for. Refused: no number, beyond the whole mark."""
        value = weights.share(percent)
        if value is None or abs(value) > 1:
            raise Refused(f"the weight {shortened(percent, 20)} % is not one from -100 to 100")
        exact = weights.number(percent.replace(",", "."))
        if value not in weights.KNOWN:
            self.note(f"the weight {percent.strip()} % is none of Moodle's; Moodle asks for the nearest")
        elif exact is not None and abs(Fraction(exact) / 100 - value) > Fraction(1, 10_000):
            self.note(f"the weight {percent.strip()} % is read as {weights.percent(value)} %")
        return value

    def choices(
        self, stem: str, answers: Sequence[Answer], *, several: bool, feedback: str, shuffle: bool = True
    ) -> Question:
        """A single or multiple choice, or true/false when its two answers are the words for it.

        Refused, as Moodle refuses it: fewer than two answers, no answer with the whole mark (single), none with any
        (multiple).
        """
        filled = [answer for answer in answers if answer.text]
        if len(filled) < len(answers):
            self.note("an empty answer is left out, as Moodle does")
        if len(filled) < 2:
            raise Refused("has fewer than two answers")
        most = max(answer.fraction for answer in filled)
        if several:
            total = sum((answer.fraction for answer in filled if answer.fraction > 0), Fraction(0))
            if most <= 0:
                raise Refused("no answer is marked as right")
            if abs(total - 1) > Fraction(2, 100):
                self.note(f"the weights of the right answers add up to {weights.percent(total)} %, not 100 %")
            return self.question(ItemKind.MULTIPLE, stem, filled, feedback=feedback, shuffle=shuffle)
        if most != 1:
            raise Refused("no answer is worth the whole mark")
        truth = self._truth(filled)
        if truth is not None:
            return self.question(ItemKind.TRUE_FALSE, stem, truth, feedback=feedback)
        return self.question(ItemKind.SINGLE, stem, filled, feedback=feedback, shuffle=shuffle)

    def _truth(self, answers: Sequence[Answer]) -> tuple[Answer, Answer] | None:
        words = [answer.text.strip(" .").casefold() for answer in answers]
        if frozenset(words) not in _TRUTHS or sorted(a.fraction for a in answers) != [0, 1]:
            return None
        if set(words) != {"benar", "salah"}:
            self.note(f"the answers {words[0]} and {words[1]} become {TRUE} and {FALSE}")
        right, wrong = answers if words[0] in _RIGHT_WORDS else tuple(reversed(answers))
        return Answer(TRUE, right.fraction, right.feedback), Answer(FALSE, wrong.fraction, wrong.feedback)

    def truth(self, stem: str, *, right: bool, if_true: str, if_false: str, feedback: str) -> Question:
        """A true/false question from its key and the comments on either answer."""
        answers = (
            Answer(TRUE, Fraction(int(right)), if_true),
            Answer(FALSE, Fraction(int(not right)), if_false),
        )
        return self.question(ItemKind.TRUE_FALSE, stem, answers, feedback=feedback)

    def short(
        self,
        stem: str,
        answers: Sequence[Answer],
        *,
        feedback: str,
        case_sensitive: bool = False,
        numeric: bool = False,
    ) -> Question:
        """A short answer. Refused: no accepted answer that earns the whole mark, one of more than a line."""
        filled = [
            Answer(" ".join(tidy(a.text).split()), a.fraction, without_arrows(a.feedback)) for a in answers
        ]
        filled = [answer for answer in filled if answer.text]
        if not any(answer.fraction == 1 for answer in filled):
            raise Refused("no answer is worth the whole mark")
        if any(answer.text == WILDCARD and answer.fraction > 0 for answer in filled):
            raise Refused("every answer whatsoever is accepted")
        if any(len(answer.text) > MAX_FIELD // 64 for answer in filled):
            raise Refused("an accepted answer is longer than a line")
        # What takes the rest stands last: then it does not matter where the file had it.
        filled.sort(key=lambda answer: answer.text == WILDCARD)
        return self.question(
            ItemKind.SHORT,
            stem,
            filled,
            feedback=feedback,
            case_sensitive=case_sensitive,
            numeric=numeric,
        )

    def exact_number(self, value: str, tolerance: str, fraction: Fraction, feedback: str) -> Answer:
        """An accepted number of a numerical question. Refused: a tolerance or anything that a short answer would lose."""
        if value.strip() == WILDCARD:
            return Answer(WILDCARD, fraction, feedback)
        found, margin = weights.number(value), weights.number(tolerance or "0")
        if found is None:
            raise Refused(f"{shortened(value, 30)} is not a number")
        if margin is None:
            raise Refused(f"the tolerance {shortened(tolerance, 30)} is not a number")
        if margin != 0:
            raise Refused("numbers within a tolerance are accepted; a short answer takes exact ones only")
        text = weights.with_comma(found)
        if text is None:
            raise Refused("an accepted number has more than 15 digits")
        return Answer(text, fraction, feedback)

    def matching(
        self, stem: str, pairs: Sequence[tuple[str, str]], *, feedback: str, shuffle: bool = True
    ) -> Question:
        """Pairs of clean sides; those without a left side are distractors. Refused: fewer than two pairs, a side missing."""
        if any(left and not right for left, right in pairs):
            raise Refused("a left side has no right side")
        found = [Match(left, right) for left, right in pairs if left]
        distractors = [right for left, right in pairs if right and not left]
        if len(found) < 2:
            raise Refused("has fewer than two pairs")
        return self.question(
            ItemKind.MATCHING,
            stem,
            pairs=found,
            distractors=distractors,
            feedback=feedback,
            shuffle=shuffle,
        )

    def ordering(self, stem: str, steps: Sequence[str], *, feedback: str) -> Question:
        """Steps in the right order. Refused: fewer than two."""
        filled = [Answer(step) for step in steps if step]
        if len(filled) < 2:
            raise Refused("has fewer than two steps")
        return self.question(ItemKind.ORDERING, stem, filled, feedback=feedback)


def default_name(stem: str) -> str:
    """A name from the first words of the question, as Moodle makes one."""
    return clean_name(shortened(plain(stem))) or UNNAMED


def clean_name(name: str) -> str:
    """A name on one line, without tags, at most 250 characters."""
    return shortened(plain(escape(tidy(_untagged(name[:1000])))), 250)


def _untagged(text: str) -> str:
    while (shorter := _TAG.sub("", text)) != text:
        text = shorter
    return text


@dataclass
class Collector:
    """What a reader has so far."""

    questions: list[Question] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def take(self, draft: Draft, finish: Callable[[Draft], Question]) -> None:
        """Finish one question; a refusal is noted with its place."""
        try:
            question = finish(draft)
        except Refused as reason:
            self.refuse(draft, str(reason))
            return
        self.questions.append(question)
        self.notes += [Remark(draft.place, question.name, text) for text in draft.notes]

    def refuse(self, draft: Draft, reason: str) -> None:
        """An item that is no question for Netra."""
        self.refused.append(Remark(draft.place, draft.name, reason))

    def about_file(self, text: str) -> None:
        """Something about the file as a whole."""
        if text:
            self.notes.append(Remark("file", "", text))

    @property
    def found(self) -> int:
        return len(self.questions) + len(self.refused)

    def reading(self) -> Reading:
        """The result; a file without any question is a fault."""
        if not self.found:
            return Reading(fault="no questions in it")
        return Reading(tuple(self.questions), tuple(self.refused), tuple(self.notes))
