"""The production server: `python app.py serve`.

One parent binds the socket and forks web processes and a worker; a child that dies is started again. Each web process
runs waitress: its one I/O thread reads requests and writes answers for hundreds of slow connections, so that a phone
on a weak line never holds a worker thread (see docs/performance.md for the measurement against gunicorn).
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType

from flask import Flask

from learning.kernel import config, logs

log = logging.getLogger(__name__)
SWEEP_SECONDS = 10
MakeApp = Callable[[config.Settings], Flask]


def bind(host: str, port: int) -> socket.socket:
    """The listening socket; says in one sentence when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise SystemExit(
            f"Cannot listen on {host}:{port}: {error.strerror}. Set PORT to another number."
        ) from error
    listener.listen(1024)
    listener.setblocking(False)
    return listener


def web_process(make_app: MakeApp, settings: config.Settings, listener: socket.socket) -> None:
    """Serve until told to stop."""
    import gc

    import waitress

    application = make_app(settings)
    gc.collect()
    gc.freeze()
    waitress.serve(
        application,
        sockets=[listener],
        threads=settings.web_threads,
        connection_limit=1000,
        asyncore_use_poll=True,
        channel_timeout=60,
        max_request_body_size=64 * 1024 * 1024,
        ident=None,
        clear_untrusted_proxy_headers=False,
    )


def worker_process(make_app: MakeApp, settings: config.Settings) -> None:
    """Do background work: huey hands over ids, a sweep finds what was lost."""
    import threading

    from learning.kernel import clock, jobs
    from learning.kernel.db import db

    application = make_app(settings)
    consumer = application.extensions["netra_huey"].create_consumer(
        workers=2, periodic=False, initial_delay=0.2, max_delay=2
    )

    def sweep() -> None:
        while True:
            with application.app_context():
                try:
                    jobs.sweep(clock.now())
                except Exception:
                    log.exception("sweep failed")
                finally:
                    db.session.remove()
            time.sleep(SWEEP_SECONDS)

    threading.Thread(target=sweep, daemon=True, name="sweep").start()
    consumer.run()


def main(make_app: MakeApp) -> None:
    """Start everything and keep it running until SIGTERM or Ctrl-C."""
    settings = config.load()
    logs.configure(settings.log_level)
    listener = bind(settings.host, settings.port)
    roles: list[tuple[str, Callable[[], None]]] = [
        (f"web-{number}", lambda: web_process(make_app, settings, listener))
        for number in range(settings.web_processes)
    ]
    roles.append(("worker", lambda: worker_process(make_app, settings)))
    children: dict[int, int] = {}
    stopping = False

    def start(index: int) -> None:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                roles[index][1]()
            except BaseException:
                log.exception("process failed", extra={"role": roles[index][0]})
                os._exit(1)
            os._exit(0)
        children[pid] = index

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for pid in list(children):
            os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for index in range(len(roles)):
        start(index)
    sys.stderr.write(f"Netra: {settings.base_url}  (listening on {settings.host}:{settings.port})\n")
    while children:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            break
        ended = children.pop(pid, -1)
        if ended >= 0 and not stopping:
            log.error("process ended, starting it again", extra={"role": roles[ended][0], "status": status})
            time.sleep(1)
            start(ended)
