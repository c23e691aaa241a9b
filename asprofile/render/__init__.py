"""What the commands show of a result, as text: one file a form, with ``render(found, look)``, which gives lines without
line ends.

``RENDERERS`` is the table of them: an output format is a file here, and a row there. Two things are not in it. ``lint``
has a table of its own (``asprofile.lint.render``), because a format says there how it has the names of files. And
``send`` and ``receive`` tell of events as they come, for hours: a line depends on those before it (a reason that
repeats is not said each time), and no value has them all. ``STREAMS`` has the names of their forms, and of ``migrate``,
which shows the rows of a journal as they are read (``cli.migrating``); the words are in ``report.send``, and here in
the modules ``receive_...``, with ``begun(receiving, metrics, look)`` and ``told(event, look)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from asprofile.render.look import ReportLook

RENDERERS: Final[dict[str, dict[str, str]]] = {
    "conformance": {"markdown": "conformance_markdown", "json": "as_json", "html": "conformance_html"},
    "diff": {"text": "diff_text", "json": "as_json", "html": "diff_html"},
    "drift": {"text": "drift_text", "json": "as_json"},
    "echo": {"text": "echo_text", "json": "as_json"},
    "explain": {"text": "explain_text", "json": "as_json"},
    "migrate-check": {"text": "migrate_check_text", "json": "as_json"},
    "plan": {"text": "plan_text", "json": "as_json", "html": "plan_html"},
    "probe": {"text": "probe_text", "json": "as_json", "html": "probe_html"},
    "recipes": {"text": "recipes_text", "json": "as_json"},
    "releases": {"text": "releases_text", "json": "as_json"},
    "samples": {"text": "samples_text", "json": "as_json"},
    "show": {"text": "show_text", "json": "as_json", "html": "show_html"},
    "gaps": {"text": "gaps_text"},
    "simulate": {"text": "simulate_text", "json": "as_json", "html": "simulate_html"},
    "trace": {"text": "trace_text", "json": "as_json", "html": "trace_html"},
}
"""The forms of each command (or of a step of one), the default first, and the module here that makes them."""

STREAMS: Final[dict[str, tuple[str, ...]]] = {
    "migrate": ("text", "json", "csv", "html"),
    "receive": ("text", "jsonl"),
    "send": ("text", "json", "jsonl", "html"),
}
"""The forms of events as they come, and of journals of millions of objects, the default first."""

UTF_8: Final = frozenset({"html"})
"""The forms that say of themselves that they are UTF-8, whatever the terminal takes."""


def forms(command: str) -> tuple[str, ...]:
    """What ``--format`` of a command may be."""
    return STREAMS.get(command) or tuple(RENDERERS[command])


def rendered(command: str, form: str, found: Any, look: ReportLook) -> Iterator[str]:
    """The lines; the module of a form is imported only when it is asked for."""
    lines: Iterator[str] = import_module(f"asprofile.render.{RENDERERS[command][form]}").render(found, look)
    return lines
