"""From one value of a block to another with the fewest changed characters.

Fields are compared with what stands in the file; the ones that are equal are not written at all, so that odd spaces, curly
quotation marks and broken lines stay as their author left them. Rows that are equal keep their source even when others
are put in, taken out or moved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any

from courses.format import canonical, heads
from courses.format.editable import Choice, Dilemma, Option, Pair, Question, Row, Scene, order_of
from courses.format.heads import Bit, Edit
from courses.format.lines import Lines
from courses.format.locating import Place
from courses.format.locating_questions import SeenAccepted, SeenChoice, SeenPair, SeenQuestion
from courses.format.locating_scenes import SeenDilemma, SeenOption, SeenScene
from quizzes.items import ItemKind


def rewrite(text: str, place: Place, new: Dilemma | Question) -> str:
    """The text with this block changed into `new`, which is of the same kind."""
    writer = _Writer(text, place)
    if isinstance(new, Dilemma):
        assert isinstance(place.seen, SeenDilemma)
        writer.dilemma(place.seen, new)
    else:
        assert isinstance(place.seen, SeenQuestion)
        writer.question(place.seen, new)
    return apply(text, writer.made())


class Overlap(Exception):
    """Two changes that cannot both be made where they stand."""


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with every edit made. Edits at one point are made in the order in which they were noted."""
    parts = []
    position = 0
    for start, end, words in sorted(edits, key=lambda edit: (edit[0], edit[1] != edit[0])):
        if start < position:
            raise Overlap
        parts += [text[position:start], words]
        position = end
    return "".join([*parts, text[position:]])


