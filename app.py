"""Netra: the application, put together. `python app.py` is a development server, `python app.py serve` the production server.

This file alone knows every package: blueprints, commands, who listens to which news, which part of a page comes from
where, and what stands in the menu. Nothing is decided here; for the rules open the package that owns them
(docs/architecture.md has the map).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_migrate import Migrate

import certificates.api.certificate_routes
import certificates.api.eligibility_routes
import certificates.api.gate
import certificates.api.history_routes
import certificates.api.jobs
import certificates.api.list_routes
import certificates.api.message_routes
import certificates.api.pages
import certificates.api.texts
import certificates.api.token_route
import certificates.appreciation.routes
import certificates.appreciation.services
import certificates.badge.embedding
import certificates.badge.jobs
import certificates.cli
import certificates.demo
import certificates.editions.jobs
import certificates.history.jobs
import certificates.history.pages
import certificates.history.texts
import certificates.hooks.jobs
import certificates.hooks.news
import certificates.hooks.pages
import certificates.hooks.services
import certificates.hooks.texts
import certificates.jobs
import certificates.life.telling
import certificates.panels
import certificates.promotion.jobs
import certificates.promotion.panels
import certificates.promotion.texts
import certificates.queries
import certificates.receipts.demo
import certificates.receipts.jobs
import certificates.routes
import certificates.services
import certificates.texts
import courses.analysis_pages
import courses.branching_pages
import courses.cli
import courses.demo
import courses.desk
import courses.edition_pages
import courses.editor
import courses.form_pages
import courses.jobs
import courses.key_pages
import courses.media_pages
import courses.queries
import courses.reference
import courses.reviews
import courses.routes
import courses.sandbox
import courses.services
import courses.studio
import courses.texts
import learning.people.access
import learning.people.cli
import learning.people.demo
import learning.people.deputies
import learning.people.deputy_demo
import learning.people.deputy_texts
import learning.people.jobs
import learning.people.panels
import learning.people.refused_mail
import learning.people.routes
import learning.people.texts
import learning.records.audience_texts
import learning.records.cli
import learning.records.demo
import learning.records.exports.jobs
import learning.records.exports.routes
import learning.records.folding_jobs
import learning.records.heads.cli
import learning.records.heads.demo
import learning.records.heads.jobs
import learning.records.heads.queries
import learning.records.heads.routes
import learning.records.honours.demo
import learning.records.honours.jobs
import learning.records.honours.routes
import learning.records.moving_jobs
import learning.records.moving_panels
import learning.records.moving_texts
import learning.records.nudges.queries
import learning.records.nudges.routes
import learning.records.nudges.texts
import learning.records.panels
import learning.records.relief_jobs
import learning.records.relief_panels
import learning.records.relief_texts
import learning.records.reminders.asking_pages
import learning.records.reminders.cli
import learning.records.reminders.jobs
import learning.records.reminders.queries
import learning.records.reminders.routes
import learning.records.routes
import learning.records.services
import learning.records.texts
import quizzes.jobs
import quizzes.routes
import quizzes.texts
from certificates.events import (
    CertificateCorrected,
    CertificateIssued,
    CertificateRevoked,
    CorrectionDeclined,
)
from certificates.promotion.events import RuleApproved, WaiverEnded, WaiverGranted
from courses.events import CoursePublished
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
    mail_cli,
    panels,
    serving,
    texts,
    throttle,
    web,
)
from learning.kernel.access import Role
from learning.kernel.config import Settings
from learning.kernel.db import db, init_db
from learning.kernel.web import NavItem
from learning.people.events import (
    PeopleSeated,
    PeopleUnseated,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    SeatChanged,
    SeatsChanged,
    UnitMoved,
)
from learning.records.events import EnrolmentCompleted, UnitHonoured
from quizzes.events import QuizPassed

MAX_UPLOAD = 64 * 1024 * 1024

BLUEPRINTS = [
    *learning.people.routes.BLUEPRINTS,
    *learning.records.routes.BLUEPRINTS,
    learning.records.reminders.routes.bp,
    learning.records.exports.routes.bp,
    learning.records.heads.routes.bp,
    learning.records.honours.routes.bp,
    learning.records.nudges.routes.bp,
    quizzes.routes.bp,
    courses.routes.bp,
    courses.reference.bp,
    courses.studio.bp,
    courses.desk.bp,
    courses.editor.bp,
    courses.form_pages.bp,
    courses.reviews.bp,
    courses.analysis_pages.bp,
    courses.key_pages.bp,
    courses.media_pages.bp,
    courses.branching_pages.bp,
    courses.edition_pages.bp,
    courses.sandbox.bp,
    *certificates.routes.BLUEPRINTS,
    certificates.appreciation.routes.bp,
    certificates.api.gate.bp,
    certificates.api.pages.bp,
    certificates.hooks.pages.bp,
    certificates.history.pages.bp,
]

COMMANDS = [
    cli.audit_cli,
    cli.jobs_cli,
    cli.demo_cli,
    cli.backup_command,
    mail_cli.mail_cli,
    *learning.people.cli.GROUPS,
    *learning.records.cli.GROUPS,
    learning.records.reminders.cli.reminders_cli,
    *courses.cli.GROUPS,
    *certificates.cli.GROUPS,
]

TEXTS = [
    texts.TEXTS,
    learning.people.texts.TEXTS,
    learning.people.deputy_texts.TEXTS,
    learning.records.texts.TEXTS,
    learning.records.relief_texts.TEXTS,
    learning.records.moving_texts.TEXTS,
    learning.records.nudges.texts.TEXTS,
    learning.records.audience_texts.TEXTS,
    quizzes.texts.TEXTS,
    courses.texts.TEXTS,
    certificates.texts.TEXTS,
    certificates.promotion.texts.TEXTS,
    certificates.api.texts.TEXTS,
    certificates.hooks.texts.TEXTS,
    certificates.history.texts.TEXTS,
]

# Who listens to what, in this order, in the transaction of the change itself.
LISTENERS: dict[type, list[events.Listener]] = {
    PersonJoined: [learning.records.services.person_joined, certificates.hooks.news.person_joined],
    PersonMoved: [learning.records.services.person_moved, certificates.hooks.news.person_moved],
    PersonLeft: [learning.records.services.person_left, certificates.hooks.news.person_left],
    PeopleSeated: [learning.records.services.people_seated, certificates.hooks.news.people_seated],
    PeopleUnseated: [learning.records.services.people_unseated, certificates.hooks.news.people_unseated],
    SeatChanged: [learning.records.services.seat_changed],
    SeatsChanged: [learning.records.services.seats_changed],
    EnrolmentCompleted: [learning.records.services.course_completed],
    UnitMoved: [learning.records.services.unit_moved],
    CoursePublished: [courses.services.follow_publish],
    QuizPassed: [
        lambda event: learning.records.services.complete(
            enrolment_id=event.enrolment_id, passed_at=event.passed_at
        ),
        certificates.services.issue,
    ],
    CertificateIssued: [
        certificates.badge.embedding.give_place,
        certificates.life.telling.issued,
        certificates.hooks.services.certificate_issued,
    ],
    CertificateCorrected: [
        certificates.badge.embedding.give_place,
        certificates.life.telling.corrected,
        certificates.hooks.services.certificate_corrected,
    ],
    CertificateRevoked: [
        certificates.badge.jobs.follow_revocation,
        certificates.life.telling.revoked,
        certificates.hooks.services.certificate_revoked,
    ],
    CorrectionDeclined: [certificates.life.telling.declined],
    RuleApproved: [certificates.hooks.news.rule_approved],
    WaiverGranted: [certificates.hooks.news.waiver_granted],
    WaiverEnded: [certificates.hooks.news.waiver_ended],
    UnitHonoured: [certificates.appreciation.services.unit_honoured],
}

# Which parts of a page come from a package above the page's own.
PANELS: dict[str, list[Callable[..., Any]]] = {
    "login.demo": [learning.people.demo.login_personas],
    "home.aside": [
        learning.records.nudges.routes.home_aside,
        learning.records.honours.routes.home_aside,
        certificates.panels.home_aside,
        certificates.promotion.panels.home_eligibility,
    ],
    "home.notice": [
        learning.records.relief_panels.home_notice,
        learning.records.moving_panels.home_notice,
        learning.records.honours.routes.home_notice,
        certificates.panels.home_notice,
        certificates.panels.home_waiting,
        learning.people.refused_mail.home_notice,
        learning.people.panels.home_transfers,
        learning.people.routes.deputies.home_notice,
    ],
    "result.pass": [certificates.panels.result_pass],
    "assignment.courses": [
        lambda: [(entry.key, entry.title) for entry in courses.queries.catalogue()],
    ],
    "reminder.minutes": [
        lambda: {entry.key: entry.jp * 45 for entry in courses.queries.catalogue()},  # JP: 45 minutes
    ],
    "impact.certificates": [certificates.queries.live_by_edition],
    "impact.certificate_numbers": [certificates.queries.live_numbers],
    "person.facts": [
        learning.records.panels.person_facts,
        learning.records.relief_panels.person_reliefs,
        certificates.panels.person_facts,
    ],
    "account.links": [
        learning.people.routes.deputies.account_link,
        learning.records.heads.routes.account_link,
        learning.records.reminders.routes.account_link,
        learning.records.reminders.routes.account_link,
        learning.records.nudges.routes.account_link,
    ],
    "me.data": [
        learning.people.deputies.stored_here,
        learning.records.reminders.queries.stored_here,
        learning.records.moving_panels.stored_here,
        learning.records.heads.queries.stored_here,
        learning.records.nudges.queries.stored_here,
        courses.routes.stored_here,
        quizzes.routes.stored_here,
        certificates.panels.my_data,
    ],
}

_STAFF = frozenset({Role.HR, Role.ADMIN})
NAVIGATION = [
    NavItem("courses.home", _l("Beranda"), "house"),
    NavItem("courses.catalogue", _l("Kursus"), "book-open", prefixes=("/kursus", "/kuis")),
    NavItem("certificates.mine", _l("Sertifikat"), "award", prefixes=("/sertifikat",)),
    NavItem("records.units", _l("Unit"), "users", _STAFF | {Role.SUPERVISOR}, ("/unit",)),
    NavItem("eligibility.ask", _l("Kelayakan"), "badge-check", _STAFF, ("/kelayakan",)),
    NavItem("studio.index", _l("Studio"), "square-pen", frozenset({Role.TRAINER, Role.ADMIN}), ("/studio",)),
    NavItem("people.persons", _l("Pengelolaan"), "settings", _STAFF, ("/admin", "/riwayat-pelatihan")),
]

# In this order: letterheads stand before the first certificate, one certificate is revoked after the last.
DEMO: list[cli.DemoLoader] = [
    learning.people.demo.load,
    learning.people.deputy_demo.load,
    learning.records.demo.load_story,
    learning.records.heads.demo.load,
    certificates.demo.load,
    courses.demo.load,
    certificates.demo.load_aftermath,
    certificates.receipts.demo.load,
    learning.records.honours.demo.load,
]


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """The WSGI application. Refuses to start when an endpoint has no access rule or a secret is weak."""
    settings = settings or config.load()
    app = Flask("netra", root_path=str(config.ROOT), static_folder=None, template_folder="templates")
    app.jinja_environment = web.Templates
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
    access.check_complete(app)
    return app


def _kernel(app: Flask, settings: Settings) -> None:
    init_db(app, settings.database_url, settings.web_threads)
    guards.init_guards()
    Migrate(app, db, directory=str(config.ROOT / "migrations"))
    access.init_access(app)
    http.init_http(app, settings)
    web.init_web(app)
    throttle.init_throttle(app, settings.redis_url)
    jobs.init_jobs(app, settings.redis_url, str(settings.instance / "queue.db"))


def _packages(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    for sentences in TEXTS:
        errors.register_texts(sentences)
    http.tell_machines_with(certificates.api.gate.problem)
    access.load_principal_with(learning.people.access.load_principal)
    events.wire(LISTENERS)
    panels.wire(PANELS)
    web.wire_nav(NAVIGATION)
    cli.wire_demo(DEMO)


if __name__ == "__main__":
    # The production server forks before it makes an application, so it is given how to make one.
    if sys.argv[1:] == ["serve"]:
        serving.main(create_app)
    else:
        create_app().run(host="127.0.0.1", port=config.load().port, debug=True)
