"""A migration, or a sending, as one page to hand over: what became of every object, by modality, year and reason, and
when.

Belongs here: the sums as a value, and the page. Does not belong here: where the sums come from (``api``), how pages
look (``look.css``). The page has no script, loads nothing, and needs no other file.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from asprofile import __version__
from asprofile.report.html_table import markup
from asprofile.resources import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_BARS = 60
"""In the time line; a phone shows as many."""


@dataclass(frozen=True, slots=True)
class StateSum:
    """Objects and bytes in a state; ``is_there``: the peer has them, as far as is known."""

    words: str
    meaning: str
    objects: int
    bytes: int
    is_there: bool


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Objects by a name (a modality, a year) and state, in the order of the states."""

    title: str
    what: str
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class MissingObject:
    """An object that is not at the peer, or a file that should be an object."""

    path: str
    uid: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class MigrationSummary:
    """All that the page shows. ``files`` are what scans came across, by what they are, and add up to all of them (none:
    not counted); ``hours`` how many objects were stored from each time on; ``missing`` the first of ``missing_count``.
    ``why`` is the heading of ``reasons``, ``each`` the option that tells of all objects.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    states: tuple[StateSum, ...]
    files: tuple[tuple[str, int], ...]
    breakdowns: tuple[Breakdown, ...]
    reasons: tuple[tuple[str, str, int], ...]
    hours: tuple[tuple[str, int], ...]
    missing: tuple[MissingObject, ...]
    missing_count: int
    advice: tuple[str, ...]
    why: str = "Why objects are not there"
    each: str = "--format csv"

    @property
    def objects(self) -> int:
        return sum(one.objects for one in self.states)

    @property
    def there(self) -> int:
        return sum(one.objects for one in self.states if one.is_there)


def migration_page(summary: MigrationSummary) -> str:
    """One whole HTML 5 document, to be encoded in UTF-8."""
    style = text_of("report/look.css") + text_of("report/migration.css")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f'<meta name="generator" content="asprofile {__version__}">',
        f"<title>{markup(summary.title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        *_header(summary),
        "<main>",
        *_states(summary),
        *_time_line(summary.hours),
        *(line for one in summary.breakdowns for line in _breakdown(one, summary.states)),
        *_reasons(summary),
        *_missing(summary),
        "</main>",
        f"<footer>Made by asprofile {__version__}. The file is complete in itself and loads nothing.</footer>",
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(lines)


def _header(summary: MigrationSummary) -> Iterator[str]:
    yield "<header>"
    yield f"<h1><bdi>{markup(summary.title)}</bdi></h1>"
    yield f'<p class="answer">{summary.there:,} of {_counted(summary.objects, "object")} at the peer</p>'
    if summary.objects:
        share = f"{100 * summary.there / summary.objects:.4g}"
        yield '<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        yield f'<rect width="{share}" height="1"></rect></svg>'
    if summary.advice:
        yield '<ul class="advice">'
        for line in summary.advice:
            parts = markup(line).split("`")
            yield f"<li>{''.join(f'<code>{part}</code>' if at % 2 else part for at, part in enumerate(parts))}</li>"
        yield "</ul>"
    yield '<dl class="facts">'
    for label, value in summary.facts:
        yield f"<div><dt>{markup(label)}</dt><dd><bdi>{markup(value)}</bdi></dd></div>"
    yield "</dl></header>"


def _states(summary: MigrationSummary) -> Iterator[str]:
    yield '<section><h2 id="sums">What became of every object</h2><div class="scroller" tabindex="0"'
    yield ' role="region" aria-labelledby="sums"><table class="sums states"><thead><tr><th scope="col">State</th>'
    yield '<th scope="col">Objects</th><th scope="col">Bytes</th><th scope="col">What it says</th></tr></thead><tbody>'
    for one in summary.states:
        swatch = '<span class="swatch y">✓</span>' if one.is_there else '<span class="swatch p">•</span>'
        yield f'<tr><th scope="row">{swatch} {markup(one.words)}</th>'
        yield f"<td>{one.objects:,}</td><td>{one.bytes:,}</td><td>{markup(one.meaning)}</td></tr>"
    size = sum(one.bytes for one in summary.states)
    yield f'</tbody><tfoot><tr><th scope="row">objects</th><td>{summary.objects:,}</td><td>{size:,}</td><td></td></tr>'
    for label, count in summary.files:
        yield f'<tr class="more"><th scope="row">{markup(label)}</th><td>{count:,}</td><td></td><td></td></tr>'
    if summary.files:
        files = summary.objects + sum(count for _, count in summary.files)
        yield f'<tr><th scope="row">files in all</th><td>{files:,}</td><td></td><td></td></tr>'
    yield "</tfoot></table></div></section>"


def _breakdown(found: Breakdown, states: Sequence[StateSum]) -> Iterator[str]:
    if not found.rows:
        return
    name = found.what.replace(" ", "-")
    yield f'<section><h2 id="{name}">{markup(found.title)}</h2><div class="scroller" tabindex="0" role="region"'
    yield f' aria-labelledby="{name}"><table class="sums"><thead><tr><th scope="col">{markup(found.what)}</th>'
    yield from (f'<th scope="col">{markup(one.words)}</th>' for one in states)
    yield '<th scope="col">objects</th></tr></thead><tbody>'
    for label, counts in found.rows:
        cells = "".join(f"<td>{count:,}</td>" if count else "<td></td>" for count in counts)
        yield f'<tr><th scope="row"><bdi>{markup(label)}</bdi></th>{cells}<td>{sum(counts):,}</td></tr>'
    yield '</tbody><tfoot><tr><th scope="row">objects</th>'
    sums = [sum(counts[at] for _, counts in found.rows) for at in range(len(states))]
    yield from (f"<td>{count:,}</td>" for count in (*sums, sum(sums)))
    yield "</tr></tfoot></table></div>"
    if found.note:
        yield f"<p><small>{markup(found.note)}</small></p>"
    yield "</section>"


def _time_line(hours: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Bars of how many were stored in each hour, or in several where there are many."""
    if not hours:
        return
    if len(hours) == 1:
        yield f"<section><h2>When they were stored</h2><p>{_counted(hours[0][1], 'object')} in the hour from"
        yield f" {markup(hours[0][0])} UTC.</p></section>"
        return
    bars = list(_bars(hours))
    most = max(count for _, _, count in bars)
    total = sum(count for _, _, count in bars)
    width = 1000 / len(bars)
    label = f"{_counted(total, 'object')} stored between {markup(bars[0][0])} and {markup(bars[-1][1])} UTC"
    yield '<section><h2>When they were stored</h2><figure class="time">'
    yield f'<svg viewBox="0 0 1000 120" preserveAspectRatio="none" role="img" aria-label="{label}">'
    for at, (first, last, count) in enumerate(bars):
        height = 120 * count / most
        when = first if first == last else f"{first} to {last}"
        place = f'x="{at * width:.1f}" y="{120 - height:.1f}" width="{max(1, width - 2):.1f}" height="{height:.1f}"'
        yield f"<rect {place}>"
        yield f"<title>{markup(when)}: {count:,}</title></rect>"
    yield f"</svg><figcaption><span>{markup(bars[0][0])}</span>"
    yield f"<span>at most {most:,} a bar, {total:,} in all, times in UTC</span><span>{markup(bars[-1][1])}</span>"
    yield "</figcaption></figure></section>"


