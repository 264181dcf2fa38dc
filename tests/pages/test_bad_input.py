"""Bad input for every form, upload, address and query parameter, generated from the URL map and the pages themselves.

Never an error of ours, always a page of ours; a form that is refused comes back with a sentence and with what was
typed. A form is found by opening every page: one that no page shows must stand in `UNSHOWN` with its reason.
"""

from __future__ import annotations

import inspect
import io
import re
import secrets
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from learning.kernel import access, clock, jobs, throttle
from learning.kernel.transaction import write
from tests import factories as make
from tests.pages.forms import SeenField, SeenForm, read_page
from tests.pages.world import NOBODY, World, address, objects_for

SCRIPT = "'\"><script>alert(1)</script>"
VALUES = {
    "nothing": "",
    "NUL": "a\x00b",
    "long": "x" * 10_000,
    "emoji": "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "right to left": "\u202eabc\u200f\u0643",
    "negative": "-1",
    "huge": "9" * 30,
    "beyond the column": str(2**63),
    "spreadsheet": "1.99E+17",
    "other digits": "\u0661\u00b2",
    "markup": SCRIPT,
    "template": "%(x)s {{7*7}} {0} %",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "no day": "2026-02-30",
    "way on": "/\t/[",
}
# What a database may judge otherwise than the other; the rest is settled before it is asked, and sent to one of them.
JUDGED = {
    "NUL",
    "long",
    "emoji",
    "negative",
    "huge",
    "beyond the column",
    "other digits",
    "first day",
    "last day",
    "no day",
}
PATHS = {
    "zero": "0",
    "negative": "-1",
    "beyond the column": str(2**31),
    "huge": "9" * 40,
    "spreadsheet": "1.99E+17",
    "nobody": NOBODY,
    "no uuid": "zzzzzzzz-0000-4000-8000-000000000000",
    "up": "../../app.py",
    "up, encoded": "%2e%2e%2f%2e%2e%2fapp.py",
    "slash": "a%2Fb",
    "NUL": "a%00b",
    "no text": "%ff%fe",
    "long": "x" * 3_000,
    "emoji": quote("\U0001f600"),
    "right to left": quote("\u202eabc"),
    "markup": quote(SCRIPT),
    "template": quote("%(x)s{{7*7}}"),
}
GOOD = {
    "nama": "Dewi Lestari",
    "alasan": "Cuti tahunan",
    "jabatan": "Guru Ahli Pertama",
    "golongan": "III/a",
    "kode": "UNIT-9",
    "dasar": "UU 10/2016 Pasal 70",
    "sumber": "Keputusan KPU",
    "note": "Nama tidak sesuai data kepegawaian.",
    "evidence": "Berita acara pemeriksaan nomor 12.",
    "remark": "Tidak terbukti.",
    "said": "Gelar saya belum tercetak.",
    "who": "Siti",
    "sandi": make.PASSWORD,
    "ulangi": make.PASSWORD,
    "sekarang": make.PASSWORD,
    "system": "SIMPEG Uji",
    "url": "https://simpeg.contoh.go.id/netra",
    "purpose": "usul kenaikan pangkat",
}
# Forms that no page of the world shows, and the fields they take.
UNSHOWN: dict[str, tuple[str, ...]] = {
    "api.check_eligibility": (),  # for programs; tests/pages/api has a fuzzer of its own
    "api.stream_eligibility": (),
    "api.verify_certificates": (),
    "api.check_list": (),
    "api.submit_training_history": (),
    "machines.revoke_token": (),  # shown for a token that was made
    "forms.move": ("dasar", "arah"),  # shown for a module with two blocks
    "courses.begin": (),  # for a course not begun
    "courses.finish_module": (),  # for a module not finished
    "quizzes.start": (),  # without an open attempt
    "exports.order": (),  # shown for a list of more than two thousand
    "people.name_deputy": (
        "unit",
        "nip",
        "mulai",
        "sampai",
        "alasan",
        "pasti",
    ),  # shown to a supervisor on a page that everybody may open
    "people.end_deputation": (),  # shown to both sides of one that is in force
    "people.end_agency_deputation": (),
    "people.end_session": (),  # with a second session
    "people.end_other_sessions": (),
    "people.apply_import": ("sidik", "alasan"),  # shown only once a sheet has been checked without problems
    "people.import_guard": ("persen",),  # stands on the page of an agency, and the walk opens that of a unit
    "records.end_relief": ("penjelasan", "bukti"),  # shown for what a second person approved
    "records.resume_redating": (),  # shown for a recomputation that was given up
    "nudges.drop": (),  # with a planned time
    "reminders.end_calendar": (),  # with an address in force
    "studio.adopt": (),  # shown for an upload that could be read
    "rules.withdraw": (),  # shown to the author of a proposal
    "eligibility.exempt": (
        "aturan",
        "tanggal",
        "pengecualian",
        "dari",
        "hingga",
        "dasar",
    ),  # for a rule that names reasons
    "eligibility.end_exemption": (),
    "editor.save": ("isi", "dasar", "cara"),  # sent by the script, or by buttons of the editor's own form
    "editor.look": ("isi",),
    "editor.present": (),
    "editor.restore": ("nomor", "dasar"),
    "images.remove": ("jalur",),
    "images.describe": ("jalur", "alt"),
    "reviews.decide": ("telaah", "putusan", "alasan"),  # shown once a draft was sent in
    "reviews.publish": ("perubahan", "catatan", "ulang", "sebelum"),
    "reviews.settle": (),
    "reviews.withdraw": (),
}
SHUT = {
    "people.demo_letters",
    "kernel.components",
    "health.readyz",
}  # demo only; schema made without migrations
FILES = {
    "nothing in it": (b"", "orang.csv"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "orang.png"),
    "a picture called csv": (b"\x89PNG\r\n\x1a\n" + bytes(100), "orang.csv"),
    "no real workbook": (b"PK\x03\x04" + bytes(200), "orang.xlsx"),
    "no real zip": (b"PK\x05\x06", "kursus.zip"),
    "NULs": (b"nip,nama\n\x00,\x00\n", "orang.csv"),
    "not UTF-8": (b"nip,nama\n\xff\xfe\x81,x\n", "orang.csv"),
    "name that climbs": (b"nip,nama\n", "../../app.py"),
    "name of marks": (b"nip,nama\n", "\u202egpj.\U0001f600" + "x" * 400 + ".csv"),
    "name without a word": (b"nip,nama\n", "."),
}
KEPT = {"text", "search", "email", "number", "date", "tel", "textarea", "select"}


