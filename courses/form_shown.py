"""What the pages of the form view show besides the fields: what may be chosen, where errors hang, what may be cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _
from wtforms import FieldList, FormField
from wtforms.fields.choices import SelectChoice

from courses.form_parts import DilemmaForm, QuestionForm
from courses.form_words import Told
from courses.format import editing, registry
from courses.format.editable import Block, Dilemma, Question
from courses.format.editing import Place

_CITE = re.compile(r"\[@([^\s\[\]@]{1,80}) ([^\s\[\]@]{1,80})\]")
_MARKS = re.compile(r"\[@[^\]]*\]|^> ?|\*\*?|^#+ ", re.MULTILINE)
SHORT = 90
"""Letters of a question that the list shows."""


def excerpt(place: Place, places: Iterable[Place] = ()) -> str:
    """The title of a dilemma, or the beginning of a question; one that only asks a dilemma of `places` again has its title."""
    value = place.value
    if isinstance(value, Dilemma):
        return value.title or value.key
    if isinstance(value, Question):
        asked = value.stem or _asked_again(value, places) or value.key
        text = " ".join(_MARKS.sub("", asked).split())
        return text if len(text) <= SHORT else f"{text[: SHORT - 1].rsplit(' ', 1)[0]} …"
    return place.head.words.value if place.head is not None else ""


def _asked_again(question: Question, places: Iterable[Place]) -> str:
    """The title of the dilemma that a question refers to; of several variants the one it names, else the first."""
    told = [
        place.value
        for place in places
        if isinstance(place.value, Dilemma)
        and question.refers
        and place.value.key == question.value("dilema")
    ]
    named = [one for one in told if one.value("varian") == question.value("varian")]
    return next((one.title for one in (named or told)), "")


def cites(text: str) -> list[tuple[str, str]]:
    """What this module cites already: (words, how it is written), each once, in order of appearance."""
    known, _problems = registry.shipped()
    found = []
    for key, locator in dict.fromkeys(_CITE.findall(text)):
        regulation = known.regulations.get(key)
        article = regulation.articles.get(locator) if regulation is not None else None
        if regulation is not None and article is not None:
            found.append((regulation.label(article), f"[@{key} {locator}]"))
    return found


def place_choices(places: list[Place]) -> list[SelectChoice]:
    """Where a new block may go."""
    return [
        SelectChoice("", _("Di akhir modul")),
        *(
            SelectChoice(str(number), _("Sesudah: %(text)s", text=excerpt(place, places)))
            for number, place in enumerate(places)
        ),
    ]


def choose(form: DilemmaForm | QuestionForm, text: str, places: list[Place], before: Block | None) -> None:
    """Fill in what may be chosen. What stands there already is always among it."""
    if isinstance(form, DilemmaForm):
        _scenes(form)
        return
    goals = [
        (str(number), f"{number}. {words}") for number, words in enumerate(editing.objectives(text), start=1)
    ]
    form.tujuan.choices = _with([("", _("Pilih tujuannya")), *goals], form.tujuan.data)
    form.tingkat.choices = _with([(c.value, c.label) for c in form.tingkat.choices], form.tingkat.data)
    own = before.key if before is not None else None
    others = [
        (place.value.key, f"{place.value.key}: {excerpt(place, places)}")
        for place in places
        if isinstance(place.value, Question) and place.value.key != own
    ]
    form.varian_dari.choices = _with([("", _("Bukan varian")), *others], form.varian_dari.data)
    if "dilema" in form:
        titles = {
            place.value.key: f"{place.value.title or place.value.key}"
            for place in reversed(places)
            if isinstance(place.value, Dilemma)
        }
        named = [("", _("Pilih dilemanya")), *reversed(titles.items())]
        form.dilema.choices = _with(named, form.dilema.data)
    for option in form.opsi if "opsi" in form else ():
        _option(option, [])


def _scenes(form: DilemmaForm) -> None:
    keys = [
        (scene.kunci.data, scene.judul.data or scene.kunci.data)
        for scene in list(form.adegan)[1:]
        if scene.kunci.data
    ]
    for scene in form.adegan:
        ways = [pair for pair in keys if pair[0] != scene.kunci.data]
        for option in scene.opsi:
            _option(option, ways)


def _option(option: Any, ways: list[tuple[str, str]]) -> None:
    named = [(key, _("Ke adegan: %(scene)s", scene=title)) for key, title in ways]
    option.lanjut.choices = _with([("", _("Cerita berakhir di sini")), *named], option.lanjut.data)
    option.bobot.choices = _with([(c.value, c.label) for c in option.bobot.choices], option.bobot.data)


def _with(choices: Iterable[tuple[Any, Any]], value: Any) -> list[SelectChoice]:
    listed = [SelectChoice(key, words) for key, words in choices]
    if value and value not in {choice.value for choice in listed}:
        listed.append(SelectChoice(value, value))
    return listed


def with_errors(form: DilemmaForm | QuestionForm, told: Told) -> list[tuple[str | None, str]]:
    """Hang errors on their fields; what has no field of its own is for the block. The summary at the top of the form."""
    fields = {field.id: field for field in _fields(form)}
    summary: list[tuple[str | None, str]] = []
    for name, lines in list(told.items()):
        wrong = [words for tone, words in lines if tone == "bad"]
        if not wrong:
            continue
        field = fields.get(name)
        if field is not None:
            field.errors = [" ".join(wrong)]
            anchor = f"{name}-0" if field.type == "RadioField" else name
            reason = " ".join(wrong)
            summary.append((anchor, _("%(field)s: %(reason)s", field=field.label.text, reason=reason)))
        else:
            summary += [
                (f"daftar-{name}" if name and _is_list(form, name) else None, words) for words in wrong
            ]
    for name in [name for name in told if name and name not in fields and not _is_list(form, name)]:
        told.setdefault("", []).extend(told.pop(name))
    return summary


def _fields(form: Any) -> Iterator[Any]:
    for field in form:
        if isinstance(field, FieldList):
            for entry in field:
                yield from _fields(entry.form) if isinstance(entry, FormField) else (entry,)
        elif not isinstance(field, FormField):
            yield field


def _is_list(form: Any, name: str) -> bool:
    """Whether a name is that of a list of rows, which tells its problems above the rows."""
    parts = name.split("-")
    if parts[0] not in form or not isinstance(form[parts[0]], FieldList):
        return False
    if len(parts) == 1:
        return True
    return (
        len(parts) == 3
        and parts[2] == "opsi"
        and parts[1].isdecimal()
        and int(parts[1]) < len(form[parts[0]])
    )
