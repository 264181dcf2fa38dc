"""Images as the texts of a course speak of them: where each is shown, how one is written, which file name is free."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

_USE = re.compile(r"!\[([^\[\]]{0,300})\]\(\s{0,3}<?(media/[^()<>\s]{1,200})")
_PLAIN = str.maketrans({"[": "(", "]": ")", "<": "‹", ">": "›", "`": "’", "\\": "/"})


@dataclass(frozen=True, slots=True)
class Use:
    """A place that shows an image, with what is read there to whoever does not see it."""

    file: str
    line: int
    alt: str


def uses(texts: Mapping[str, str]) -> dict[str, list[Use]]:
    """Path of an image -> the places that show it, in the order of the texts."""
    found: dict[str, list[Use]] = {}
    for file, text in texts.items():
        line, counted = 1, 0
        for match in _USE.finditer(text):
            line, counted = line + text.count("\n", counted, match.start()), match.start()
            found.setdefault(match[2], []).append(Use(file, line, " ".join(match[1].split())))
    return found


def described(text: str, path: str, before: str, alt: str) -> str:
    """The text with a new description of an image, wherever it has the one before or none; other words were meant there."""

    def fresh(match: re.Match[str]) -> str:
        ours = match[2] == path and " ".join(match[1].split()) in ("", plain(before))
        return f"![{plain(alt)}{match[0][2 + len(match[1]) :]}" if ours else match[0]

    return _USE.sub(fresh, text)


def plain(alt: str) -> str:
    """A description as a text can hold it: signs that would end or change it are replaced by ones that look alike."""
    return " ".join(alt.translate(_PLAIN).split())


def markdown(path: str, alt: str) -> str:
    """How a text shows the image."""
    return f"![{plain(alt)}]({path})"


def free_names(path: str, taken: Container[str]) -> Iterator[str]:
    """The file name if it is free, else with the next number behind it."""
    stem, _, suffix = path.rpartition(".")
    number = 1
    while True:
        name = path if number == 1 else f"{stem}-{number}.{suffix}"
        if name not in taken:
            yield name
        number += 1
