"""Running a ``send`` from a command: events to the progress display, renaming what was sent.

Not here: options (``send``, ``send_options``), what is said in the end (``ending``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from asprofile.cli.retries import Retries
from asprofile.objects.scan import ObjectHeader, Unreadable
from asprofile.send.options import duration
from asprofile.send.outcome import Finished, Progress, Retrying, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from asprofile.cli.progress import ProgressListener
    from asprofile.send.outcome import ObjectResult, SendEvent

DONE, BAD = ".done", ".bad"


def listener(
    progress: ProgressListener, on_result: Callable[[ObjectResult], None], on_skipped: Callable[[Path, str], None]
) -> Callable[[SendEvent], None]:
    """Events to the progress display; ``on_result`` gets each result as it comes out."""
    retries = Retries()

    def on_event(event: SendEvent) -> None:
        # The two that come with every object, first and without a pattern, which would take longer than they.
        if isinstance(event, Progress):
            progress.sent(event.path, event.sent)
            return
        if isinstance(event, Finished):
            on_result(event.result)
            progress.finished(event.result.path)
            return
        match event:
            case Skipped(path, reason):
                progress.skipped()
                on_skipped(path, reason)
            case Retrying(error, _, delay, wait):
                how_long = "" if wait is None else f", for {duration(wait)} in all (--wait)"
                progress.note(retries.line(error, delay, how_long))

    return on_event


def rename(result: ObjectResult) -> str:
    """Rename the file of an object: ``.done`` after its name if it is stored, ``.bad`` if not, in place of the
    ``.bad`` of an earlier run. Empty, or why that failed; a file that already has the new name is not written over.
    """
    base = str(result.path).removesuffix(BAD)
    target = f"{base}{DONE if result.outcome.is_stored else BAD}"
    if target == str(result.path):
        return ""
    if os.path.lexists(target):
        return f"{result.path}: not renamed, because {target} exists"
    try:
        result.path.rename(target)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        return f"{result.path}: not renamed: {reason or error}"
    return ""


def without_done(items: Iterable[ObjectHeader | Unreadable]) -> Iterator[ObjectHeader | Unreadable]:
    """The same, with the files that an earlier run with ``--rename`` stored left out, whoever named them."""
    for item in items:
        if str(item.path).endswith(DONE):
            yield Unreadable(item.path, f"was stored in an earlier run, as {DONE} says", "stored", explicit=False)
        else:
            yield item
