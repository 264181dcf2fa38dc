"""Netra: the application, put together. `python app.py` is a development server, `python app.py serve` the production server.

This file alone knows every package: settings, blueprints, commands, who listens to which news, and what stands in the
menu. Nothing is decided here; for the rules open the package that owns them (docs/architecture.md has the map).
"""

from __future__ import annotations

import importlib
import sys

from flask import Flask
from flask_migrate import Migrate

from learning.kernel import (
    access,
    cli,
    config,
    errors,
    events,
    guards,
    http,
    jobs,
    logs,
    mail,
    panels,
    serving,
    texts,
    throttle,
    web,
)
from learning.kernel.config import Settings
from learning.kernel.db import db, init_db

MAX_UPLOAD = 64 * 1024 * 1024


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """The WSGI application. Refuses to start when an endpoint has no access rule or a secret is weak."""
    settings = settings or config.load()
    app = Flask("netra", root_path=str(config.ROOT), static_folder=None, template_folder="templates")
    app.config.update(
        NETRA=settings,
        TESTING=testing,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="netra",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=MAX_UPLOAD,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        TEMPLATES_AUTO_RELOAD=False,
    )
    if not testing:
        logs.configure(settings.log_level)
    _kernel(app, settings)
    _packages(app)
    _wire(app)
    access.check_complete(app)
    return app


def _kernel(app: Flask, settings: Settings) -> None:
    init_db(app, settings.database_url, settings.web_threads)
    Migrate(app, db, directory=str(config.ROOT / "migrations"))
    access.init_access(app)
    http.init_http(app, settings)
    web.init_web(app)
    throttle.init_throttle(app, settings.redis_url)
    jobs.init_jobs(app, settings.redis_url, str(settings.instance / "queue.db"))
    errors.register_texts(texts.TEXTS)
    for group in (cli.audit_cli, cli.jobs_cli, cli.demo_cli, cli.backup_command):
        app.cli.add_command(group)


def _packages(app: Flask) -> None:
    for name in ("learning.people", "learning.records", "quizzes", "courses", "certificates"):
        for part in ("models", "texts", "jobs", "routes", "studio", "cli"):
            try:
                module = importlib.import_module(f"{name}.{part}")
            except ModuleNotFoundError as error:
                if error.name and error.name.startswith(name):
                    continue
                raise
            for bp in getattr(module, "BLUEPRINTS", [getattr(module, "bp", None)]):
                if bp is not None:
                    app.register_blueprint(bp)
            if part == "texts":
                errors.register_texts(module.TEXTS)
            for group in getattr(module, "GROUPS", []):
                app.cli.add_command(group)


def _wire(app: Flask) -> None:
    from courses.events import CoursePublished
    from courses.services import follow_publish
    from learning.people.access import load_principal
    from learning.people.events import PersonJoined, PersonLeft, PersonMoved
    from learning.records import services as records
    from quizzes.events import QuizPassed

    access.load_principal_with(load_principal)
    passed = [lambda e: records.complete(enrolment_id=e.enrolment_id, passed_at=e.passed_at)]
    try:
        from certificates.services import issue

        passed.append(issue)
    except ImportError:
        pass
    import courses.demo
    import courses.queries
    import courses.routes
    import learning.people.demo
    import learning.records.demo
    import learning.records.panels
    import quizzes.routes
    from learning.kernel.access import Role
    from learning.kernel.web import NavItem
    from flask_babel import lazy_gettext as _l

    table = {
        "login.demo": [learning.people.demo.login_personas],
        "me.data": [courses.routes.stored_here, quizzes.routes.stored_here],
        "person.facts": [learning.records.panels.person_facts],
        "assignment.courses": [lambda: [(entry.key, entry.title) for entry in courses.queries.catalogue()]],
    }
    try:
        import certificates.panels as cp

        table["home.aside"] = [cp.home_aside]
        table["result.pass"] = [cp.result_pass]
        table["person.facts"].append(cp.person_facts)
        table["me.data"].append(cp.my_data)
    except ImportError:
        pass
    panels.wire(table)
    cli.wire_demo([learning.people.demo.load, learning.records.demo.load_story, courses.demo.load])
    staff = frozenset({Role.HR, Role.ADMIN})
    nav = [
        NavItem("courses.home", _l("Beranda"), "house"),
        NavItem("courses.catalogue", _l("Kursus"), "book-open", prefixes=("/kursus", "/kuis")),
        NavItem("certificates.mine", _l("Sertifikat"), "award", prefixes=("/sertifikat",)),
        NavItem("records.units", _l("Unit"), "users", staff | {Role.SUPERVISOR}, ("/unit",)),
        NavItem("eligibility.ask", _l("Kelayakan"), "badge-check", staff, ("/kelayakan",)),
        NavItem("studio.index", _l("Studio"), "square-pen", frozenset({Role.TRAINER, Role.ADMIN}), ("/studio",)),
        NavItem("people.persons", _l("Pengelolaan"), "settings", staff, ("/admin",)),
    ]
    web.wire_nav([item for item in nav if item.endpoint in app.view_functions])
    events.wire(
        {
            PersonJoined: [records.person_joined],
            PersonMoved: [records.person_moved],
            PersonLeft: [records.person_left],
            CoursePublished: [follow_publish],
            QuizPassed: passed,
        }
    )


if __name__ == "__main__":
    # The production server forks before it makes an application, so it is given how to make one.
    if sys.argv[1:] == ["serve"]:
        serving.main(create_app)
    else:
        create_app().run(host="127.0.0.1", port=config.load().port, debug=True)

__all__ = ["create_app", "events", "guards", "mail", "panels"]
