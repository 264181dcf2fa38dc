"""What the answers say about the questions: difficulty, discrimination, distractors, reliability. Pure.

The data are persons × items *drawn to them*: every paper is another one, so most cells are missing by design, and
nothing here ever fills one in. Marks are fractions 0 to 1 (a half-right answer counts half).

Sources, named again where they are used:

- Crocker, L. & Algina, J. (1986). Introduction to Classical and Modern Test Theory. Holt, Rinehart & Winston.
- Lord, F. M. & Novick, M. R. (1968). Statistical Theories of Mental Test Scores. Addison-Wesley.
- Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika 16, 297-334.
- Kuder, G. F. & Richardson, M. W. (1937). The theory of the estimation of test reliability. Psychometrika 2, 151-160.
- Henrysson, S. (1963). Correction of item-total correlations in item analysis. Psychometrika 28, 211-218.
- Brennan, R. L. (2001). Generalizability Theory. Springer.

Small numbers say nothing about a question and much about a person: see `FEWEST`, `FEWEST_CELL`, `SMALL_GROUP`.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

FEWEST = 10
"""Below so many responses an item has no result at all."""

FEWEST_CELL = 5
SMALL_GROUP = 20
"""In a group below SMALL_GROUP no option is shown that fewer than FEWEST_CELL people chose."""

FIFTHS = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """One question on one paper. `picked`: options chosen, () for kinds without options, None: not answered.

    `seconds` from the save before it (or the start) to its first save, None when it was never saved.
    """

    item_key: str
    mark: float
    picked: tuple[str, ...] | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class OptionStats:
    """Who chose an option. All None: hidden, because so few chose it in so small a group.

    `mean_rest` (percent) is the mean score on the other questions of those who chose it; None below FEWEST_CELL people.
    """

    key: str
    count: int | None
    share: float | None
    mean_rest: float | None


@dataclass(frozen=True, slots=True)
class Fifth:
    """A fifth of the people by their score on the other questions, weakest first. None: fewer than FEWEST_CELL."""

    number: int
    people: int | None
    mean_rest: float | None
    mean_mark: float | None


@dataclass(frozen=True, slots=True)
class ItemStats:
    """What is known of one item. Below FEWEST responses only `responses` is filled.

    `difficulty` is p, 0 to 1, high is easy; `discrimination` the item-rest correlation, None when either side does not
    vary; `rest_sd` the spread of the score on the other questions, in percent; `blank` the share without an answer, None
    where it would point at a few people.
    """

    key: str
    responses: int
    difficulty: float | None = None
    discrimination: float | None = None
    rest_sd: float | None = None
    blank: float | None = None
    median_seconds: float | None = None
    options: tuple[OptionStats, ...] = ()
    fifths: tuple[Fifth, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether there is a result."""
        return self.difficulty is not None


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far the score of one paper can be trusted. Scores, spreads and errors in points of 100.

    `alpha` and `sem` compare people as if all had sat the same questions; `dependability` and `sem_absolute` also count
    the luck of the draw. `dichotomous`: every mark was 0 or 1, so that alpha is KR-20. None: not to be computed.
    """

    sittings: int
    length: float
    mean: float
    sd: float
    dichotomous: bool
    alpha: float | None
    sem: float | None
    dependability: float | None
    sem_absolute: float | None


@dataclass(frozen=True, slots=True)
class SetStats:
    """A whole question set. `reliability` None below FEWEST papers."""

    sittings: int
    items: Mapping[str, ItemStats]
    reliability: Reliability | None


@dataclass(slots=True)
class _Column:
    marks: array[float] = field(default_factory=lambda: array("d"))
    rests: array[float] = field(default_factory=lambda: array("d"))
    picked: list[tuple[str, ...] | None] = field(default_factory=list)
    seconds: Counter[int] = field(default_factory=Counter)


def analyse(papers: Iterable[Sequence[Reply]], options: Mapping[str, Sequence[str]]) -> SetStats:
    """Everything about a set, from its papers (one per person, each item at most once on a paper).

    `options`: item key → its option keys, empty for kinds without; items nobody was asked are reported with 0 responses.
    Papers are read once and kept as numbers only. Papers of a single question tell nothing about a rest and are left out.
    """
    columns: dict[str, _Column] = {key: _Column() for key in options}
    rows: list[tuple[tuple[str, ...], array[float]]] = []
    for paper in papers:
        others = len(paper) - 1
        if others < 1:
            continue
        marks = array("d", (reply.mark for reply in paper))
        total = math.fsum(marks)
        rows.append((tuple(reply.item_key for reply in paper), marks))
        for reply in paper:
            column = columns[reply.item_key]
            column.marks.append(reply.mark)
            column.rests.append(100 * (total - reply.mark) / others)
            column.picked.append(reply.picked)
            if reply.seconds is not None:
                column.seconds[round(reply.seconds)] += 1
    return SetStats(
        len(rows),
        {key: _item(key, column, options[key]) for key, column in columns.items()},
        reliability(rows) if len(rows) >= FEWEST else None,
    )


def _item(key: str, column: _Column, options: Sequence[str]) -> ItemStats:
    responses = len(column.marks)
    if responses < FEWEST:
        return ItemStats(key, responses)
    blanks = sum(picked is None for picked in column.picked)
    found = _options(column, options)
    hidden = (responses < SMALL_GROUP and 0 < blanks < FEWEST_CELL) or any(row.count is None for row in found)
    return ItemStats(
        key=key,
        responses=responses,
        difficulty=math.fsum(column.marks) / responses,
        discrimination=correlation(column.marks, column.rests),
        rest_sd=math.sqrt(_variance(column.rests)),
        blank=None if hidden else blanks / responses,
        median_seconds=_median(column.seconds),
        options=found,
        fifths=_fifths(column.marks, column.rests),
    )


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's product-moment correlation; None when one side does not vary.

    Between the mark on an item and the score on the *other* questions of the paper it is the corrected item-total
    (item-rest) correlation: the item is taken out of the total, because otherwise it would correlate with itself
    (Henrysson 1963; Crocker & Algina 1986, ch. 14). With marks 0/1 it is the corrected point-biserial. Limit: papers
    differ, so the rest is a mean over other questions for each person; a hard paper adds noise and pulls it towards 0.
    """
    count = len(xs)
    mean_x, mean_y = math.fsum(xs) / count, math.fsum(ys) / count
    xx = math.fsum((x - mean_x) ** 2 for x in xs)
    yy = math.fsum((y - mean_y) ** 2 for y in ys)
    # What is left of equal numbers after rounding is not variance.
    if xx < 1e-12 * count or yy < 1e-9 * count:
        return None
    xy = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return max(-1.0, min(1.0, xy / math.sqrt(xx * yy)))


