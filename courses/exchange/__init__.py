"""Questions in and out: Moodle GIFT, Moodle XML, Aiken, text2qti, spreadsheets, and Netra's own blocks.

Pure: bytes in, text and a report out; no web, no database, nothing of what is read is ever run. Every reader makes the
same neutral `questions.Question`; every writer starts from it. What cannot be carried is reported with place and reason,
and what is carried with a loss has a note. Start at `conversion.convert`; `docs/exchange.md` says the rules to trainers.

The rules of GIFT, Moodle XML and Aiken follow what Moodle's own importers do (`question/format/{gift,xml,aiken}`), those
of text2qti its parser (`text2qti/quiz.py`).
"""
