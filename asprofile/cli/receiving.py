"""Prints what ``asprofile receive`` says, as it comes.

Not here: the words (``render.receive_text``, ``render.receive_jsonl``), the command and its options (``receive``).
"""

from __future__ import annotations

import contextlib
import json
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from asprofile.printing import printable
from asprofile.render.look import StreamLook

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.api.receiving import Receiving
    from asprofile.printing import Style
    from asprofile.receive.events import ReceiveEvent


class EventTeller:
    """Prints events as they come; ``on_gone`` is called once when nobody reads any more."""

    def __init__(self, form: str, style: Style, *, verbose: bool, quiet: bool, on_gone: Callable[[], None]) -> None:
        self._form = form
        self._words = import_module(f"asprofile.render.receive_{form}")
        self._look = StreamLook(style, verbose=verbose, quiet=quiet)
        self._on_gone = on_gone
        self._lock = threading.Lock()
        self.is_gone = False

    def begin(self, receiving: Receiving, metrics: str = "") -> None:
        """It listens; ``metrics`` is the address of them, empty if there are none."""
        self._say(self._words.begun(receiving, metrics, self._look))

    @property
    def tells_objects(self) -> bool:
        """Whether it says anything of an object that is stored."""
        return self._form == "jsonl" or (self._look.verbose and not self._look.quiet)

    def tell(self, event: ReceiveEvent) -> None:
        """Never raises."""
        self._say(self._words.told(event, self._look))

    def also(self, text: str, about: dict[str, Any]) -> None:
        """Something went wrong that is no event of the receiver. Never raises."""
        self._say(json.dumps(about) if self._form == "jsonl" else self._look.style(printable(text), "red"))

    def line(self, text: str) -> None:
        """A line as it is. Never raises."""
        self._say(text)

    def _say(self, line: str) -> None:
        if self.is_gone or not line:
            return
        try:
            with self._lock:
                click.echo(line)  # which flushes
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                with contextlib.suppress(OSError):
                    click.echo(f"asprofile: standard output: {(error.strerror or str(error)).lower()}", err=True)
            self.is_gone = True
            self._on_gone()
