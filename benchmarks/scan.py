"""Objects a second: asprofile's scan against pydicom's dcmread, on the same files.

    python benchmarks/scan.py --files 3000

Makes the files in a temporary directory, looks at all of them with both, several times in turn, and prints
the best run of each and their ratio. Files are in the page cache, so this measures the programs, not the
disk. Exit status 1 if the two disagree about a file, the ratio is under --at-least, or the scan with --where has less
than half the speed of the one without.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pydicom

from asprofile.objects.demo import make_demo_objects
from asprofile.objects.header import ObjectHeader
from asprofile.objects.scan import scan
from asprofile.objects.where import Where, parse

if TYPE_CHECKING:
    from collections.abc import Callable

Uids = tuple[str, str, str]
_FILES_IN_A_SERIES = 500


def make_files(directory: Path, count: int) -> None:
    """``count`` copies of the demo's CT image, each with a SOP Instance UID of its own."""
    template = make_demo_objects(directory / "template")[0].read_bytes()
    uid = str(pydicom.dcmread(directory / "template" / "ct.dcm").SOPInstanceUID).encode()
    for path in (directory / "template").iterdir():
        path.unlink()
    for index in range(count):
        series = directory / f"series{index // _FILES_IN_A_SERIES:05}"
        series.mkdir(exist_ok=True)
        number = b"%08d" % index
        (series / f"{index:08}.dcm").write_bytes(template.replace(uid, uid[: -len(number)] + number))


def with_asprofile(directory: Path) -> list[Uids]:
    return [
        (one.sop_class, one.sop_instance, one.transfer_syntax)
        for one in scan([directory])
        if isinstance(one, ObjectHeader)
    ]


@cache
def where() -> Where:
    """Read once, as by a command."""
    return parse('Modality in ("CT", "MR") and StudyDate >= 19000101 and (Rows > 1 or PatientName = "A")')


def with_where(directory: Path) -> list[Uids]:
    """The same with an expression that is true of all of them, and asks for four elements."""
    found = scan([directory], where=where().judge)
    return [(one.sop_class, one.sop_instance, one.transfer_syntax) for one in found if isinstance(one, ObjectHeader)]


def with_pydicom(directory: Path) -> list[Uids]:
    found = []
    for folder, folders, names in os.walk(directory):
        folders.sort()
        for name in sorted(names):
            dataset = pydicom.dcmread(
                f"{folder}/{name}", stop_before_pixels=True, specific_tags=["SOPClassUID", "SOPInstanceUID"]
            )
            found.append(
                (
                    str(dataset.SOPClassUID),
                    str(dataset.SOPInstanceUID),
                    str(dataset.file_meta.TransferSyntaxUID),
                )
            )
    return found


LEAST_WITH_WHERE = 0.5


def timed(look: Callable[[Path], list[Uids]], directory: Path) -> tuple[float, list[Uids]]:
    start = time.perf_counter()
    found = look(directory)
    return time.perf_counter() - start, found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=3000, help="how many files (default: 3000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often, best counts (default: 3)")
    parser.add_argument("--at-least", type=float, default=0, metavar="RATIO", help="fail under this ratio")
    options = parser.parse_args()
    if options.files < 1 or options.rounds < 1:
        parser.error("--files and --rounds must be 1 or more")
    best = {with_asprofile: float("inf"), with_where: float("inf"), with_pydicom: float("inf")}
    with tempfile.TemporaryDirectory() as name:
        make_files(Path(name), options.files)
        for _ in range(options.rounds):
            results = {}
            for look in best:
                seconds, results[look] = timed(look, Path(name))
                best[look] = min(best[look], seconds)
            if (
                not results[with_where] == results[with_asprofile] == results[with_pydicom]
                or len(results[with_pydicom]) != options.files
            ):
                print("scan and dcmread disagree", file=sys.stderr)
                return 1
    ratio = best[with_pydicom] / best[with_asprofile]
    print(f"asprofile scan: {options.files / best[with_asprofile]:10,.0f} objects/s")
    print(f"with --where:   {options.files / best[with_where]:10,.0f} objects/s")
    print(f"pydicom {pydicom.__version__}:  {options.files / best[with_pydicom]:10,.0f} objects/s")
    share = best[with_asprofile] / best[with_where]
    print(f"ratio: {ratio:.1f}{'' if ratio >= options.at_least else '  MISSED'}")
    goal = f"(goal: at least {LEAST_WITH_WHERE})"
    print(f"with --where / without: {share:.2f} {goal}{'' if share >= LEAST_WITH_WHERE else '  MISSED'}")
    return 0 if ratio >= options.at_least and share >= LEAST_WITH_WHERE else 1


if __name__ == "__main__":
    sys.exit(main())
