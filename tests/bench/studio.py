"""The trainers' studio under measurement: a course of two hundred modules, and texts made to stop the server."""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.bench import server
from tests.bench.client import Learner
from tests.hostile import HEAVY_TEXTS, LONG_LINES, TRICKS

if TYPE_CHECKING:
    from tests.bench.run import Stage

MODULES, TIMES = 200, 15
KEY = "kursus-ukur"
_BASE = re.compile(r'name="dasar" value="([0-9a-f]{64})"')


def studio(
    stage: Stage, line: Callable[[str, list[float]], None], sign_in: Callable[[Learner, str], None]
) -> None:
    """Open, preview, save and check a module of the large course; then the login page beside hostile previews."""
    number, draft, small, path = _prepare(stage)
    port = server.free_port()
    with server.running(["app.py", "serve"], port, {**stage.env, "PORT": str(port)}):
        author = Learner("127.0.0.1", port)
        sign_in(author, number)
        author.times.clear()
        author.get("check, first", f"/studio/naskah/{draft}/periksa")
        for _ in range(3):
            author.get("check, again", f"/studio/naskah/{draft}/periksa")
        for name, draft_id in ((f"{MODULES} modules", draft), ("1 module", small)):
            at = f"/studio/naskah/{draft_id}/berkas/{path}"
            for n in range(TIMES):
                page = author.get(f"page, {name}", at)
                text = _written(page)
                author.post(f"preview, {name}", f"{at}/pratinjau", {"isi": text}, status=200)
                base = _BASE.findall(page)[0]
                fields = {"isi": f"{text}\nTambahan {n}.\n", "dasar": base}
                author.post(f"save, {name}", f"{at}/simpan", fields, accept="application/json", status=200)
        print(f"\nStudio, a module of {len(text) // 1000} kB:")
        for label, values in author.times.items():
            line(label, values)
        _beside_hostile(port, author, f"/studio/naskah/{small}/berkas/{path}/pratinjau", line)


def _prepare(stage: Stage) -> tuple[str, str, str, str]:
    """A trainer with a course of many modules and one of a single module: NIP, both drafts, and the module's path."""
    from courses import checking, services
    from learning.kernel import clock
    from learning.kernel.access import Role
    from learning.kernel.db import db
    from learning.kernel.transaction import write
    from learning.people.models import Person
    from learning.people.services import grant_role

    official = sorted((server.ROOT / "courses/content/netralitas-pra-kampanye").glob("[0-9]*.md"))
    texts = [path.read_text("utf-8") for path in official]
    number, first = stage.numbers[0], "001-modul-001.md"
    with stage.answers.app.app_context():
        person_id = db.session.query(Person.id).filter_by(employee_number=number).scalar()
        write(grant_role, person_id=person_id, role=Role.TRAINER, org_unit_id=None, now=clock.now())
        drafts = []
        for count in (MODULES, 1):
            start = checking.starting_texts(title="Kursus ukur", code="UKUR", jp=6)
            files = {"kursus.md": start["kursus.md"]}
            # No two modules alike: equal passages are rendered once, which no real course of this size would gain from.
            files |= {
                f"{n:03d}-modul-{n:03d}.md": _begin(texts[n % len(texts)]).replace(" yang ", f" yang ke-{n} ")
                for n in range(1, count + 1)
            }
            drafts.append(
                write(
                    services.open_draft,
                    course_key=f"{KEY}-{count}",
                    texts=files,
                    base_version_id=None,
                    person_id=person_id,
                    now=clock.now(),
                )
            )
        db.session.remove()
    return number, str(drafts[0]), str(drafts[1]), first


def _begin(text: str, size: int = 12_000) -> str:
    """A module's first part, up to the end of the block in which it reaches so many characters."""
    end = text.find("\n:::\n", size)
    return text if end < 0 else text[: end + 5]


def _written(page: str) -> str:
    from html import unescape

    found = re.search(r'<textarea[^>]*id="naskah"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def _beside_hostile(
    port: int, author: Learner, address: str, line: Callable[[str, list[float]], None]
) -> None:
    visitor = Learner("127.0.0.1", port)
    for _ in range(150):
        visitor.get("login page alone", "/masuk")
    stop = threading.Event()
    slowest: list[tuple[float, str]] = []

    def send() -> None:
        # One preview a second is what the page allows; these come as fast as they are answered, up to that limit.
        for text in (*HEAVY_TEXTS, *LONG_LINES, "\n\n".join(TRICKS)):
            if stop.is_set():
                return
            began = time.perf_counter()
            try:
                author.post("hostile preview", address, {"isi": f"{_HEAD}{text}"[:260_000]}, status=200)
            except RuntimeError as error:
                raise SystemExit(f"{text[:20]!r}: {error}") from error
            slowest.append((time.perf_counter() - began, text[:12]))
        stop.set()

    thread = threading.Thread(target=send)
    thread.start()
    while not stop.is_set() and thread.is_alive():
        visitor.get("login page beside", "/masuk")
        time.sleep(0.02)
    thread.join()
    print(f"\nLogin page alone and beside {len(slowest)} hostile texts in the preview, one after another:")
    for label in ("login page alone", "login page beside"):
        line(label, visitor.times[label])
    line("hostile preview", author.times["hostile preview"])
    ratio = statistics.median(visitor.times["login page beside"]) / statistics.median(
        visitor.times["login page alone"]
    )
    worst, text = max(slowest)
    print(f"  median ratio: {ratio:.1f}; the slowest preview took {worst:.1f} s ({text!r}…)")


_HEAD = "---\njudul: Uji\njp: 1\ntujuan:\n  - Menguji\n---\n\n"