def _bars(hours: Sequence[tuple[str, int]]) -> Iterator[tuple[str, str, int]]:
    size = -(-len(hours) // _MOST_BARS)
    for start in range(0, len(hours), size):
        part = hours[start : start + size]
        yield part[0][0], part[-1][0], sum(count for _, count in part)


def _reasons(summary: MigrationSummary) -> Iterator[str]:
    if not summary.reasons:
        return
    yield f'<section><h2 id="reasons">{markup(summary.why)}</h2><div class="scroller" tabindex="0" role="region"'
    yield ' aria-labelledby="reasons"><table class="sums words"><thead><tr><th scope="col">Objects</th>'
    yield '<th scope="col">State</th><th scope="col">Reason</th></tr></thead><tbody>'
    for state, why, count in summary.reasons:
        told = markup(why) or "no reason is known"
        yield f"<tr><td>{count:,}</td><td>{markup(state)}</td><td><bdi>{told}</bdi></td></tr>"
    yield "</tbody></table></div></section>"


def _missing(summary: MigrationSummary) -> Iterator[str]:
    if not summary.missing_count:
        return
    shown, left = len(summary.missing), summary.missing_count - len(summary.missing)
    yield f"<section><h2>{_counted(summary.missing_count, 'object')} not at the peer</h2>"
    if left:
        yield f"<p>The first {shown:,} of them; all objects are told with <code>{markup(summary.each)}</code>.</p>"
    yield f'<details class="missing"{" open" if shown <= 50 else ""}><summary>{_counted(shown, "file")}</summary><ul>'
    for one in summary.missing:
        yield f"<li><bdi>{markup(one.path)}</bdi> <code>{markup(one.uid)}</code> <b>{markup(one.state)}</b>"
        yield f" <bdi>{markup(one.reason)}</bdi></li>"
    yield "</ul></details></section>"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def duration_text(seconds: float) -> str:
    """Hours, minutes and seconds."""
    whole = round(max(0.0, seconds))
    return f"{whole // 3600} h {whole % 3600 // 60:02} min {whole % 60:02} s"
