"""Commands and lines after objects and studies: from the options of ``asprofile receive`` to what is done, and said.

Belongs here: putting it together. Does not belong here: queue and processes (``receive.following``).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import ConfigurationError

if TYPE_CHECKING:
    from asprofile.cli.receiving import EventTeller
    from asprofile.receive.commands import CommandTemplate
    from asprofile.receive.following import CommandFailure, Follower
    from asprofile.receive.studies import StudyEnding, StudySummary

AN_HOUR: Final = 3600.0


def follower(given: dict[str, Any], teller: EventTeller) -> Follower | None:
    """None where nothing is to be done afterwards. Raises ConfigurationError."""
    if given["exec"] is None and given["exec_study"] is None and given["on_study"] is None:
        return None
    # Not needed by most.
    from asprofile.receive.following import OBJECT_NAMES, STUDY_NAMES, Follower, FollowOptions

    options = FollowOptions(
        _template("--exec", given["exec"], OBJECT_NAMES),
        _template("--exec-study", given["exec_study"], STUDY_NAMES),
        given["study_quiet"],
        given["exec_workers"],
        given["exec_timeout"] or AN_HOUR,
        given["exec_retries"],
    )
    lines = _StudyLines(given["on_study"], teller)
    return Follower(options, lines.write, lambda failure: teller.also(_failed(failure), _failed_json(failure)))


def _template(option: str, command: Any, names: tuple[str, ...]) -> CommandTemplate | None:
    from asprofile.receive.commands import CommandTemplate

    if command is None:
        return None
    try:
        return CommandTemplate(command, names)
    except ConfigurationError as error:
        raise ConfigurationError(f"{option}: {error}") from None


def _failed(failure: CommandFailure) -> str:
    tried = f", tried {failure.tries} times" if failure.tries > 1 else ""
    return f"after {failure.about}: `{failure.command}` {failure.reason}{tried}"


def _failed_json(failure: CommandFailure) -> dict[str, Any]:
    return {
        "event": "command_failed",
        "command": failure.command,
        "about": failure.about,
        "reason": failure.reason,
        "tries": failure.tries,
    }


class _StudyLines:
    """Where a line for each study goes; None: nowhere. Raises ConfigurationError."""

    def __init__(self, target: str | None, teller: EventTeller) -> None:
        self._teller = teller
        self._path = None if target in (None, "-") else Path(str(target))
        self._to_output = target == "-"
        if self._path is not None:
            self._append(self._path, b"")

    def write(self, summary: StudySummary, ending: StudyEnding) -> None:
        """Never raises."""
        about = {
            "event": "study",
            "study": summary.study,
            "directory": summary.directory,
            "objects": summary.objects,
            "bytes": summary.size,
            "calling_ae": summary.calling_ae,
            "called_ae": summary.called_ae,
            "peer": summary.peer,
            "seconds": round(summary.latest - summary.began, 6),
            "over": ending,
        }
        line = json.dumps(about)
        if self._to_output:
            self._teller.line(line)
        elif self._path is not None:
            try:
                self._append(self._path, line.encode() + b"\n")
            except ConfigurationError as error:
                self._teller.also(f"after study {summary.study}: {error}", {"event": "warning", "reason": str(error)})

    @staticmethod
    def _append(path: Path, data: bytes) -> None:
        """In one piece, so that lines of several programs do not mix."""
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                if data:
                    os.write(descriptor, data)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise ConfigurationError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from None
