"""Materialised paths: "/1/5/" is unit 5 below agency 1. Pure."""

from __future__ import annotations


def range_end(path: str) -> str:
    """The first path after the subtree of `path` in byte order: "/1/5/" -> "/1/50". "0" follows "/" in ASCII, so
    path <= x < range_end(path) is exactly the unit and everything below it.
    """
    return path[:-1] + "0"


def is_inside(path: str, above: str) -> bool:
    """Whether `path` is `above` itself or below it."""
    return path.startswith(above)


def ancestors(path: str) -> tuple[int, ...]:
    """The ids on the way down, the unit itself last."""
    return tuple(int(part) for part in path.split("/") if part)
