"""Little data that stands for very much: nothing fills the disk or the memory."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from made_data_sets import DEFLATED, EXPLICIT, IMPLICIT, SECONDARY_CAPTURE, Element, encoded, head, padded, part10
from made_pictures import RLE, Kind, compressed, rle

from asprofile.errors import ObjectError
from asprofile.objects import prepared
from asprofile.objects.converting import Converter
from asprofile.objects.header import read_header
from asprofile.objects.room import DEFAULT_MAX_SIZE, Room, size_text
from asprofile.objects.rules import WritingRules

UIDS: list[Element] = [(0x00080016, "UI", padded(SECONDARY_CAPTURE)), (0x00080018, "UI", b"1.2.3.4\0")]


def deflated(path: Path, length: int) -> Path:
    """An object whose pixel data are ``length`` zeros, a multiple of 64 KiB."""
    deflater = zlib.compressobj(9, wbits=-15)
    some = bytes(64 << 10)
    data = deflater.compress(encoded(UIDS, EXPLICIT) + head(0x7FE00010, "OW", length, EXPLICIT))
    data += b"".join(deflater.compress(some) for _ in range(length // len(some))) + deflater.flush()
    path.write_bytes(part10(data + b"\0" * (len(data) % 2), DEFLATED))
    return path


def opened(path: Path, limit: int, **rules: bool) -> int:
    source = Converter("lossy", max_size=limit, rules=WritingRules(**rules)).open(read_header(path), IMPLICIT)
    source.close()
    return source.length


@pytest.mark.parametrize("rules", [{}, {"dcmtk": True}])
def test_what_inflates_beyond_the_bound_is_refused(tmp_path: Path, rules: dict[str, bool]) -> None:
    file = deflated(tmp_path / "in", 4 << 20)
    with pytest.raises(ObjectError, match="would be more than 3 MiB when it is inflated") as caught:
        opened(file, 3 << 20, **rules)
    (size,) = (int(word[:-1]) for word in str(caught.value).split() if word[:-1].isdigit() and word.endswith("M"))
    assert opened(file, size << 20, **rules) > 4 << 20  # what the message names is enough


def test_what_gets_long_is_measured_before_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = deflated(tmp_path / "in", 16 << 20)
    monkeypatch.setattr(prepared, "_UNMEASURED", 1 << 20)
    longest = [0]

    class Counted:
        def write(self, data: bytes) -> int:
            longest[0] += len(data)
            return len(data)

        def tell(self) -> int:
            return longest[0]

        def close(self) -> None:
            pass

    monkeypatch.setattr(prepared, "spool", Counted)
    with pytest.raises(ObjectError, match="more than 8 MiB"):
        opened(file, 8 << 20)
    assert longest[0] <= 3 << 20


def test_what_decompresses_beyond_the_bound_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "in"
    kind = Kind(RLE, frames=3)
    file.write_bytes(compressed(kind, rle))
    length = kind.rows * kind.columns * 3
    with pytest.raises(ObjectError, match="when it is decompressed"):
        opened(file, length - 1)
    opened(file, length)


def test_a_disk_that_has_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=100 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    Room().take(80 << 20, "inflated")
    with pytest.raises(ObjectError, match="has 100 MiB left; set TMPDIR"):
        Room().take(95 << 20, "inflated")


def test_in_little_memory_and_without_a_disk(tmp_path: Path) -> None:
    """512 MiB, of which Python and its modules take some, and files of at most 48 MiB: no crash, and the reason."""
    resource = pytest.importorskip("resource")
    file = deflated(tmp_path / "in", 96 << 20)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
        resource.setrlimit(resource.RLIMIT_FSIZE, (48 << 20, 48 << 20))

    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from asprofile.errors import ObjectError\n"
        "from asprofile.objects.converting import Converter\n"
        "from asprofile.objects.header import read_header\n"
        "try: Converter('lossy', max_size=80 << 20).open(read_header(Path(sys.argv[1])), '1.2.840.10008.1.2')\n"
        "except ObjectError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, file],
        capture_output=True, text=True, timeout=120, check=False, preexec_fn=limited,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("would be more than 80 MiB when it is inflated")


def test_the_default_is_two_gibibytes() -> None:
    assert size_text(DEFAULT_MAX_SIZE) == "2 GiB"
