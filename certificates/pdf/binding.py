"""Many tagged papers bound into one, behind the pages of a list: pages, tags and bookmarks are taken over, nothing else.

What every paper has for itself goes: its signature (which no longer holds), its badge, its metadata. The result is
PDF/A-3a and PDF/UA-1 like its parts, because the list in front is, and brings metadata, colours and language.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

# The list decides on which page the papers begin, and its own length may depend on that: twice is nearly always enough.
_TRIES = 4


def bind(
    papers: Sequence[tuple[str, Path]], front: Callable[[list[tuple[str, int]], int], bytes], target: Path
) -> int:
    """Write the bound file of (number, file of its paper) in this order; how many pages it has.

    `front` draws the list from (number, pages) and the number of its own pages. Raises ValueError for a paper without tags.
    """
    counts = [(number, _pages(path)) for number, path in papers]
    own, content = 1, b""
    for _ in range(_TRIES):
        content = front(counts, own)
        drawn = _count(content)
        if drawn == own:
            break
        own = drawn
    else:
        raise ValueError("the list does not find its own length")
    with Pdf.open(io.BytesIO(content)) as bound:
        tree = bound.Root.StructTreeRoot
        (top,) = tree.K
        children = top.K if isinstance(top.K, Array) else Array([top.K])
        numbers: list[pikepdf.Object | int] = list(tree.ParentTree.Nums)
        base, shared = 1 + max(int(key) for key in numbers[::2]), _Shared()
        starts = []
        for number, path in papers:
            starts.append((number, len(bound.pages)))
            element, entries, base = _append(bound, path, base, shared)
            element.P, element.S, element.T = top, Name.Part, String(f"Sertifikat {number}")
            children.append(element)
            numbers += entries
        top.K = children
        tree.ParentTree = bound.make_indirect(Dictionary(Nums=Array(numbers)))
        tree.ParentTreeNextKey = base
        with bound.open_outline() as outline:
            for number, page in starts:
                outline.root.append(pikepdf.OutlineItem(number, page))
        pages = len(bound.pages)
        bound.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return pages


def _append(
    bound: Pdf, path: Path, base: int, shared: _Shared
) -> tuple[pikepdf.Object, list[pikepdf.Object | int], int]:
    """Take pages and tags of one paper over; its top element, its lines of the parent tree, and the next free key."""
    # From memory, so that a thousand papers do not need a thousand open files.
    source = Pdf.open(io.BytesIO(path.read_bytes()))
    if Name.StructTreeRoot not in source.Root:
        raise ValueError("a paper without tags cannot be bound")
    for page in source.pages:
        notes = [note for note in page.obj.get(Name.Annots, []) if note.get(Name.Subtype) != Name.Widget]
        if notes:
            page.obj.Annots = Array(notes)
        elif Name.Annots in page.obj:
            del page.obj.Annots
    before = len(bound.pages)
    bound.pages.extend(source.pages)
    tree = bound.copy_foreign(source.Root.StructTreeRoot)
    for page in bound.pages[before:]:
        page.obj.StructParents = int(page.obj.StructParents) + base
        for note in page.obj.get(Name.Annots, []):
            if Name.StructParent in note:
                note.StructParent = int(note.StructParent) + base
        shared.unify(page.obj)
    lines = list(tree.ParentTree.Nums)
    entries: list[pikepdf.Object | int] = []
    for key, value in zip(lines[::2], lines[1::2], strict=True):
        entries += [int(key) + base, value]
    (element,) = tree.K
    return element, entries, base + 1 + max(map(int, lines[::2]))


class _Shared:
    """Colour profiles and drawings that every paper brings along, kept once."""

    def __init__(self) -> None:
        self._known: dict[bytes, pikepdf.Object] = {}

    def unify(self, holder: pikepdf.Object) -> None:
        """Let the resources of a page or a drawing point to equal streams that are there already."""
        space = holder.get(Name.Group, Dictionary()).get(Name.CS)
        if isinstance(space, Array) and len(space) == 2 and isinstance(space[1], pikepdf.Stream):
            space[1] = self._one(space[1])
        resources = holder.get(Name.Resources)
        if resources is None:
            return
        for kind in (Name.ColorSpace, Name.XObject):
            group = resources.get(kind, Dictionary())
            for name in list(group.keys()):
                value = group[name]
                if isinstance(value, Array) and len(value) == 2 and isinstance(value[1], pikepdf.Stream):
                    value[1] = self._one(value[1])
                elif isinstance(value, pikepdf.Stream):
                    self.unify(value)
                    group[name] = self._one(value)

    def _one(self, stream: pikepdf.Object) -> pikepdf.Object:
        head = repr([(key, _told(stream[key])) for key in sorted(stream.keys())])
        mark = hashlib.sha256(head.encode() + stream.read_raw_bytes()).digest()
        return self._known.setdefault(mark, stream)


def _told(value: object) -> object:
    """A value such that equal ones are told alike; streams by their place, because equal ones have one place by now."""
    if isinstance(value, pikepdf.Stream):
        return value.objgen
    if isinstance(value, Dictionary):
        return [(key, _told(value[key])) for key in sorted(value.keys())]
    if isinstance(value, Array):
        return [_told(item) for item in value.as_list()]
    return str(value)


def _pages(path: Path) -> int:
    with Pdf.open(path) as paper:
        return len(paper.pages)


def _count(content: bytes) -> int:
    with Pdf.open(io.BytesIO(content)) as paper:
        return len(paper.pages)
