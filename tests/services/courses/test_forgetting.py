"""Zips that nobody published are forgotten; what was found in them, and published ones, stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from courses import jobs, services
from courses.models import CourseUpload
from learning.kernel import clock
from learning.kernel.transaction import write
from tests import factories as make


def test_an_old_unpublished_zip_is_emptied_and_its_problems_stay(db_session: Any) -> None:
    person, now = make.make_person(), clock.now()
    for age in (100, 10):
        write(
            services.keep_upload,
            course_key="kursus",
            filename="kursus.zip",
            content=b"zip",
            problems=[{"code": "jumlah-jp"}],
            compiled=None,
            uploaded_by=person,
            now=now - timedelta(days=age),
        )
    assert jobs.forget_uploads({}, lambda _done, _total: None) == {"emptied": 1}
    old, new = db_session.query(CourseUpload).order_by(CourseUpload.uploaded_at).all()
    assert (old.content, old.problems) == (b"", [{"code": "jumlah-jp"}])
    assert new.content == b"zip"
