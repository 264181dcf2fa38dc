"""A process that answers parts of a long list: `python -m certificates.promotion.hand`. Started by `answering`, never by hand.

Reads from standard input: first where the database is and what is asked, then a part at a time; writes the answers, or what went
wrong as text, to standard output. Only reads the database. Ends when standard input closes, so it never outlives the
process that started it.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys

from flask import Flask
from flask_babel import Babel

from certificates.pdf.worker import read_message, write_message
from certificates.promotion.answering import Answerer, Question
from certificates.promotion.bulk import Entry
from learning.kernel.db import db, init_db

# Pages are answered first.
_NICER = 5


def main() -> None:
    """Answer until standard input ends."""
    source, out = sys.stdin.buffer, sys.stdout.buffer
    greeting = read_message(source)
    if greeting is None:
        return
    os.nice(_NICER)
    # What comes by this pipe is written by the process that started this one.
    address: str
    question: Question
    address, question = pickle.loads(greeting)  # noqa: S301
    app = Flask(__name__)
    Babel(app, default_locale="id")
    init_db(app, address, 1)
    with app.app_context():
        answerer = Answerer(question)
        # A part is twenty thousand small objects that end with it and know nothing of each other: looking for circles among
        # them after every few hundred takes a tenth of the time.
        gc.freeze()
        gc.set_threshold(100_000, 20, 100)
        while (told := read_message(source)) is not None:
            start, lines = pickle.loads(told)  # noqa: S301
            try:
                answer: object = answerer.part([Entry._make(line) for line in lines], start=start)
            except Exception as error:  # noqa: BLE001 - told to whoever started this process, which ends the list
                # The name alone: what an error of the database says may hold numbers of people.
                answer = type(error).__name__
            db.session.rollback()
            write_message(out, pickle.dumps(answer))


if __name__ == "__main__":
    main()
