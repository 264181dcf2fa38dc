"""Who may give which role with which scope. Pure.

Nobody gives more than they hold: an HR officer names supervisors inside the agency, an agency's admin also HR and
admins of that agency, an admin without scope everything, trainers included (courses belong to no agency).
"""

from __future__ import annotations

from learning.kernel.access import Grant, Role
from learning.people.tree import is_inside


def may_grant(held: tuple[Grant, ...], *, role: Role, unit_path: str | None, course_key: str | None) -> bool:
    """Whether the holder of `held` may give (or end) `role` over `unit_path` (None: everywhere) or a course."""
    if any(grant.role is Role.ADMIN and _is_unlimited(grant) for grant in held):
        return True
    if unit_path is None or role is Role.TRAINER or course_key is not None:
        return False
    for grant in held:
        if grant.unit_path is None or not is_inside(unit_path, grant.unit_path):
            continue
        if grant.role is Role.ADMIN or (grant.role is Role.HR and role is Role.SUPERVISOR):
            return True
    return False


def scope_problem(
    role: Role, *, unit_path: str | None, is_agency: bool, course_key: str | None
) -> str | None:
    """The code of what is wrong with a scope, or None: supervisors need a unit, HR an agency; trainers have courses
    or everything; admins an agency or everything.
    """
    if role is Role.SUPERVISOR and unit_path is None:
        return "people.supervisor_needs_unit"
    if role is Role.HR and not (unit_path and is_agency):
        return "people.hr_needs_agency"
    if role is Role.ADMIN and unit_path is not None and not is_agency:
        return "people.admin_needs_agency"
    if role is Role.TRAINER and unit_path is not None:
        return "people.trainer_has_courses"
    if role is not Role.TRAINER and course_key is not None:
        return "people.only_trainer_has_courses"
    return None


def scope_word(org_unit_id: int | None, course_key: str | None) -> str:
    """The scope in one comparable word: "unit:5", "course:x", or "*" for everything."""
    if org_unit_id is not None:
        return f"unit:{org_unit_id}"
    return f"course:{course_key}" if course_key is not None else "*"


def _is_unlimited(grant: Grant) -> bool:
    return grant.unit_path is None and grant.course_key is None