class OpenWorld(World):
    """The same world with actors whom nothing is closed to."""

    def __init__(self) -> None:
        super().__init__()
        from certificates.promotion import services as rule_services
        from learning.people.services import grant_role

        # After they sat the quizzes: whoever holds all courses is examined in none.
        for name in ("admin", "trainer"):
            role = access.Role(name.upper())
            write(grant_role, person_id=self.people[name], role=role, now=clock.now())
        from certificates.promotion.rulebook import SHIPPED, read_rules

        write(rule_services.load_rules, rules=read_rules(SHIPPED), now=make.LONG_AGO)

    def cast(self) -> dict[str, int]:
        cast = {name: self._person("A") for name in ("learner", "admin", "trainer")}
        return {
            **cast,
            "hr": self._person("A", ("HR", self.side["A"]["agency"])),
            "supervisor": self._person("A", ("SUPERVISOR", self.side["A"]["unit"])),
        }


class Sender:
    """Sends, and collects what was wrong."""

    def __init__(self, app: Flask, world: World, login: Callable[[int], FlaskClient]) -> None:
        self.app, self.world, self.wrong = app, world, []
        self._login = login
        self.browsers = {name: login(person) for name, person in world.people.items()}
        self.browsers["visitor"] = app.test_client()
        self.sent = 0

    wrong: list[str]

    def actor(self, endpoint: str) -> str:
        """The first who is admitted. Only a visitor is asked for a password; a page for all is seen by a learner."""
        rule = access.rule_of(self.app, endpoint)
        assert rule is not None
        if endpoint in {"people.sign_in", "people.forgotten", "people.activate", "people.reset"}:
            return "visitor"
        if not rule.roles:
            return "learner"
        return next(
            name
            for name in ("admin", "trainer", "hr", "supervisor")
            if access.Role(name.upper()) in rule.roles
        )

    def home(self, rule: Rule, actor: str | None = None) -> str:
        """The address of something of one's own."""
        me = self.world.people.get(actor or self.actor(rule.endpoint), 0)
        if rule.endpoint in {"people.activate", "people.reset"}:
            return address(self.app, rule, {"token": self._link(rule.endpoint)})
        found = objects_for(rule.endpoint)
        return address(self.app, rule, found[0](self.world, me) if found and rule.arguments else {})

    def _link(self, endpoint: str) -> str:
        from learning.people import services

        person = make.make_person(password=make.PASSWORD if endpoint == "people.reset" else None)
        token = secrets.token_urlsafe(32)
        write(services.issue_link, person_id=person, token=token, base_url="", now=clock.now())
        return token

    def send(self, what: str, actor: str, url: str, method: str = "GET", **more: Any) -> Any:
        """The answer, after looking at it; None when the application fell over."""
        throttle.reset()
        self.sent += 1
        try:
            response = self.browsers[actor].open(url, method=method, **more)
            text = response.text if response.mimetype in {"text/html", "application/json"} else ""
            response.close()
        except Exception as error:
            self.wrong.append(f"{what}: {error!r}"[:300])
            return None
        if response.headers.get("Location", "").startswith("/masuk") and actor != "visitor":
            self.browsers[actor] = self._login(self.world.people[actor])
        if response.status_code >= 500:
            self.wrong.append(f"{what}: {response.status}")
        elif "<script>alert(1)" in text:
            self.wrong.append(f"{what}: markup comes back as markup")
        elif url.startswith("/api/v1/") and response.status_code >= 400:
            if response.mimetype != "application/problem+json" or not response.get_json(force=True)["detail"]:
                self.wrong.append(f"{what}: {response.status}, no problem document")
        elif response.status_code >= 400 and response.mimetype == "application/json":
            if not {"text", "state"} & {*(response.get_json() or {})}:
                self.wrong.append(f"{what}: {response.status}, JSON without a sentence")
        # One of the forms chooses the language, and the browser remembers it.
        elif response.status_code >= 400 and (
            "<h1" not in text or not re.search('<html lang="(id|en)"', text)
        ):
            self.wrong.append(f"{what}: {response.status}, no page of ours")
        return response

    def rules(self, method: str) -> Iterator[Rule]:
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda one: one.rule):
            if method in (rule.methods or ()) and rule.endpoint not in SHUT:
                yield rule

    def endpoint_of(self, url: str) -> str | None:
        try:
            return str(self.app.url_map.bind("").match(urlsplit(url).path, method="POST")[0])
        except HTTPException:
            return None

    def forms(self) -> dict[str, SeenForm]:
        """Every form that the pages show to those admitted."""
        found: dict[str, SeenForm] = {}
        for rule in self.rules("GET"):
            if rule.endpoint.endswith(("pdf", "sheet")):
                continue
            for actor in sorted({self.actor(rule.endpoint), "admin"}):
                url = self.home(rule, actor)
                response = self.send(rule.endpoint, actor, url, follow_redirects=True)
                if response is None or response.mimetype != "text/html":
                    continue
                for form in read_page(response.text, url).forms:
                    endpoint = self.endpoint_of(form.action)
                    known = found.get(endpoint or "")
                    if endpoint and (known is None or len(known.fields) < len(form.fields)):
                        found[endpoint] = form
        return found


