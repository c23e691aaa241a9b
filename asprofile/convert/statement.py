"""The text of a conformance statement: the few things of Markdown that it has, and the same as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Final

from asprofile.convert.words import ascii_only

_STYLE: Final = """\
body { font: 1rem/1.4 sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0; width: 100% }
td, th { border: 1px solid #999; padding: .2rem .5rem; text-align: left; vertical-align: top }
@media print { body { margin: 0 } tr { break-inside: avoid } }
"""


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table, and an empty line."""
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(cell, row))} |"
    yield ""


def cell(text: str) -> str:
    """A text that ends no cell, and begins nothing of Markdown or HTML."""
    plain = ascii_only(text)
    for character, instead in (("|", "/"), ("<", "("), (">", ")"), ("\\", "/")):
        plain = plain.replace(character, instead)
    return plain


def html_page(lines: list[str]) -> str:
    """Lines of Markdown with headings, paragraphs and tables, the first the title, as a page that needs nothing
    else."""
    title = escape(lines[0].removeprefix("# "))
    body = "\n".join(_html(lines))
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>\n{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _html(lines: list[str]) -> Iterator[str]:
    for kind, some in groupby(lines, _kind):
        if kind == "heading":
            for line in some:
                marks, _, text = line.partition(" ")
                yield f"<h{len(marks)}>{escape(text)}</h{len(marks)}>"
        elif kind == "table":
            head, _, *rows = some
            yield "<table>"
            yield _row(head, "th")
            yield from (_row(row, "td") for row in rows)
            yield "</table>"
        elif kind == "paragraph":
            yield f"<p>{_code(escape(' '.join(some)))}</p>"


def _kind(line: str) -> str:
    if line.startswith("#"):
        return "heading"
    return "table" if line.startswith("|") else "paragraph" if line else ""


def _row(line: str, of: str) -> str:
    cells = line.removeprefix("| ").removesuffix(" |").split(" | ")
    return "<tr>" + "".join(f"<{of}>{_code(escape(one))}</{of}>" for one in cells) + "</tr>"


def _code(text: str) -> str:
    """What is between backticks, as code."""
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(text.split("`")))
