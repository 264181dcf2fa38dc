"""The course format: from an author's folder of Markdown to a compiled, immutable course.

Pure: no web, no database, no clock. `reader.read_course` does everything; `source` takes folders and zips
in, `problems` says what is wrong, `compiled` is what comes out, `registry` knows the regulations. Rules for
trainers are in `docs/course-format.md`. Try it: `python -m courses.format FOLDER`.
"""