@pytest.fixture
def sender(app: Flask, db_session: Any, client: FlaskClient, login: Callable[[int], FlaskClient]) -> Sender:
    return Sender(app, OpenWorld(), login)


def good(form: SeenForm) -> dict[str, Any]:
    """Something acceptable in every field, as far as one can tell from outside."""
    values = {}
    for name, seen in form.fields.items():
        first = next((choice for choice in seen.choices if choice), "")
        values[name] = seen.value or GOOD.get(name) or first
    if "nip" in form.fields:
        values["nip"] = make.make_number()
    return {name: value for name, value in values.items() if form.fields[name].kind != "file"}


def normal(value: str) -> str:
    return re.sub(r"[^\S ]", " ", "".join(ch for ch in value if ch >= " ")).strip().replace(" ", "")


def lost(form: SeenForm, sent: dict[str, Any], back: SeenForm) -> list[str]:
    """Fields whose entry is gone from the form that came back (the account name beside a new password is fixed)."""
    gone = []
    for name, seen in back.fields.items():
        value = sent.get(name)
        if (
            not isinstance(value, str)
            or name == "username"
            or seen.kind not in KEPT
            or form.fields[name].kind not in KEPT
        ):
            continue
        if seen.kind == "select" and value not in seen.choices:
            continue
        drop = " .-" if name == "nip" else ""  # separators of a NIP are dropped as it is read
        if normal(value).translate(dict.fromkeys(map(ord, drop))) != normal(seen.value):
            gone.append(name)
    return gone


