"""Kinds of arguments of the commands; what is none of a kind is refused in words, with status 2."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path


def count(text: str) -> int:
    """Return a whole number from 1 on."""
    return _whole(text, 1)


def amount(text: str) -> int:
    """Return a whole number from 0 on."""
    return _whole(text, 0)


def day(text: str) -> date:
    """Return a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is no day such as 2026-11-23"
    raise ArgumentTypeError(msg)


def folder(text: str) -> Path:
    """Return a folder that is there."""
    if not (path := Path(text)).is_dir():
        msg = f"there is no folder {text}"
        raise ArgumentTypeError(msg)
    return path


def file(text: str) -> Path:
    """Return a file that is there."""
    if not (path := Path(text)).is_file():
        msg = f"there is no file {text}"
        raise ArgumentTypeError(msg)
    return path


def _whole(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        msg = f"{text!r} is no whole number from {least} on"
        raise ArgumentTypeError(msg)
    return int(text)
