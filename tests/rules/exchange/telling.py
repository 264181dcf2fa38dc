"""What a reader made of a file, as a few lines of text that a case file can hold."""

from __future__ import annotations

from pathlib import Path

from courses.exchange import weights
from courses.exchange.questions import Answer, Question, Reading

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "exchange"
BANKS = {
    "gift": "bank.gift.txt",
    "moodle-xml": "bank.moodle.xml",
    "aiken": "bank.aiken.txt",
    "text2qti": "bank.text2qti.md",
    "sheet": "bank.sheet.csv",
}


def bank(source: str) -> bytes:
    return (FIXTURES / BANKS[source]).read_bytes()


def told(reading: Reading) -> str:
    """Questions, then what was refused, then the notes; paragraphs of a text are parted by ¶."""
    if reading.fault:
        return f"fault: {reading.fault}"
    lines = [line for question in reading.questions for line in of_question(question)]
    lines += [f"refused {one.place}{named(one.name)}: {one.text}" for one in reading.refused]
    lines += [f"note {one.place}: {one.text}" for one in reading.notes]
    return "\n".join(line.rstrip() for line in lines)


def named(name: str) -> str:
    return f" [{name}]" if name else ""


def of_question(question: Question) -> list[str]:
    marks = [
        word
        for word, said in (
            ("fixed", not question.shuffle),
            ("case", question.case_sensitive),
            ("numeric", question.numeric),
        )
        if said
    ]
    marks += [word for word in (question.objective, question.difficulty) if word]
    head = " ".join([str(question.kind), *(f"({mark})" for mark in marks)])
    lines = [f"{question.place} {head}{named(question.name)} {flat(question.stem)}"]
    if question.category:
        lines.append(f"  in {question.category}")
    lines += [of_answer(answer) for answer in question.answers]
    lines += [f"  {pair.left} => {pair.right}" for pair in question.pairs]
    lines += [f"  => {right}" for right in question.distractors]
    if question.feedback:
        lines.append(f"  because {flat(question.feedback)}")
    return lines


def of_answer(answer: Answer) -> str:
    return f"  {weights.percent(answer.fraction)} {answer.text}" + (
        f" # {answer.feedback}" if answer.feedback else ""
    )


def flat(text: str) -> str:
    return text.replace("\n", "¶")
