"""A database to measure on: the official course and so many people with passwords, made in its own process.

`python -m tests.bench.prepare PEOPLE` on the instance of the environment; prints JSON with what the clients need.
`python -m tests.bench.prepare answers UUID` prints the form fields that answer an attempt.
"""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path

from app import create_app
from learning.kernel import clock
from learning.kernel.transaction import write
from learning.people import passwords
from tests import factories

COURSE = Path("courses/content/netralitas-pra-kampanye")


def people(count: int) -> list[str]:
    """NIPs of new people in one unit, all assigned to the course."""
    from learning.people import services
    from learning.people.kinds import EmploymentType, PositionType

    unit = factories.make_unit(factories.make_agency())
    digest = passwords.hash_password(factories.PASSWORD)
    numbers = [factories.make_number() for _ in range(count)]

    def make() -> None:
        for number in numbers:
            person_id = services.create_person(
                employee_number=number,
                name="Peserta Ukur",
                employment_type=EmploymentType.PNS,
                now=factories.LONG_AGO,
                password_hash=digest,
            )
            services.post_person(
                person_id=person_id,
                org_unit_id=unit,
                position_title="Pelaksana",
                position_type=PositionType.OPERATIONAL,
                starts_on=clock.local_date(factories.LONG_AGO),
                now=factories.LONG_AGO,
            )

    write(make)
    factories.assign(unit, COURSE.name)
    return numbers


def main() -> None:
    """See the module's docstring."""
    app = create_app()
    with app.app_context():
        if sys.argv[1] == "answers":
            from quizzes import demo

            print(json.dumps(demo.answer_forms(uuid.UUID(sys.argv[2]))))
            return
        print(json.dumps(people(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
