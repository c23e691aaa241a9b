"""How long ``trace`` takes for a capture of a gigabyte, and how much memory.

    python benchmarks/trace.py [--megabytes 1000] [--segment 1460]

Makes the capture in a temporary directory: one association after the other, objects of 8 MB, in segments as they go
over Ethernet. Prints the processor time and the largest memory of a process that reads it.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

OBJECT = 8_000_000


def write(path: Path, size: int, segment: int) -> None:
    """A capture of about so many bytes."""
    from made_captures import conversation, packets, pcap  # type: ignore[import-not-found]

    with path.open("wb") as file:
        written = file.write(pcap([]))
        client = 20_000
        while written < size:
            made = packets(conversation(4, OBJECT), client=client, mss=segment)
            written += file.write(pcap(made)[24:])
            client += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--segment", type=int, default=1460)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.pcap"
        write(path, given.megabytes * 1_000_000, given.segment)
        count = path.stat().st_size
        read = (
            "import sys, asprofile; print(len(asprofile.trace(sys.argv[1]).associations)); "
            "print(*[line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')])"
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-c", read, str(path)], cwd=ROOT, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    associations, memory = map(int, done.stdout.split())
    print(f"{count:,} bytes, {associations} associations: {seconds:.1f} s of processor time, {memory:,} kB")


if __name__ == "__main__":
    main()