def check_refusal(sender: Sender, what: str, form: SeenForm, sent: dict[str, Any], response: Any) -> None:
    if response is None or response.status_code not in {409, 422, 429} or response.mimetype != "text/html":
        return
    if not any(seen.kind not in {"hidden", "button", "radio"} for seen in form.fields.values()):
        return  # nothing was typed: the error page says it all
    page = read_page(response.text, form.action)
    if not page.sentences:
        sender.wrong.append(f"{what}: {response.status}, and nothing says why")
    unread = [
        name for name, seen in form.fields.items() if seen.kind == "date" and sent.get(name) == "2026-02-30"
    ]
    if unread and "Tulis tanggal lengkap" not in response.text:
        sender.wrong.append(f"{what}: the day is called missing, not unreadable")
    same = sender.endpoint_of(form.action)
    if response.status_code == 409 and same.startswith("quizzes."):
        return  # the form shows the answer that stands; one's own is kept in the choice beside it, by design
    for back in page.forms:
        # A page may show other forms too, and small ones to the same address (a card to sign in with).
        if sender.endpoint_of(back.action) == same and back.fields.keys() >= form.fields.keys():
            gone = lost(form, sent, back)
            if gone:
                sender.wrong.append(f"{what}: {response.status}, lost {', '.join(gone)}")
            return
    sender.wrong.append(f"{what}: {response.status}, the form did not come back")


def bad_entries(form: SeenForm, titles: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What to send: nothing, then each bad value in each field with the others good, then everywhere at once."""
    yield "nothing at all", {}
    for title, value in VALUES.items():
        if title not in titles:
            continue
        for name, seen in form.fields.items():
            if name != "csrf_token" and seen.kind != "file":
                yield f"{name} {title}", {**good(form), name: value}
        yield f"everything {title}", dict.fromkeys(form.fields, value)
    for name in form.fields:
        yield f"{name} twice", {**good(form), name: ["-1", *good(form).values()]}


def test_every_form_says_what_is_wrong_and_loses_nothing(sender: Sender, database: Any) -> None:
    titles = set(VALUES) if database.sqlite else JUDGED
    forms = sender.forms()
    unseen = [rule for rule in sender.rules("POST") if rule.endpoint not in forms]
    forgotten = {rule.endpoint for rule in unseen} ^ UNSHOWN.keys()
    assert not forgotten, ", ".join(sorted(forgotten))
    for rule in unseen:
        fields = {name: SeenField("hidden") for name in UNSHOWN[rule.endpoint]}
        forms[rule.endpoint] = SeenForm(sender.home(rule), fields)
    # What closes a draft comes after everything else that is done with it.
    for endpoint, form in sorted(forms.items(), key=lambda entry: (entry[0] == "desk.drop", entry[0])):
        actor = sender.actor(endpoint)
        for case, sent in bad_entries(form, titles):
            what = f"{endpoint}: {case}"
            response = sender.send(what, actor, form.action, "POST", data=sent)
            check_refusal(sender, what, form, sent, response)
        script = {"Accept": "application/json"}
        sender.send(f"{endpoint} (JSON)", actor, form.action, "POST", data={}, headers=script)
    assert sender.sent > 500
    assert not sender.wrong, f"{len(sender.wrong)} of {sender.sent}\n" + "\n".join(sender.wrong)


def parameters(app: Flask, endpoint: str) -> set[str]:
    """The query parameters that the view's module reads."""
    source = inspect.getsource(sys.modules[inspect.unwrap(app.view_functions[endpoint]).__module__])
    found = set(re.findall(r'request\.(?:args|values)\.get\("(\w+)"', source))
    return found | ({"hal"} if "page_number()" in source else set())


def test_every_query_parameter_takes_anything(sender: Sender, app: Flask) -> None:
    seen: set[str] = set()
    for rule in sender.rules("GET"):
        names = parameters(app, rule.endpoint) if not rule.endpoint.endswith("pdf") else set()
        seen |= names
        url = sender.home(rule) if names else ""
        for name in sorted(names):
            usual = {"tanggal": "2026-12-01"} if name == "aturan" else {}
            for title, value in VALUES.items():
                what = f"{rule.endpoint} ?{name}= {title}"
                sender.send(what, sender.actor(rule.endpoint), url, query_string={**usual, name: value})
            twice = f"{url}?{name}=-1&{name}=x&{name}[]=1"
            sender.send(f"{rule.endpoint} ?{name}= twice", sender.actor(rule.endpoint), twice)
    assert seen >= {"soal", "kursus", "hal", "q", "kode", "tanggal", "next"}
    assert not sender.wrong, f"{len(sender.wrong)} of {sender.sent}\n" + "\n".join(sender.wrong)


def test_every_part_of_an_address_takes_anything(sender: Sender) -> None:
    for method in ("GET", "POST"):
        for rule in sender.rules(method):
            for name in sorted(rule.arguments - (rule.defaults or {}).keys()):
                for title, value in PATHS.items():
                    url = re.sub(rf"<(?:\w+:)?{name}>", value, rule.rule)
                    url = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: _usual(found[1]), url)
                    what = f"{method} {rule.endpoint} <{name}> {title}"
                    sender.send(what, sender.actor(rule.endpoint), url, method)
    assert sender.sent > 500
    assert not sender.wrong, f"{len(sender.wrong)} of {sender.sent}\n" + "\n".join(sender.wrong)