def reliability(rows: Sequence[tuple[Sequence[str], Sequence[float]]]) -> Reliability:
    """Reliability and standard error for papers drawn from a pool; `rows`: (item keys, marks) of each paper.

    **alpha.** With mean item variance v and mean inter-item covariance c, the alpha of a paper of n items is
    n·c / (v + (n − 1)·c) (Cronbach 1951: alpha is the mean of all split halves and depends on v and c only; it is
    Spearman-Brown's formula applied to c/v, Lord & Novick 1968, ch. 5). Items are not seen together by everybody, so
    v is taken over all responses and c over all (person, pair) combinations that exist, deviations from the item's own
    mean: v = Σᵢ Σₚ d²ᵢₚ / Σᵢ nᵢ and c = Σₚ Σᵢ≠ⱼ dᵢₚ dⱼₚ / Σₚ nₚ(nₚ − 1). For a person Σᵢ≠ⱼ dᵢdⱼ = (Σd)² − Σd², so no table
    of pairs is needed. When everybody sat the same items this is exactly Cronbach's alpha, and with marks 0/1 exactly
    KR-20 (Kuder & Richardson 1937, formula 20).

    **sem.** σ_X·√(1 − alpha) (Lord & Novick 1968, ch. 3) with σ²_X = n·v + n(n − 1)·c, which is √(n(v − c)) marks.

    **dependability, sem_absolute.** Papers also differ in how hard they are, and whoever draws a hard one is worse off.
    In the nested design (items within persons; Brennan 2001, ch. 2; "randomly parallel" tests, Lord & Novick 1968,
    ch. 11) the error variance of a person's mean is the variance inside the paper over n: E = mean of
    Σᵢ(x − x̄ₚ)² / (nₚ(nₚ − 1)). sem_absolute is √E and dependability 1 − E / var(x̄ₚ). With marks 0/1 and equal n that is
    exactly KR-21 (Kuder & Richardson 1937, formula 21). Both are conservative here: the draw is stratified by module,
    and strata that differ make papers more alike than pure chance.

    Variances divide by N. Limits: items of one module may hang together for other reasons than what is measured, and
    alpha counts that as reliability; below about a hundred papers the figures are rough.
    """
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    dichotomous = True
    for keys, marks in rows:
        for key, mark in zip(keys, marks, strict=True):
            sums[key] = sums.get(key, 0.0) + mark
            counts[key] = counts.get(key, 0) + 1
            dichotomous = dichotomous and mark in (0.0, 1.0)
    means = {key: sums[key] / counts[key] for key in sums}
    squares: list[float] = []
    products: list[float] = []
    pairs = 0
    person_means: list[float] = []
    inside: list[float] = []
    for keys, marks in rows:
        n = len(marks)
        deviations = [mark - means[key] for key, mark in zip(keys, marks, strict=True)]
        own = math.fsum(deviation * deviation for deviation in deviations)
        squares.append(own)
        products.append(math.fsum(deviations) ** 2 - own)
        pairs += n * (n - 1)
        mean = math.fsum(marks) / n
        person_means.append(mean)
        inside.append(math.fsum((mark - mean) ** 2 for mark in marks) / (n * (n - 1)))
    people = len(rows)
    replies = sum(counts.values())
    length = replies / people
    v, c = math.fsum(squares) / replies, math.fsum(products) / pairs
    spread = v + (length - 1) * c  # the variance of a paper's mean, times its length
    between = _variance(person_means)
    error = math.fsum(inside) / people
    return Reliability(
        sittings=people,
        length=length,
        mean=100 * math.fsum(person_means) / people,
        sd=100 * math.sqrt(between),
        dichotomous=dichotomous,
        alpha=length * c / spread if spread > 1e-12 else None,
        sem=100 * math.sqrt(max(0.0, (v - c) / length)) if spread > 1e-12 else None,
        dependability=1 - error / between if between > 1e-12 else None,
        sem_absolute=100 * math.sqrt(error) if between > 1e-12 else None,
    )


