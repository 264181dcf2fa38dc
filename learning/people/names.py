"""How a person's name is shown: with titles, and as initials. Pure."""

from __future__ import annotations

import re

_LEADING_TITLES = re.compile(r"^(?:(?:Prof|Dr|dr|drg|drh|Drs|Dra|Ir|Hj?|Apt|Ns|Bdn|K\.?H|R|Rd|Tn|Ny)\.\s*)+")
_LETTER = re.compile(r"[^\W\d_]")

NAME_MAX = 120


def tidy(text: str) -> str:
    """One space between words, none around. Case is left alone: people decide how their name is written."""
    return " ".join(text.split())


def display_name(name: str, front_title: str = "", back_title: str = "") -> str:
    """`Dr. Wening Astuti, S.Pd., M.Si.`: front title before, back titles after a comma.

    A comma that the register already keeps in the back title is not doubled.
    """
    shown, front = tidy(name), tidy(front_title) if front_title else ""
    if front:
        shown = f"{front} {shown}" if shown else front
    back = tidy(back_title).lstrip(", ") if back_title else ""
    return f"{shown}, {back}" if back else shown


def initials(name: str) -> str:
    """At most two letters for the round badge: first and last word, titles and everything after a comma left out.

    Never empty: a name without any letter gives a middle dot.
    """
    bare = _LEADING_TITLES.sub("", tidy(name)).split(",")[0]
    found = (_LETTER.search(word) for word in bare.split(" "))
    letters = [letter.group(0).upper() for letter in found if letter]
    if not letters:
        return "·"
    return letters[0] if len(letters) == 1 else letters[0] + letters[-1]


def is_plausible(name: str) -> bool:
    """At least two letters, no digits, at most 120 characters. Everything else about names is not our business."""
    name = tidy(name)
    if name.replace(" ", "").isalpha():
        return len(name.replace(" ", "")) >= 2 and len(name) <= NAME_MAX
    letters = sum(1 for char in name if char.isalpha())
    return letters >= 2 and not any(char.isdigit() for char in name) and len(name) <= NAME_MAX
