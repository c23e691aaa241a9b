"""What the commands show of a result, as text: one file a form, with ``render(found, look)``, which gives lines without
line ends.

``RENDERERS`` is the table of them: an output format is a file here, and a row there. Only ``lint`` has a table of its
own (``asprofile.lint.render``), because a format says there how it has the names of files; and what ``send``,
``receive`` and some others print themselves (``FORMS_OF_COMMANDS``; ``report.send``, ``cli.receiving``).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from asprofile.render.look import ReportLook

RENDERERS: Final[dict[str, dict[str, str]]] = {
    "diff": {"text": "diff_text", "json": "as_json"},
    "echo": {"text": "echo_text", "json": "as_json"},
    "plan": {"text": "plan_text", "json": "as_json"},
    "probe": {"text": "probe_text", "json": "as_json", "html": "probe_html"},
    "show": {"text": "show_text", "json": "as_json", "html": "show_html"},
    "simulate": {"text": "simulate_text", "json": "as_json"},
}
"""The forms of each command, the default first, and the module here that makes them."""

FORMS_OF_COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("explain", "recipes", "releases", "samples"), ("text", "json")),
    "receive": ("text", "jsonl"),
    "send": ("text", "json", "jsonl"),
}
"""Of what the command itself prints: an event at a time, or a table as wide as the terminal."""

UTF_8: Final = frozenset({"html"})
"""The forms that say of themselves that they are UTF-8, whatever the terminal takes."""


def forms(command: str) -> tuple[str, ...]:
    """What ``--format`` of a command may be."""
    return FORMS_OF_COMMANDS.get(command) or tuple(RENDERERS[command])


def rendered(command: str, form: str, found: Any, look: ReportLook) -> Iterator[str]:
    """The lines; the module of a form is imported only when it is asked for."""
    lines: Iterator[str] = import_module(f"asprofile.render.{RENDERERS[command][form]}").render(found, look)
    return lines
