"""The server dies in the middle of the traffic; what it had acknowledged is there when it is back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException

from learning.people.demo_people import PASSWORD
from tests.bench.client import Learner
from tests.journeys.conftest import LiveServer
from tests.journeys.inside import Forms, answers, open_quiz, people_before_the_quiz, right_answers

PEOPLE = 8
ENOUGH = 60  # acknowledged answers before the power goes


@dataclass
class Taker:
    """Somebody answering as fast as the server acknowledges, and a note of every acknowledgement."""

    learner: Learner
    attempt: str
    forms: Forms
    acknowledged: dict[int, int] = field(default_factory=dict)
    refused: str = ""

    def go_on(self) -> None:
        """Answer every question right, empty it, answer again, until the line breaks."""
        revisions = dict.fromkeys(self.forms, 0)
        try:
            for turn in range(1000):
                for number, form in self.forms.items():
                    fields = {} if turn % 2 else form
                    told = self.learner.post(
                        "answer",
                        f"/kuis/percobaan/{self.attempt}/jawaban",
                        {"number": number, "revision": revisions[number] + 1, **fields},
                        accept="application/json",
                        status=200,
                    )
                    if told["saved"] is True:
                        revisions[number] = self.acknowledged[number] = told["revision"]
        except (OSError, HTTPException):
            return  # the power cut
        except RuntimeError as error:
            self.refused = str(error)


def test_every_acknowledged_answer_survives_a_power_cut_on_sqlite(
    new_server: Callable[[], LiveServer],
) -> None:
    survives(new_server())


def test_every_acknowledged_answer_survives_a_power_cut_on_postgresql(postgresql_server: LiveServer) -> None:
    survives(postgresql_server)


def survives(server: LiveServer) -> None:
    """Cut the power of the server while eight people answer, start it again, and compare."""
    takers = []
    for nip in people_before_the_quiz(server, PEOPLE):
        learner = Learner("127.0.0.1", server.port)
        learner.get("login", "/masuk")
        learner.post("login", "/masuk", {"nip": nip, "sandi": PASSWORD})
        attempt = open_quiz(server, nip)
        learner.get("question", f"/kuis/percobaan/{attempt}")
        takers.append(Taker(learner, attempt, right_answers(server, attempt)))
    threads = [threading.Thread(target=taker.go_on) for taker in takers]
    for thread in threads:
        thread.start()
    pause = threading.Event()
    for _ in range(600):
        if sum(sum(taker.acknowledged.values()) for taker in takers) >= ENOUGH:
            break
        pause.wait(0.05)
    server.kill()
    for thread in threads:
        thread.join(70)
        assert not thread.is_alive()
    assert [taker.refused for taker in takers if taker.refused] == []
    assert sum(sum(taker.acknowledged.values()) for taker in takers) >= ENOUGH

    server.start()
    for taker in takers:
        kept = answers(server, taker.attempt)
        for number, revision in taker.acknowledged.items():
            # One more may be there: saved, and the power went before the answer was on the line.
            assert kept[number][0] in {revision, revision + 1}, (taker.attempt, number)
        taker.learner.connection.close()
        again = Learner("127.0.0.1", server.port, cookies=taker.learner.cookies)
        assert "Soal 3 dari" in again.get("question", f"/kuis/percobaan/{taker.attempt}?soal=3")
        again.connection.close()
