"""Commands that are run after objects and studies: by the shell, as DCMTK runs them.

Belongs here: processes. Does not belong here: the text of a command (``commands``).
"""

from __future__ import annotations

import os
import subprocess
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asprofile.dcmtk_cli.log import Log


class CommandRunner:
    """Runs commands; ``wait``: each to its end; otherwise they run at the same time as everything else."""

    def __init__(self, log: Log, *, wait: bool) -> None:
        self._log = log
        self._wait = wait
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, command: str) -> None:
        """Run one. What comes of it is its own affair, as with DCMTK; that it cannot be run is logged."""
        arguments = command if os.name == "nt" else ["/bin/sh", "-c", command]
        try:
            process = subprocess.Popen(arguments)
        except (OSError, ValueError) as error:
            self._log.error(f"cannot execute command '{command}' ({error})")
            return
        if self._wait:
            process.wait()
            return
        with self._lock:
            # Those that have ended are forgotten.
            self._running = [one for one in (*self._running, process) if one.poll() is None]