class _Writer:
    def __init__(self, text: str, place: Place) -> None:
        self.text = text
        self.lines = Lines(text)
        self.nl = self.lines.newline(place.line - 1)
        self.stop = self.lines.starts[place.last_line - 1]
        """Where the closing line begins."""
        self.edits: list[Edit] = []
        self.fresh: dict[int, list[list[str]]] = {}
        """Parts that are new, by the place where they go."""

    def made(self) -> list[Edit]:
        """All edits; new parts at one place are set apart from each other and from what stands around them."""
        return [*self.edits, *((at, at, self.set_apart(parts, at)) for at, parts in self.fresh.items())]

    # --- Blocks ---

    def dilemma(self, old: SeenDilemma, new: Dilemma) -> None:
        self.head(old, new)
        self.edits += heads.change_title(old.head, new.title)
        self.scene(old.scenes[0], new.scenes[0])
        self.rows(
            old.scenes[1:],
            new.scenes[1:],
            change=self.scene,
            lines=lambda scene, _number: canonical.scene_lines(scene, first=False),
            after=old.scenes[0].end,
            apart=True,
        )

    def question(self, old: SeenQuestion, new: Question) -> None:
        self.head(old, new)
        if old.scene is not None:
            scene = Scene("", "", new.stem, new.legend, new.options)
            self.scene(old.scene, scene)
        else:
            self.stem(old, new)
            self.answers(old, new)
        self.explanation(old, new)

    def head(self, old: SeenDilemma | SeenQuestion, new: Dilemma | Question) -> None:
        self.edits += heads.change_words(old.head, new.key)
        after = old.head.words.end if old.head.words.value else old.head.offset
        self.edits += heads.change_values(old.head, new.attributes, order_of(new), after)

    # --- Texts ---

    def body(self, bit: Bit, new: str, lines: list[str], at: int) -> None:
        """Change a field that fills whole lines; a new one goes to `at`, the beginning of a line."""
        if new == bit.value:
            return
        if bit.end > bit.start:
            if lines:
                self.edits.append((bit.start, bit.end, self.nl.join(lines)))
            else:
                self.edits.append((*self.with_blank_below(bit), ""))
            return
        self.put_in(lines, at)

    def put_in(self, lines: list[str], at: int) -> None:
        """Whole lines at the beginning of a line."""
        if lines:
            self.fresh.setdefault(at, []).append(lines)

    def set_apart(self, parts: list[list[str]], at: int) -> str:
        """The parts with a blank line between them, and above and below where something else stands there."""
        index = self.lines.number(at) - 1
        above = self.lines.read[index - 1].lstrip(" ") if index else ""
        opened = above.startswith(("#", ":::")) or not above.strip()
        below = self.lines.read[index].strip() if at < self.stop else ""
        whole = self.nl.join(self.joined(part) for part in parts)
        return f"{'' if opened else self.nl}{whole}{self.nl if below else ''}"

    def with_blank_below(self, bit: Bit) -> tuple[int, int]:
        """The lines of a field with the blank ones below it, but not the last blank line before the end of the block."""
        index = self.lines.number(bit.end)
        while self.lines.starts[index] < self.stop and not self.lines.read[index].strip():
            index += 1
        start = self.lines.starts[self.lines.number(bit.start) - 1]
        return start, min(self.lines.starts[index], self.stop)

    def stem(self, old: SeenQuestion, new: Question) -> None:
        self.body(old.stem, new.stem, canonical.text_lines(new.stem), old.body)

    def explanation(self, old: SeenQuestion, new: Question) -> None:
        lines = canonical.quoted_lines(new.explanation)
        self.body(old.explanation, new.explanation, lines, self.stop)

    # --- Scenes ---

    def scene(self, old: SeenScene, new: Scene) -> None:
        if old.head is not None:
            self.edits += heads.change_words(old.head, new.key)
            self.edits += heads.change_title(old.head, new.title)
        if new.story != old.value.story:
            self.body(old.story, new.story, canonical.text_lines(new.story), old.body)
            if old.more is not None:
                self.edits.append((*old.more, ""))
        at = old.body
        if old.story.end > old.story.start:
            line = self.lines.number(old.story.end)
            at = (
                self.lines.starts[line]
                if new.story
                else self.lines.starts[self.lines.number(old.story.start) - 1]
            )
        self.body(old.legend, new.legend, canonical.legend_lines(new.legend), at)
        after = max(at, old.legend.end)
        if old.legend.end > old.legend.start:
            after = self.lines.starts[self.lines.number(old.legend.end)]
        if old.more is not None:
            after = max(after, old.more[1])
        self.rows(
            old.options,
            new.options,
            change=self.option,
            lines=canonical.row_lines,
            after=after,
            apart=True,
        )

    def option(self, old: SeenOption, new: Option) -> None:
        before = old.value
        if not old.head.apart and (new.text, new.weight, new.goto) != (
            before.text,
            before.weight,
            before.goto,
        ):
            line = self.lines.number(old.start) - 1
            self.edits.append((old.start, self.lines.ends[line], canonical.option_heading(new)))
        else:
            self.edits += heads.change_words(old.head, new.text)
            if (new.weight, new.goto) != (before.weight, before.goto):
                self.edits += heads.change_ways(old.head, new.weight, new.goto)
        if new.consequence == before.consequence:
            return
        lines = canonical.text_lines(new.consequence)
        if old.body.end > old.body.start and lines:
            self.edits.append((old.body.start, old.body.end, self.nl.join(lines)))
        elif old.body.end > old.body.start:
            self.edits.append((self.lines.ends[self.lines.number(old.start) - 1], old.body.end, ""))
        else:
            line = self.lines.number(old.start) - 1
            self.edits.append((self.lines.nexts[line], self.lines.nexts[line], self.nl + self.joined(lines)))

    def joined(self, lines: list[str]) -> str:
        return "".join(line + self.nl for line in lines)

    # --- Answers ---

    def answers(self, old: SeenQuestion, new: Question) -> None:
        if new.kind is ItemKind.DILEMMA:
            return
        stem = self.lines.starts[self.lines.number(old.stem.end)] if old.stem.value else old.body
        rows: Sequence[Row] = canonical.answers_of(new)
        steps = new.kind is ItemKind.ORDERING
        self.rows(
            old.answers,
            rows,
            change=self.answer,
            lines=lambda row, number: canonical.row_lines(row, number if steps else 0),
            after=stem,
            apart=False,
        )

    def answer(self, old: Any, new: Any) -> None:
        if isinstance(old, SeenChoice):
            self.choice(old, new)
        elif isinstance(old, SeenPair):
            self.pair(old, new)
        elif isinstance(old, SeenAccepted) and new.text != old.value.text:
            self.edits.append(_filled(old.text, new.text, before=" " if not old.text.value else ""))

    def choice(self, old: SeenChoice, new: Choice) -> None:
        if new.correct != old.value.correct:
            mark = "x" if new.correct else " "
            self.edits.append((old.mark.start, old.mark.end, f"- [{mark}]" if old.broken else mark))
        if new.text != old.value.text:
            self.edits.append(_filled(old.text, new.text, before="" if old.text.value else " "))
        if new.feedback == old.value.feedback:
            return
        if not old.value.feedback:
            self.edits.append((old.feedback.start, old.feedback.end, f" // {new.feedback}"))
        elif new.feedback:
            self.edits.append((old.feedback.start, old.feedback.end, new.feedback))
        else:
            self.edits.append((old.text.end, old.feedback.end, ""))

    def pair(self, old: SeenPair, new: Pair) -> None:
        if new.left != old.value.left:
            edit = _filled(old.left, new.left)
            self.edits.append(edit if old.left.value else (*edit[:2], f"{edit[2]} "))
        if new.right != old.value.right:
            self.edits.append(_filled(old.right, new.right, before="" if old.right.value else " "))

    # --- Rows ---

    def rows(
        self,
        old: Sequence[Any],
        new: Sequence[Any],
        *,
        change: Callable[[Any, Any], None],
        lines: Callable[[Any, int], list[str]],
        after: int,
        apart: bool,
    ) -> None:
        """Change a list into another. `after`: where a first row would go."""
        before = [row.value for row in old]
        matcher = SequenceMatcher(a=before, b=list(new), autojunk=False)
        sources = {row.value: self.text[row.start : row.end] for row in old}
        for _tag, a_first, a_stop, b_first, b_stop in matcher.get_opcodes():
            pairs = min(a_stop - a_first, b_stop - b_first)
            for seen, row in zip(old[a_first : a_first + pairs], new[b_first : b_first + pairs], strict=True):
                if row in sources:  # it stood elsewhere
                    self.edits.append((seen.start, seen.end, sources[row]))
                else:
                    change(seen, row)
            if a_first + pairs < a_stop:
                self.take_out(old, a_first + pairs, a_stop)
            fresh = new[b_first + pairs : b_stop]
            if not fresh:
                continue
            written = [
                sources.get(row) or self.joined(lines(row, number))
                for number, row in enumerate(fresh, start=b_first + pairs + 1)
            ]
            self.add(old, a_first + pairs - 1, written, after, apart=apart)

    def take_out(self, old: Sequence[Any], first: int, stop: int) -> None:
        """Remove rows with the blank lines below them; of the last one the blank lines above."""
        if stop < len(old):
            self.edits.append((old[first].start, old[stop].start, ""))
        else:
            self.edits.append((old[first - 1].end if first else old[first].start, old[stop - 1].end, ""))

    def add(self, old: Sequence[Any], behind: int, written: list[str], after: int, *, apart: bool) -> None:
        """Put rows in behind one that stands there, or at the place of a first one."""
        gap = self.nl if apart else ""
        if behind >= 0:
            at = old[behind].end
            self.edits.append((at, at, "".join(gap + text for text in written)))
        elif old:
            at = old[0].start
            self.edits.append((at, at, "".join(text + gap for text in written)))
        else:
            whole = gap.join(written).removesuffix(self.nl)
            self.put_in(whole.split(self.nl), after)


def _filled(bit: Bit, new: str, *, before: str = "") -> Edit:
    return bit.start, bit.end, before + new if new else new


def counted(place: Place) -> bool:
    """Whether the steps of an ordering question are numbered from 1, as they should still be after a change."""
    seen = place.seen
    if not isinstance(seen, SeenQuestion) or seen.value.kind is not ItemKind.ORDERING:
        return False
    return all(
        answer.mark.value == str(number)
        for number, answer in enumerate(seen.answers, start=1)
        if isinstance(answer, SeenChoice)
    )


def count_steps(text: str, place: Place) -> str:
    """The text with the steps of an ordering question numbered from 1."""
    seen = place.seen
    if not isinstance(seen, SeenQuestion):
        return text
    steps = [answer for answer in seen.answers if isinstance(answer, SeenChoice)]
    edits = [
        (step.mark.start, step.mark.end, str(number))
        for number, step in enumerate(steps, start=1)
        if step.mark.value != str(number)
    ]
    return apply(text, edits)
