"""Writing a draft: nothing is overwritten in silence, history restores, and a second person approves what is published."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from courses import checking, draft_history, draft_queries, edition_files, services
from courses.events import ChangeKind, Redo
from courses.models import (
    CourseDraft,
    CourseVersion,
    DraftRevision,
    DraftRole,
    DraftState,
    Duty,
    PublishLog,
    SaveKind,
)
from learning.kernel import clock
from learning.kernel.db import db
from learning.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from learning.kernel.transaction import write
from learning.records.models import Enrolment, EnrolmentStatus
from tests import factories as make

KEY = "kursus-baru"
MODULE = "01-pembuka.md"


@pytest.fixture
def author(db_session: Any) -> int:
    return make.make_person(name="Wening Astuti", roles=[("TRAINER", None)])


@pytest.fixture
def second(db_session: Any) -> int:
    return make.make_person(name="Yusuf Lamadjido", roles=[("TRAINER", None)])


def begin(author: int, now: datetime | None = None) -> str:
    return write(
        services.open_draft,
        course_key=KEY,
        texts=checking.starting_texts(title="Kursus baru", code="KBR", jp=1),
        base_version_id=None,
        person_id=author,
        now=now or clock.now(),
    )


def digest(public_id: str, path: str = MODULE) -> str:
    found = draft_queries.draft(public_id, None)
    assert found is not None
    file = found.file(path)
    db.session.rollback()
    return file.digest if file else ""


def save(public_id: str, person: int, content: str, base: str | None = None, **values: Any) -> Any:
    return write(
        services.save_text,
        public_id=public_id,
        path=values.pop("path", MODULE),
        content=content,
        base=digest(public_id) if base is None else base,
        kind=values.pop("kind", SaveKind.SAVED),
        person_id=person,
        now=values.pop("now", clock.now()),
    )


def revisions(public_id: str) -> list[tuple[int, str | None, SaveKind]]:
    rows = db.session.execute(
        select(DraftRevision.number, DraftRevision.content, DraftRevision.kind)
        .join(CourseDraft, CourseDraft.id == DraftRevision.draft_id)
        .where(CourseDraft.public_id == public_id, DraftRevision.path == MODULE)
        .order_by(DraftRevision.number)
    ).all()
    db.session.rollback()
    return [(row.number, row.content, row.kind) for row in rows]


def module_text(public_id: str) -> str:
    found = draft_queries.draft(public_id, None)
    assert found is not None
    file = found.file(MODULE)
    assert file is not None
    db.session.rollback()
    return file.content


# --- Writing ---------------------------------------------------------------------------------------------------------


def test_a_new_course_begins_with_texts_that_read_without_an_error(author: int) -> None:
    found = draft_queries.draft(begin(author), None)
    assert found is not None
    result = checking.whole(found)
    assert [p.format() for p in result.errors] == []
    assert result.course is not None
    assert result.course.jp == 1


def test_a_course_has_one_open_draft(author: int, second: int) -> None:
    assert begin(author) == begin(second)
    assert db.session.scalar(select(db.func.count()).select_from(CourseDraft)) == 1


def test_a_saved_text_is_a_new_row_and_an_unchanged_one_is_none(author: int) -> None:
    public_id = begin(author)
    first = save(public_id, author, "Satu.\n")
    assert (first.number, save(public_id, author, "Satu.\r\n").number) == (2, 2)
    assert [number for number, _content, _kind in revisions(public_id)] == [1, 2]


def test_the_second_of_two_writers_is_told_and_loses_nothing(author: int, second: int) -> None:
    public_id = begin(author)
    seen = digest(public_id)
    save(public_id, author, "Dari yang pertama.\n", base=seen)
    with pytest.raises(Conflict) as refused:
        save(public_id, second, "Dari yang kedua.\n", base=seen)
    assert (refused.value.code, refused.value.params["by"]) == ("courses.text_changed", author)
    assert module_text(public_id) == "Dari yang pertama.\n"


def test_two_tabs_of_one_person_are_two_writers(author: int) -> None:
    public_id = begin(author)
    seen = digest(public_id)
    save(public_id, author, "Tab satu.\n", base=seen, kind=SaveKind.AUTO)
    with pytest.raises(Conflict):
        save(public_id, author, "Tab dua.\n", base=seen, kind=SaveKind.AUTO)


def test_what_one_types_without_pause_is_one_row_and_a_pause_begins_another(author: int, second: int) -> None:
    now = clock.now()
    public_id = begin(author, now)
    for minute, words in enumerate(("A", "AB", "ABC"), start=1):
        save(public_id, author, words, kind=SaveKind.AUTO, now=now + timedelta(minutes=minute))
    assert [content for _n, content, _k in revisions(public_id)][1:] == ["ABC\n"]
    save(public_id, author, "ABCD", kind=SaveKind.AUTO, now=now + timedelta(minutes=9))
    save(public_id, second, "ABCDE", kind=SaveKind.AUTO, now=now + timedelta(minutes=10))
    save(public_id, second, "ABCDEF", kind=SaveKind.SAVED, now=now + timedelta(minutes=11))
    assert [content for _n, content, _k in revisions(public_id)][1:] == [
        "ABC\n", "ABCD\n", "ABCDE\n", "ABCDEF\n",
    ]  # fmt: skip


def test_what_was_sent_in_for_review_stays_in_the_history(author: int, second: int) -> None:
    public_id, now = begin(author), clock.now()
    text = checking.starting_texts(title="Kursus baru", code="KBR", jp=1)[MODULE]
    save(public_id, author, f"{text}\nDibaca.\n", kind=SaveKind.AUTO, now=now)
    submit(public_id, author)
    decide(public_id, second, approve=False, remark="Perjelas.")
    save(public_id, author, f"{text}\nDiperjelas.\n", kind=SaveKind.AUTO, now=clock.now())
    found = draft_queries.draft(public_id, None)
    assert found is not None
    assert found.review is not None
    read = draft_history.texts_at(found.id, found.review.submitted_at)
    assert read[MODULE].endswith("Dibaca.\n")
    assert draft_history.texts_at(found.id, clock.now())[MODULE].endswith("Diperjelas.\n")


def test_an_older_text_comes_back_and_what_stood_between_stays(author: int) -> None:
    public_id = begin(author)
    save(public_id, author, "Satu.\n")
    save(public_id, author, "Dua.\n")
    write(
        services.restore_text,
        public_id=public_id, path=MODULE, number=2, base=digest(public_id), person_id=author, now=clock.now(),
    )  # fmt: skip
    assert [content for _n, content, _k in revisions(public_id)][1:] == ["Satu.\n", "Dua.\n", "Satu.\n"]
    assert revisions(public_id)[-1][2] is SaveKind.RESTORED


def test_a_removed_file_is_gone_and_can_be_written_again(author: int) -> None:
    public_id = begin(author)
    values = {"public_id": public_id, "path": MODULE, "base": digest(public_id), "person_id": author}
    write(services.remove_text, **values, now=clock.now())
    found = draft_queries.draft(public_id, None)
    assert found is not None
    assert found.names == ("kursus.md",)
    db.session.rollback()
    assert save(public_id, author, "Lagi.\n", base="").number == 3


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("../kursus.md", "x", "courses.file_name_unfit"),
        ("02-Modul.md", "x", "courses.file_name_unfit"),
        ("catatan.txt", "x", "courses.file_name_unfit"),
        ("02-modul.md", "x" * 300_000, "courses.text_too_long"),
    ],
)
def test_what_cannot_be_a_file_of_a_course_is_refused(
    author: int, path: str, content: str, code: str
) -> None:
    public_id = begin(author)
    with pytest.raises(Invalid) as refused:
        save(public_id, author, content, base="", path=path)
    assert refused.value.code == code


def test_odd_characters_are_kept_as_far_as_a_database_keeps_them(author: int) -> None:
    public_id = begin(author)
    save(public_id, author, "NUL \0, pasangan \ud83d lepas, \u202e balik, 😀")
    assert module_text(public_id).startswith("NUL \ufffd, pasangan ? lepas, \u202e balik, 😀")


def test_a_folder_that_came_as_zip_stays_byte_for_byte(author: int) -> None:
    public_id = begin(author)
    texts = {"kursus.md": "\ufeffjudul\r\n", MODULE: "tanpa akhir baris"}
    changed = write(
        services.replace_all, public_id=public_id, texts=texts, images=(), person_id=author, now=clock.now()
    )
    assert changed == 2
    found = draft_queries.draft(public_id, None)
    assert found is not None
    assert dict(draft_queries.folder_of(found).files) == {path: t.encode() for path, t in texts.items()}


def test_sixteen_saves_of_the_same_base_make_one_new_text(app: Flask, author: int) -> None:
    public_id = begin(author)
    base, told = digest(public_id), []
    barrier = threading.Barrier(16)

    def attempt(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                save_values = {"public_id": public_id, "path": MODULE, "base": base, "kind": SaveKind.SAVED}
                write(
                    services.save_text,
                    **save_values,
                    content=f"{number}\n",
                    person_id=author,
                    now=clock.now(),
                )
                told.append("saved")
            except Conflict:
                told.append("conflict")

    threads = [threading.Thread(target=attempt, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["conflict"] * 15 + ["saved"]
    assert len(revisions(public_id)) == 2


# --- The second person -----------------------------------------------------------------------------------------------


def submit(public_id: str, person: int) -> int:
    found = draft_queries.draft(public_id, None)
    assert found is not None
    tree = services.tree_of(found.id)
    db.session.rollback()
    return write(
        services.submit_draft,
        public_id=public_id,
        tree=tree,
        note="Tolong dibaca.",
        person_id=person,
        now=clock.now(),
    )


def decide(public_id: str, person: int, *, approve: bool = True, remark: str = "", number: int = 1) -> None:
    write(
        services.decide_review,
        public_id=public_id, number=number, approve=approve, remark=remark, person_id=person, now=clock.now(),
    )  # fmt: skip


def publish(public_id: str, person: int, **values: Any) -> Any:
    found = draft_queries.draft(public_id, None)
    assert found is not None
    compiled = checking.whole(found).course
    assert compiled is not None
    files = dict(draft_queries.folder_of(found).files)
    tree = values.pop("tree", None) or services.tree_of(found.id)
    db.session.rollback()
    return write(
        services.publish_draft,
        public_id=public_id,
        compiled=compiled,
        files=files,
        tree=tree,
        change=values.pop("change", ChangeKind.SUBSTANCE),
        redo=values.pop("redo", Redo.NOBODY),
        note=values.pop("note", "Terbitan pertama."),
        person_id=person,
        now=values.pop("now", clock.now()),
        **values,
    )


def state(public_id: str) -> DraftState:
    found = db.session.execute(
        select(CourseDraft.state).where(CourseDraft.public_id == public_id)
    ).scalar_one()
    db.session.rollback()
    return found


def test_from_blank_to_published_by_two_people(author: int, second: int) -> None:
    public_id = begin(author)
    save(public_id, author, module_text(public_id) + "\nSatu kalimat lagi.\n")
    submit(public_id, author)
    assert state(public_id) is DraftState.IN_REVIEW
    decide(public_id, second)
    outcome = publish(public_id, author)
    assert (outcome.number, outcome.created) == (1, True)
    assert state(public_id) is DraftState.PUBLISHED
    again = publish(public_id, author)
    assert (again.number, again.created) == (1, False), "a second press publishes nothing more"
    log = db.session.execute(select(PublishLog)).scalar_one()
    assert (log.note, log.published_by) == ("Terbitan pertama.", author)


def test_nobody_approves_what_they_wrote(author: int, second: int) -> None:
    public_id = begin(author)
    save(public_id, author, "Dari penulis.\n")
    save(public_id, second, "Satu koma dari orang kedua.\n")
    submit(public_id, author)
    for writer in (author, second):
        with pytest.raises(Forbidden) as refused:
            decide(public_id, writer)
        assert refused.value.code == "courses.author_cannot_approve"
    assert state(public_id) is DraftState.IN_REVIEW


def test_whoever_sends_it_in_does_not_approve_it_either(author: int, second: int) -> None:
    public_id = begin(author)
    save(public_id, author, "Dari penulis.\n")
    submit(public_id, second)
    with pytest.raises(Forbidden):
        decide(public_id, second)


def test_the_database_itself_refuses_an_author_as_approver(author: int, second: int) -> None:
    public_id = begin(author)
    save(public_id, second, "Dari orang kedua.\n")
    submit(public_id, author)
    draft_id = db.session.scalar(select(CourseDraft.id).where(CourseDraft.public_id == public_id))
    now = clock.now().strftime("%Y-%m-%d %H:%M:%S")

    def by_hand(person: int, role: str) -> None:
        db.session.execute(
            text(
                "UPDATE draft_review SET verdict='APPROVED', decided_at=:now, decided_by=:p, approved_by=:p,"
                " approved_as=:role WHERE draft_id=:d"
            ),
            {"now": now, "p": person, "d": draft_id, "role": role},
        )

    for person, role in ((second, "APPROVER"), (second, "AUTHOR"), (author, "APPROVER")):
        with pytest.raises(IntegrityError):
            write(by_hand, person=person, role=role)
    with pytest.raises(IntegrityError):
        write(
            lambda: db.session.execute(
                text("UPDATE draft_role SET role='APPROVER' WHERE person_id=:p"), {"p": second}
            )
        )


def test_an_approver_cannot_become_an_author_of_the_same_draft(author: int, second: int) -> None:
    public_id = begin(author)
    save(public_id, author, module_text(public_id) + "\nSatu.\n")
    submit(public_id, author)
    decide(public_id, second)
    write(services.withdraw_draft, public_id=public_id, person_id=author, now=clock.now())
    with pytest.raises(Conflict) as refused:
        save(public_id, second, "Sekarang saya.\n")
    assert refused.value.code == "courses.approver_cannot_write"


def test_nothing_changes_while_it_is_read_and_after_it_was_approved(author: int, second: int) -> None:
    public_id = begin(author)
    save(public_id, author, module_text(public_id) + "\nSatu.\n")
    submit(public_id, author)
    with pytest.raises(Conflict) as refused:
        save(public_id, author, "Diam-diam.\n")
    assert refused.value.code == "courses.draft_in_review"
    decide(public_id, second)
    with pytest.raises(Conflict):
        save(public_id, author, "Diam-diam.\n")


def test_what_is_published_is_what_was_approved(author: int, second: int) -> None:
    public_id = begin(author)
    save(public_id, author, module_text(public_id) + "\nSatu.\n")
    with pytest.raises(Conflict) as early:
        publish(public_id, author)
    assert early.value.code == "courses.draft_not_approved"
    submit(public_id, author)
    decide(public_id, second)
    with pytest.raises(Conflict) as other:
        publish(public_id, author, tree="0" * 64)
    assert other.value.code == "courses.text_changed_since_check"
    write(services.withdraw_draft, public_id=public_id, person_id=author, now=clock.now())
    save(public_id, author, module_text(public_id) + "\nSesudah persetujuan.\n")
    with pytest.raises(Conflict):
        publish(public_id, author)


def test_a_return_needs_a_reason_and_opens_the_draft_again(author: int, second: int) -> None:
    public_id = begin(author)
    save(public_id, author, module_text(public_id) + "\nSatu.\n")
    submit(public_id, author)
    with pytest.raises(Invalid):
        decide(public_id, second, approve=False)
    decide(public_id, second, approve=False, remark="Baris 14: siapa yang menghukum?")
    assert state(public_id) is DraftState.OPEN
    with pytest.raises(Conflict):
        decide(public_id, second)
    assert submit(public_id, author) == 2
    decide(public_id, second, number=2)
    assert state(public_id) is DraftState.APPROVED


def test_an_edition_that_came_out_meanwhile_stops_the_older_draft(author: int, second: int) -> None:
    make.make_course(KEY)
    version = edition_files.current_version_id(KEY)
    db.session.rollback()
    public_id = write(
        services.open_draft,
        course_key=KEY,
        texts=checking.starting_texts(title="Kursus", code="KBR", jp=1),
        base_version_id=version,
        person_id=author,
        now=clock.now(),
    )
    save(public_id, author, module_text(public_id) + "\nSatu.\n")
    submit(public_id, author)
    decide(public_id, second)
    make.make_course(KEY, text="Dari baris perintah")
    with pytest.raises(Conflict) as refused:
        publish(public_id, author)
    assert refused.value.code == "courses.published_meanwhile"


def test_of_those_who_passed_only_the_ones_before_a_day_redo_it(author: int, second: int) -> None:
    make.make_course(KEY)
    agency = make.make_agency()
    day = clock.now() - timedelta(days=100)
    early, late = make.make_person(agency), make.make_person(agency)
    make.pass_course(early, KEY, now=day - timedelta(days=1))
    make.pass_course(late, KEY, now=day + timedelta(days=1))
    public_id = write(
        services.open_draft,
        course_key=KEY,
        texts=checking.starting_texts(title="Kursus", code="KBR", jp=1),
        base_version_id=edition_files.current_version_id(KEY),
        person_id=author,
        now=clock.now(),
    )
    save(public_id, author, module_text(public_id) + "\nSatu.\n")
    submit(public_id, author)
    decide(public_id, second)
    publish(public_id, author, redo=Redo.EVERYONE, passed_before=day)
    standing = dict(
        db.session.execute(select(Enrolment.person_id, Enrolment.status).where(Enrolment.ended_at.is_(None)))
        .tuples()
        .all()
    )
    assert standing == {early: EnrolmentStatus.NOT_STARTED, late: EnrolmentStatus.PASSED}


def test_a_stranger_draft_and_a_closed_one(author: int) -> None:
    with pytest.raises(NotFound):
        save("tidak-ada", author, "x", base="")
    public_id = begin(author)
    write(services.drop_draft, public_id=public_id, person_id=author, now=clock.now())
    write(services.drop_draft, public_id=public_id, person_id=author, now=clock.now())
    with pytest.raises(Conflict) as refused:
        save(public_id, author, "x", base="")
    assert refused.value.code == "courses.draft_closed"
    assert begin(author) != public_id


def test_roles_are_noted_once_and_only_for_writers(author: int, second: int) -> None:
    public_id = begin(author)
    assert db.session.execute(select(DraftRole)).all() == []
    save(public_id, author, "Satu.\n")
    save(public_id, author, "Dua.\n")
    roles = db.session.execute(select(DraftRole.person_id, DraftRole.role)).tuples().all()
    assert roles == [(author, Duty.AUTHOR)]


def test_images_of_an_edition_are_listed_with_it(author: int) -> None:
    make.make_course(KEY)
    assert db.session.execute(select(CourseVersion.media)).scalar_one() == []
