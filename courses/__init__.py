"""What is taught: the course format, dilemmas, versions, publishing, the shipped curriculum.

Owns: courses, their frozen versions, media, publish log, dilemma decisions and tallies. The pure package
`courses.format` turns an author's folder into a compiled course; `services` publish and record, `queries`
read compiled content. Nothing is parsed, rendered or sanitised in a learner's request. It never grades and
never issues: questions go to `quizzes` as a question set. Start reading at `format/reader.py`.
"""
