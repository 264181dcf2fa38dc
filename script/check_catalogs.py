"""Says whether every sentence of the interface is translated, and names each one that is not.

    python script/check_catalogs.py             compare the sentences in the code with translations/*
    python script/check_catalogs.py --update    first bring new sentences into the catalogs, untranslated

The sentence in the code is Indonesian and is its own key, so Indonesian needs no catalog. Every other language
under translations/ must have each sentence, translated by a person (not marked fuzzy), with the same
placeholders, and no sentence that the code no longer says.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = ("en",)
KEYWORDS = ("_l", "_n:1,2", "lazy_gettext", "lazy_ngettext:1,2")
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def extract(template: Path) -> Catalog:
    """Collect the sentences of code and templates; a template that does not parse ends the run."""
    keywords = [option for keyword in KEYWORDS for option in ("--keyword", keyword)]
    babel(
        "extract", "--mapping-file", "babel.cfg", "--omit-header", *keywords, "--output-file", template, "."
    )
    with template.open("rb") as file:
        return read_po(file)


def babel(command: str, *arguments: str | Path) -> None:
    call = [sys.executable, "-m", "babel.messages.frontend", command, *map(str, arguments)]
    done = subprocess.run(call, cwd=ROOT, check=False, text=True, stderr=subprocess.PIPE)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [""]
        reading = [line for line in lines if line.startswith("extracting messages from")]
        sys.exit("\n".join([f"pybabel {command} failed", *reading[-1:], lines[-1]]))


def forms(text: object) -> tuple[str, ...]:
    """Give the singular and plural forms of a key or a translation; one form where there is no plural."""
    return (text,) if isinstance(text, str) else tuple(str(form) for form in text)  # type: ignore[attr-defined]


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def problems_of(message: Message, translated: Message | None) -> Iterator[str]:
    """Yield what is wrong with the translation of one sentence, in the words of who mends it."""
    if translated is None:
        yield "missing"
        return
    texts = forms(translated.string or "")
    if not all(texts):
        yield "not translated"
        return
    if translated.fuzzy:
        yield "fuzzy: read it, correct it, take the mark away"
    expected = set().union(*(placeholders(form) for form in forms(message.id)))
    for text in texts:
        # One form of a plural may leave the number out ("one person"); nothing may name what does not exist.
        unknown = placeholders(text) - expected
        lost = expected - placeholders(text) if len(texts) == 1 else set()
        if unknown or lost:
            yield f"placeholders differ: {', '.join(sorted(unknown | lost))}"


def check(language: str, said: Catalog) -> list[str]:
    """List every problem of one language's catalog; empty means complete."""
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return [f"{path.relative_to(ROOT)} does not exist; {len(said)} sentences to translate"]
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    found = []
    for message in said:
        if message.id:
            where = ", ".join(f"{name}:{line}" for name, line in message.locations[:2])
            translated = catalog.get(message.id, message.context)
            found += [
                f"{problem}: {forms(message.id)[0]!r} ({where})"
                for problem in problems_of(message, translated)
            ]
    stale = [message for message in catalog if message.id and said.get(message.id, message.context) is None]
    found += [f"nobody says it any more: {forms(message.id)[0]!r}" for message in stale]
    found += [f"kept as obsolete (#~): {forms(message.id)[0]!r}" for message in catalog.obsolete.values()]
    return found


def update(languages: list[str], template: Path) -> None:
    """Bring new sentences into each catalog, untranslated, and drop those nobody says; guesses nothing."""
    for language in languages:
        path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
        verb = "update" if path.is_file() else "init"
        options = ("--no-fuzzy-matching", "--ignore-obsolete") if verb == "update" else ()
        babel(verb, "--input-file", template, "--output-file", path, "--locale", language, *options)


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--update"]):
        print(__doc__, file=sys.stderr)
        return 2
    folders = {path.name for path in (ROOT / "translations").glob("*") if (path / "LC_MESSAGES").is_dir()}
    languages = sorted(folders.union(REQUIRED))
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        said = extract(template)
        if arguments:
            update(languages, template)
        failed = False
        for language in languages:
            found = check(language, said)
            failed = failed or bool(found)
            for line in found:
                print(f"{language}: {line}")
            print(f"{language}: {len(said)} sentences, {len(found)} problems")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
