"""Passwords, names, paths, and who may give which role."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kernel.access import Grant, Role
from learning.people import passwords
from learning.people.granting import may_grant, scope_problem
from learning.people.names import display_name, initials, is_plausible
from learning.people.sheets import harmless
from learning.people.tree import ancestors, is_inside, range_end

NIP = "199002142015032999"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("sembilan9", "password.short"),
        ("", "password.short"),
        ("x" * 129, "password.long"),
        (f"saya {NIP}", "password.nip"),
        ("19900214 201503 2 999", "password.nip"),
        ("Password123", "password.common"),
        ("RAHASIA 1234", "password.common"),
        ("aaaaaaaaaaaa", "password.monotone"),
        ("efghijklmnop", "password.monotone"),
        ("9876543210 ", "password.common"),
        ("kuda lumping menari", None),
        ("hujan di bulan juni", None),
        ("kata🙂sandi🙂saya", None),
    ],
)
def test_password_rules(password: str, code: str | None) -> None:
    problem = passwords.password_problem(password, employee_number=NIP)
    assert (problem.code if problem else None) == code


def test_a_hash_fits_its_password_only_whatever_the_keyboard_sent() -> None:
    stored = passwords.hash_password("kafe\u0301 di tepi")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify_password(stored, "kaf\u00e9 di tepi")
    assert not passwords.verify_password(stored, "kafe di tepi")
    assert not passwords.verify_password(None, "kafe di tepi")
    assert not passwords.verify_password("bukan hash", "kafe di tepi")
    assert not passwords.verify_password(stored, "x" * 100_000)


@pytest.mark.parametrize(
    ("name", "front", "back", "shown"),
    [
        ("Wening Astuti", "Dr.", "S.Pd., M.Si.", "Dr. Wening Astuti, S.Pd., M.Si."),
        ("Wening  Astuti ", "", "", "Wening Astuti"),
        ("Wening", "", ", S.H.", "Wening, S.H."),
    ],
)
def test_names_carry_their_titles(name: str, front: str, back: str, shown: str) -> None:
    assert display_name(name, front, back) == shown


@given(st.text(max_size=60))
def test_initials_are_never_empty(name: str) -> None:
    assert initials(name)


@pytest.mark.parametrize(
    ("name", "fine"), [("Su", True), ("S", False), ("R2D2", False), ("-", False), ("x" * 121, False)]
)
def test_what_may_be_a_name(name: str, fine: bool) -> None:
    assert is_plausible(name) is fine


ids = st.lists(st.integers(1, 500), min_size=1, max_size=6, unique=True)


@given(ids, ids)
def test_the_range_of_paths_is_exactly_the_subtree(a: list[int], b: list[int]) -> None:
    above, other = ("/" + "/".join(map(str, part)) + "/" for part in (a, b))
    assert (above <= other < range_end(above)) == is_inside(other, above)
    assert ancestors(above) == tuple(a)


AGENCY = "/1/"
OFFICE = "/1/5/"
OTHER = "/2/"


@pytest.mark.parametrize(
    ("held", "role", "path", "course", "may"),
    [
        (Grant(Role.ADMIN), Role.ADMIN, None, None, True),
        (Grant(Role.ADMIN), Role.TRAINER, None, "x", True),
        (Grant(Role.ADMIN, 1, AGENCY), Role.ADMIN, AGENCY, None, True),
        (Grant(Role.ADMIN, 1, AGENCY), Role.ADMIN, None, None, False),
        (Grant(Role.ADMIN, 1, AGENCY), Role.HR, OTHER, None, False),
        (Grant(Role.ADMIN, 1, AGENCY), Role.TRAINER, None, None, False),
        (Grant(Role.HR, 1, AGENCY), Role.SUPERVISOR, OFFICE, None, True),
        (Grant(Role.HR, 1, AGENCY), Role.SUPERVISOR, "/10/", None, False),
        (Grant(Role.HR, 1, AGENCY), Role.HR, AGENCY, None, False),
        (Grant(Role.SUPERVISOR, 5, OFFICE), Role.SUPERVISOR, OFFICE, None, False),
        (Grant(Role.TRAINER), Role.TRAINER, None, None, False),
    ],
)
def test_nobody_gives_more_than_they_hold(
    held: Grant, role: Role, path: str | None, course: str | None, may: bool
) -> None:
    assert may_grant((held,), role=role, unit_path=path, course_key=course) is may


@pytest.mark.parametrize(
    ("role", "path", "agency", "course", "code"),
    [
        (Role.SUPERVISOR, None, False, None, "people.supervisor_needs_unit"),
        (Role.SUPERVISOR, OFFICE, False, None, None),
        (Role.HR, OFFICE, False, None, "people.hr_needs_agency"),
        (Role.HR, AGENCY, True, None, None),
        (Role.ADMIN, OFFICE, False, None, "people.admin_needs_agency"),
        (Role.ADMIN, None, False, None, None),
        (Role.TRAINER, AGENCY, True, None, "people.trainer_has_courses"),
        (Role.TRAINER, None, False, "x", None),
        (Role.HR, AGENCY, True, "x", "people.only_trainer_has_courses"),
    ],
)
def test_every_role_has_its_kind_of_scope(
    role: Role, path: str | None, agency: bool, course: str | None, code: str | None
) -> None:
    assert scope_problem(role, unit_path=path, is_agency=agency, course_key=course) == code


@given(st.text(max_size=30))
def test_no_cell_of_a_download_starts_a_formula(text: str) -> None:
    assert harmless(text)[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert harmless(text).endswith(text)
