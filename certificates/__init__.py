"""The proof: certificate life cycle, PDF, public verification, eligibility.

Owns the certificates, what happened to them later, the letterheads they carry and the promotion rules that
ask for them. Never decides who passed (quizzes) or what a course holds (courses); it hears of a pass and
freezes everything the paper will say. Start at `services.issue_for_pass`, then `payload`, then `rendering`.
"""
