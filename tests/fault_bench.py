"""What the runs under injected faults have in common: twenty objects, and that nothing is left behind."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest
from factories import write_ct

from asprofile.cli import main
from asprofile.objects.header import read_header

COUNT = 20


def made_objects(directory: Path) -> dict[str, tuple[str, str]]:
    """By path: SOP instance, and SHA-1 of the data set. Two are too large to be read in one go."""
    directory.mkdir()
    made = {}
    for number in range(COUNT):
        path = write_ct(directory / f"{number:02}.dcm", f"1.2.3.{number}", side=200 if number in (3, 11) else 16)
        header = read_header(path)
        made[str(path)] = (header.sop_instance, hashlib.sha1(path.read_bytes()[header.dataset_offset :]).hexdigest())
    return made


def status_of(*arguments: str) -> int:
    """The exit status of ``asprofile`` with these."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def what_is_there() -> tuple[int, int, set[str]]:
    """Descriptors, threads, and files in the current directory."""
    names = {path.name for path in Path().iterdir()} - {"report.txt", "out"}
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), names
