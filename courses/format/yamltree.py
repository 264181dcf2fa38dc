"""YAML with line numbers, read event by event: no objects, no aliases, no duplicate keys, bounded depth.

Values stay the text the author wrote; whoever uses them decides what a number or a date is. That way a
wrong value is reported with its line instead of being turned into something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from courses.format.problems import Problems

MAX_DEPTH = 8
MAX_NODES = 50_000
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Node:
    """A scalar (`text`), a list (`items`) or a mapping (`entries`), with its 1-based line in the file."""

    line: int
    text: str | None = None
    items: list[Node] | None = None
    entries: dict[str, Node] | None = None
    key_lines: dict[str, int] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written (`kunci:` alone, `~`, `null`)."""
        return self.items is None and self.entries is None and self.text in ("", "~", "null", None)


def read(text: str, file: str, first_line: int, problems: Problems) -> Node | None:
    """The tree of one YAML document, or None when it cannot be read (then the problem is noted)."""
    reader = _Reader(file, first_line, problems)
    try:
        return reader.document(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        problems.add(file, line, "yaml-rusak", detail=error.problem or "")
    except yaml.YAMLError as error:
        problems.add(file, first_line, "yaml-rusak", detail=str(error).splitlines()[0] if str(error) else "")
    except _Refused as refused:
        problems.add(file, refused.line, refused.code)
    except (RecursionError, MemoryError, ValueError):
        problems.add(file, first_line, "yaml-rusak", detail="")
    return None


class _Refused(Exception):
    def __init__(self, line: int, code: str) -> None:
        super().__init__(code)
        self.line = line
        self.code = code


class _Reader:
    def __init__(self, file: str, first_line: int, problems: Problems) -> None:
        self.file = file
        self.first_line = first_line
        self.problems = problems
        self.nodes = 0

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        stack: list[tuple[Node, list[Node]]] = []
        for event in events:
            line = self.first_line + (event.start_mark.line if event.start_mark else 0)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _Refused(line, "yaml-alias")
            if isinstance(event, yaml.ScalarEvent):
                root = self.attach(Node(line, text=event.value), stack) or root
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                if len(stack) >= MAX_DEPTH:
                    raise _Refused(line, "yaml-terlalu-dalam")
                is_list = isinstance(event, yaml.SequenceStartEvent)
                node = Node(line, items=[]) if is_list else Node(line, entries={}, key_lines={})
                root = self.attach(node, stack) or root
                stack.append((node, []))
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                stack.pop()
            elif isinstance(event, yaml.DocumentEndEvent):
                break
        return root

    def attach(self, node: Node, stack: list[tuple[Node, list[Node]]]) -> Node | None:
        """Put a node where it belongs; returns it when it is the root."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Refused(node.line, "yaml-terlalu-besar")
        if not stack:
            return node
        parent, waiting = stack[-1]
        if parent.items is not None:
            parent.items.append(node)
            return None
        assert parent.entries is not None
        assert parent.key_lines is not None
        if not waiting:
            waiting.append(node)
            return None
        key_node = waiting.pop()
        if key_node.text is None:
            self.problems.add(self.file, key_node.line, "yaml-rusak", detail="?")
        elif key_node.text in parent.entries:
            self.problems.add(self.file, key_node.line, "kunci-ganda", key=key_node.text)
        else:
            parent.entries[key_node.text] = node
            parent.key_lines[key_node.text] = key_node.line
        return None
