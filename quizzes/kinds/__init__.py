"""Question kinds: one class each, in one file each.

The mechanism: a kind is a subclass of `base.Kind` that names its `ItemKind` in the class body; the moment the
class is defined it is entered in the registry (`Kind.__init_subclass__`), and defining a second class for the
same `ItemKind` is an error. `kind_of(item)` looks it up and fails loudly for a kind nobody defined; there is no
"standard" kind to fall back to. A kind knows one question and one answer, nothing of attempts, revisions,
people or pages. It turns submitted form fields into a canonical answer (a small JSON object; `{}` is "not
answered") or refuses them, and it says whether an answer is complete, equal to another, what share of the mark
it earns and how it reads in plain text. To add one: a value in `ItemKind`, a file here with the class, the
import below, and a template `templates/quizzes/kinds/<value>.html`; the tests over all kinds pick it up.
"""

from quizzes.kinds import choice, dilemma, matching, multiple, ordering, short
from quizzes.kinds.base import Answer, AnswerRefused, Form, Kind, all_kinds, kind_of

__all__ = [
    "Answer",
    "AnswerRefused",
    "Form",
    "Kind",
    "all_kinds",
    "choice",
    "dilemma",
    "kind_of",
    "matching",
    "multiple",
    "ordering",
    "short",
]