def _options(column: _Column, keys: Sequence[str]) -> tuple[OptionStats, ...]:
    """Frequencies with the mean rest score of those who chose each option (Crocker & Algina 1986, ch. 14)."""
    responses = len(column.picked)
    counts = dict.fromkeys(keys, 0)
    rests = dict.fromkeys(keys, 0.0)
    for picked, rest in zip(column.picked, column.rests, strict=True):
        for key in picked or ():
            if key in counts:
                counts[key] += 1
                rests[key] += rest
    if _too_few(counts, responses, sum(picked is None for picked in column.picked)):
        return tuple(OptionStats(key, None, None, None) for key in keys)
    return tuple(
        OptionStats(key, count, count / responses, rests[key] / count if count >= FEWEST_CELL else None)
        for key, count in counts.items()
    )


def _too_few(counts: Mapping[str, int], responses: int, blanks: int) -> bool:
    """Whether the options must stay hidden: in a small group one rare answer points at a person.

    All go, not only the rare one: difficulty says how many chose the key, and a single gap could be computed from it.
    """
    rare = any(count < FEWEST_CELL for count in counts.values()) or 0 < blanks < FEWEST_CELL
    return responses < SMALL_GROUP and rare


def _fifths(marks: Sequence[float], rests: Sequence[float]) -> tuple[Fifth, ...]:
    """The mean mark in each fifth of the people by rest score: the empirical characteristic curve of the item
    (Crocker & Algina 1986, ch. 14; Lord & Novick 1968, ch. 16).

    Equal scores stay together: the fifth is that of their middle rank, so that no result depends on an order.
    """
    responses = len(rests)
    tied = Counter(rests)
    group: dict[float, int] = {}
    below = 0
    for value in sorted(tied):
        group[value] = min(FIFTHS - 1, int(FIFTHS * (below + tied[value] / 2) / responses))
        below += tied[value]
    members: list[list[tuple[float, float]]] = [[] for _fifth in range(FIFTHS)]
    for mark, rest in zip(marks, rests, strict=True):
        members[group[rest]].append((mark, rest))
    return tuple(
        Fifth(number, None, None, None)
        if len(found) < FEWEST_CELL
        else Fifth(
            number,
            len(found),
            math.fsum(rest for _mark, rest in found) / len(found),
            math.fsum(mark for mark, _rest in found) / len(found),
        )
        for number, found in enumerate(members, 1)
    )


def _variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / len(values)


def _median(seconds: Counter[int]) -> float | None:
    """The median of whole seconds. It is known from saved answers only: the time from one save to the next, with
    thinking about other questions and pauses in it; a median, because one long pause says nothing.
    """
    total = sum(seconds.values())
    if total < FEWEST:
        return None
    low, high = (total - 1) // 2, total // 2
    found: list[int] = []
    passed = 0
    for value in sorted(seconds):
        upto = passed + seconds[value]
        found += [value for place in (low, high) if passed <= place < upto]
        passed = upto
    return sum(found) / 2