def _usual(name: str) -> str:
    return {"key": make.COURSE, "slug": "modul-1", "public_id": NOBODY}.get(name, "1")


# An answer about a file is no refusal of it, and an emblem may be left out: what these say of files stands in
# tests/pages/certificates/test_files.py. Here they only must not break.
ANSWERING = {
    "file_check.check",
    "file_check.check_edition",
    "letterheads.sample",
    "letterheads.set_letterhead",
}


def test_every_upload_says_what_is_wrong_with_the_file(sender: Sender) -> None:
    forms = {
        endpoint: form
        for endpoint, form in sender.forms().items()
        if any(seen.kind == "file" for seen in form.fields.values())
    }
    del forms["lists.receipt"]  # any file may be compared: it is hashed and not read
    assert forms.keys() == {
        "people.imports",
        "studio.send_in",
        "desk.upload",
        "images.add",
        "bulk.check",
        "receipts.compare",
        "lists.ask_staff",
        *ANSWERING,
    }
    for endpoint, form in forms.items():
        place = next(name for name, seen in form.fields.items() if seen.kind == "file")
        cases: dict[str, dict[str, Any]] = {"no file": {}, "text for a file": {place: "orang.csv"}}
        for title, (content, name) in FILES.items():
            cases[title] = {place: (io.BytesIO(content), name)}
        for title, part in cases.items():
            what = f"{endpoint}: {title}"
            sent = {**good(form), **part}
            actor = sender.actor(endpoint)
            response = sender.send(
                what, actor, form.action, "POST", data=sent, content_type="multipart/form-data"
            )
            if endpoint in ANSWERING:
                continue
            check_refusal(sender, what, form, good(form), response)
            if response is not None and response.status_code == 302:
                jobs.drain()
                found = sender.send(what, actor, response.location)
                if found is None or not re.search(r'class="[^"]*\b(problems|notice|errors)\b', found.text):
                    sender.wrong.append(f"{what}: the page about the file does not say what is wrong")
            elif response is not None and response.status_code != 422:
                sender.wrong.append(f"{what}: {response.status}")
    assert not sender.wrong, "\n" + "\n".join(sender.wrong)


def test_no_form_is_taken_without_its_own_token(
    sender: Sender, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = [(rule, sender.home(rule)) for rule in sender.rules("POST")]
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    for rule, url in homes:
        if rule.endpoint.startswith("api.") or rule.endpoint == "head_news.stopped":
            continue  # nothing there is done for whoever is signed in, so there is nothing to forge
        for token in ("", "salah", "x" * 10_000, "\x00", SCRIPT):
            what = f"{rule.endpoint} with token {token[:10]!r}"
            response = sender.send(what, sender.actor(rule.endpoint), url, "POST", data={"csrf_token": token})
            if response is not None and (
                response.status_code != 400 or "Muat ulang halaman" not in response.text
            ):
                sender.wrong.append(f"{what}: {response.status}")
    assert not sender.wrong, "\n" + "\n".join(sender.wrong)
