"""What has been read but not yet rendered. Numbers called `…_piece` point into the rendered fragments."""

from __future__ import annotations

from dataclasses import dataclass, field

from courses.format.fragments import Cite
from quizzes.items import ItemKind, QuizSettings

FIRST_SCENE = "awal"


@dataclass(slots=True)
class DraftOption:
    """`written` is the scene after the arrow as the author wrote it; `goto` the one meant, None where there is none."""

    line: int
    text_piece: int
    words: str
    weight: str
    goto: str | None
    body_piece: int
    citations: tuple[Cite, ...]
    written: str | None = None


@dataclass(slots=True)
class DraftScene:
    line: int
    key: str
    title: str
    text_piece: int
    legend_piece: int | None
    options: list[DraftOption] = field(default_factory=list)


@dataclass(slots=True)
class DraftVariant:
    line: int
    key: str
    variant: str
    title: str
    phase: str
    place: str
    role: str
    acts: tuple[str, ...] = ()
    scenes: list[DraftScene] = field(default_factory=list)

    def scene(self, key: str) -> DraftScene | None:
        return next((scene for scene in self.scenes if scene.key == key), None)


@dataclass(slots=True)
class DraftChoice:
    """An answer option. `feedback_piece` or `body_piece` of a dilemma option; `weight` only there."""

    line: int
    text_piece: int
    words: str
    correct: bool = False
    weight: str | None = None
    feedback_piece: int | None = None


@dataclass(slots=True)
class DraftQuestion:
    line: int
    key: str
    kind: ItemKind | None
    objective: int | None
    difficulty: str
    variant_of: str | None
    shuffle: bool
    stem_piece: int | None = None
    choices: list[DraftChoice] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    explanation_piece: int | None = None
    citations: list[Cite] = field(default_factory=list)
    scene: DraftScene | None = None
    variant: DraftVariant | None = None
    acts: tuple[str, ...] = ()
    says_difficulty: bool = False


@dataclass(slots=True)
class DraftPart:
    """A stretch of text (`piece`), a notice or figure (`piece`, `box`, `title`) or a dilemma (`dilemma`)."""

    line: int
    piece: int | None = None
    box: str = ""
    title: str = ""
    dilemma: str = ""
    citations: tuple[Cite, ...] = ()


@dataclass(slots=True)
class DraftModule:
    file: str
    slug: str
    number: int
    title: str
    jp: int | None
    minutes: int
    objectives: list[str]
    jp_line: int = 1
    objectives_line: int = 1
    parts: list[DraftPart] = field(default_factory=list)
    dilemmas: dict[str, list[DraftVariant]] = field(default_factory=dict)
    questions: list[DraftQuestion] = field(default_factory=list)


@dataclass(slots=True)
class DraftTerm:
    """One entry of the glossary; `piece` is what it means."""

    line: int
    term: str
    piece: int


@dataclass(slots=True)
class DraftHandout:
    """The summary on one page."""

    title: str
    parts: list[DraftPart]


@dataclass(slots=True)
class DraftCourse:
    title: str
    code: str
    summary: str
    jp: int
    validity_months: int
    settings: QuizSettings
    draw_total: int
    draw_by_module: dict[str, tuple[int, int]]
    landing: list[DraftPart]
    jp_line: int
    quiz_line: int
    handout: DraftHandout | None = None
    glossary: list[DraftTerm] = field(default_factory=list)
