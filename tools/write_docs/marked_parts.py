"""The generated part of a page, between two marks, and tables for it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence


class MarkMissingError(Exception):
    """The page has no place for the part, or more than one."""


def replaced(text: str, part: str, content: str) -> str:
    """Return the page with the part between its marks replaced; MarkMissingError without them."""
    start, end = f"<!-- generated:{part} -->", "<!-- /generated -->"
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if len(pattern.findall(text)) != 1:
        raise MarkMissingError(f"the page must hold `{start}` … `{end}` once")
    return pattern.sub(lambda _: f"{start}\n{content.strip()}\n{end}", text)


def with_examples(text: str, examples: Mapping[str, object]) -> str:
    """Return the page with each example at its marks, as JSON."""
    for name, example in examples.items():
        text = replaced(
            text, name, f"```json\n{json.dumps(example, ensure_ascii=False, indent=2)}\n```"
        )
    return text


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table of two columns or more; the first cell of a row is not empty."""
    return "\n".join(map(_line, [head, ["---"] * len(head), *rows]))


def _line(cells: Sequence[str]) -> str:
    escaped = [cell.replace("|", "\\|") for cell in cells]
    return "| ".join(escaped)
