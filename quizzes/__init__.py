"""The quiz engine: question kinds, drawing a paper, attempts, answers, grading, pass records.

Owns: question sets, attempts, responses, pass records. Pure rules live in `items`, `kinds`, `drawing`,
`grading` and `limits`; everything that writes is in `services`. It never knows how a course is written or
what a certificate is: a course hands over a compiled `items.QuestionSet`, a pass is announced as an event.
It never sends a key or an explanation to a browser before the result is released (see `papers`).
Start reading at `items.py`, then `services.py`.
"""
