"""A mixed folder under every proposal, for peers of several tastes: ``asprofile storescu`` does what storescu does.

What is compared: the request, and for each file whether it is sent, in which context, with which command and data set,
and what the log says; the progress, the order, the end and the exit status.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from made_data_sets import BIG, DEFLATED, EXPLICIT, IMPLICIT, SECONDARY_CAPTURE, Element, encoded, part10
from mixed_folder import (
    BASELINE,
    ENCAPSULATED,
    GE_BIG_ENDIAN_PIXELS,
    HEVC,
    LOSSLESS,
    MPEG2,
    MPEG4,
    PICTURE,
    PIXELS,
    REFERENCED,
    REPORT,
    RLE,
    UNKNOWN,
    made,
    mixed_folder,
)
from storescu_peer import Heard, Peer, without_implementation
from storescu_real import Said, ours, real

if TYPE_CHECKING:
    from collections.abc import Callable

TASTES: dict[str, tuple[str, ...]] = {
    "the first": (),
    "explicit": (EXPLICIT,),
    "implicit": (IMPLICIT,),
    "big endian": (BIG,),
    "deflated or implicit": (DEFLATED, IMPLICIT),
    "JPEG only": (BASELINE, LOSSLESS),
    "RLE or explicit": (RLE, EXPLICIT),
    "video only": (MPEG2, MPEG4, HEVC),
    "any uncompressed": (EXPLICIT, IMPLICIT, BIG),
}
RUNS: list[tuple[str, str]] = [
    ("-x=", "the first"),
    ("-x=", "any uncompressed"),
    ("-xi", "implicit"),
    ("-xb +C", "big endian"),
    ("-xs", "the first"),
    ("-xs +C -R", "JPEG only"),
    ("-xy", "JPEG only"),
    ("-xr -u", "RLE or explicit"),
    ("-xd", "deflated or implicit"),
    ("-xm", "video only"),
    ("-xn -R", "video only"),
    ("-x4 +C", "the first"),
]
"""All proposals and tastes were tried by hand; these differ from each other in what happens."""

LIBRARY = re.compile(r"[EW]: (?:Dcm\w+: |Found explicit length Pixel Data )")
"""What not storescu says, but DCMTK's library, at levels that are shown."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    directory = tmp_path_factory.mktemp("mixed")
    for name, content in mixed_folder().items():
        (directory / name).write_bytes(content)
    return sorted(str(path) for path in directory.iterdir())


def held(program: Callable[..., Said], take: tuple[str, ...], *arguments: str) -> tuple[Said, Heard]:
    with Peer(take=take) as peer:
        said = program(*(word.replace("PORT", str(peer.port)) for word in arguments))
        return said, peer.next()


def told(said: Said) -> list[tuple[str, list[str]]]:
    """What the log says, by the file that is spoken of."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in said.err.splitlines():
        if line.startswith("I: Sending file: "):
            found.append((Path(line).name, []))
        elif not LIBRARY.match(line):
            found[-1][1].append(re.sub(r"(Bad DICOM file: [^:]+: ).*", r"\1WHY", line))
    return found


def sent(heard: Heard, said: Said) -> dict[str, tuple[int, dict[int, bytes], bytes]]:
    """By file: context, command and data set."""
    names = [name for name, _ in told(said)]
    files = (names[int.from_bytes(command[0x0110], "little")] for command in heard.commands)
    return dict(zip(files, zip(heard.contexts, heard.commands, heard.data_sets, strict=True), strict=True))


@pytest.mark.peer
@pytest.mark.parametrize(("options", "taste"), RUNS, ids=[f"{options}, {taste}" for options, taste in RUNS])
def test_a_mixed_folder(folder: list[str], options: str, taste: str) -> None:
    arguments = ("-v", "-nh", *options.split(), "127.0.0.1", "PORT", *folder)
    theirs, to_them = held(real, TASTES[taste], *arguments)
    mine, to_me = held(ours, TASTES[taste], *arguments)
    assert without_implementation(to_me.request) == without_implementation(to_them.request)
    expected, found = sent(to_them, theirs), sent(to_me, mine)
    assert list(found) == list(expected)
    assert [name for name in expected if found[name] != expected[name]] == []
    assert told(mine) == told(theirs)
    assert mine.out == theirs.out
    assert (mine.status, to_me.end) == (theirs.status, to_them.end)


@pytest.mark.peer
@pytest.mark.parametrize("options", ["", "-up"])
def test_blanks_behind_uids(tmp_path: Path, options: str) -> None:
    """Which DCMTK takes away when it reads; so --uid-padding changes nothing."""
    for name, sop_class, instance in (("a", b"", b"1.2.3.4 "), ("b", b" ", b"1.2.3.45"), ("c", b"  ", b"1.2.3.46  ")):
        padding = sop_class + b" " * ((len(SECONDARY_CAPTURE) + len(sop_class)) % 2)
        uids: list[Element] = [
            (0x00080016, "UI", SECONDARY_CAPTURE.encode() + padding),
            (0x00080018, "UI", instance),
        ]
        (tmp_path / name).write_bytes(part10(encoded(uids, EXPLICIT), EXPLICIT))
    arguments = ("-v", *options.split(), "127.0.0.1", "PORT", *(str(tmp_path / name) for name in "abc"))
    (theirs, to_them), (mine, to_me) = (held(program, (EXPLICIT,), *arguments) for program in (real, ours))
    assert sent(to_me, mine) == sent(to_them, theirs)
    assert len(to_me.commands) == 3
    assert told(mine) == told(theirs)


def one_file(
    tmp_path: Path, content: bytes, take: tuple[str, ...], release: str, *options: str
) -> tuple[int, list[tuple[int, bytes]], str]:
    """Status, (context, data set) of what was sent, and the log."""
    (tmp_path / "a.dcm").write_bytes(content)

    def program(*arguments: str) -> Said:
        return ours(*arguments, as_release=release)

    said, heard = held(program, take, "-v", *options, "127.0.0.1", "PORT", str(tmp_path / "a.dcm"))
    return said.status, list(zip(heard.contexts, heard.data_sets, strict=True)), said.err


KNOWN_FROM = {
    "MPEG-4": "3.6.2",
    "HEVC": "3.6.2",
    "MPEG-4, fragmentable": "3.6.8",
    "HTJ2K": "3.6.9",
    "JPEG XL": "3.6.9",
    "encapsulated uncompressed": "3.6.9",
    "JPIP HTJ2K": "3.6.9",
    "deflated frames": "3.7.0",
    "JPEG lossless": "3.6.0",
    "JPIP": "3.6.0",
}


class TestReleases:
    """What the releases differ in; their sources say so (dcxfer.cc, dimse.cc, storescu.cc)."""

    @pytest.mark.parametrize("release", ["3.6.0", "3.6.2", "3.6.7", "3.6.8", "3.6.9", "3.7.0"])
    @pytest.mark.parametrize("name", KNOWN_FROM)
    def test_a_transfer_syntax_that_it_does_not_know_counts_as_what_it_looks_like(
        self, tmp_path: Path, name: str, release: str
    ) -> None:
        syntax = {**ENCAPSULATED, **REFERENCED}[name]
        content = made(REPORT, syntax)
        status, data, log = one_file(tmp_path, content, (EXPLICIT,), release)
        assert (status, len(data)) == (0, 1)
        knows = release >= KNOWN_FROM[name]
        same = "Converting transfer syntax: Little Endian Explicit -> Little Endian Explicit" in log
        other = re.search(r"Converting transfer syntax: (?!Little Endian Explicit ->).* -> Little Endian Explicit", log)
        assert bool(other) == knows
        assert same == (not knows and release < "3.6.8")

    @pytest.mark.parametrize("release", ["3.6.7", "3.7.0"])
    @pytest.mark.parametrize("syntax", [MPEG2, MPEG4, HEVC])
    def test_video_proposals_take_what_has_no_pixel_data(self, tmp_path: Path, syntax: str, release: str) -> None:
        option = {MPEG2: "-xm", MPEG4: "-xn", HEVC: "-x4"}[syntax]
        for own in (EXPLICIT, IMPLICIT, syntax, LOSSLESS):
            status, data, log = one_file(tmp_path, made(REPORT, own), (syntax,), release, option)
            assert (status, len(data)) == (0, 1), log
            assert data[0][1][4:6] == b"UI"  # explicit
        status, data, log = one_file(tmp_path, made(REPORT, EXPLICIT, *PICTURE, PIXELS), (syntax,), release, option)
        assert (status, data) == (1, [])
        assert "unable to convert dataset from 'Little Endian Explicit' transfer syntax to " in log

    def test_pixels_of_a_transfer_syntax_that_nobody_knows_are_not_sent(self, tmp_path: Path) -> None:
        content = made(REPORT, UNKNOWN, *PICTURE, PIXELS)
        status, data, log = one_file(tmp_path, content, (EXPLICIT,), "3.7.0")
        assert (status, data) == (1, [])
        assert "has Pixel Data in transfer syntax 1.2.3.4, which DCMTK does not know" in log

    def test_pixels_of_ge_get_the_byte_order_of_all_others(self, tmp_path: Path) -> None:
        content = made(REPORT, GE_BIG_ENDIAN_PIXELS, PIXELS, encoding=IMPLICIT)
        _, data, _ = one_file(tmp_path, content, (EXPLICIT,), "3.7.0")
        assert data[0][1].endswith(b"\0\1\0\2\0\3\1\2\0\5\0\6")

    @pytest.mark.parametrize(("release", "priority"), [("3.6.0", 2), ("3.6.2", 2), ("3.6.3", 0), ("3.7.0", 0)])
    def test_the_priority_was_low_once(self, tmp_path: Path, release: str, priority: int) -> None:
        (tmp_path / "a.dcm").write_bytes(made(REPORT, EXPLICIT))
        with Peer() as peer:
            assert ours("127.0.0.1", str(peer.port), str(tmp_path / "a.dcm"), as_release=release).status == 0
            assert peer.next().commands[0][0x0700] == bytes([priority, 0])

    @pytest.mark.parametrize(("release", "lost", "bad"), [("3.6.0", 255, 255), ("3.6.6", 255, 255), ("3.6.7", 10, 1)])
    def test_exit_statuses_without_a_status_of_the_peer(
        self, tmp_path: Path, release: str, lost: int, bad: int
    ) -> None:
        (tmp_path / "a.dcm").write_bytes(made(REPORT, EXPLICIT))
        (tmp_path / "text").write_text("no DICOM")
        with Peer(misbehave="abort") as peer:
            assert ours("127.0.0.1", str(peer.port), str(tmp_path / "a.dcm"), as_release=release).status == lost
            assert ours("127.0.0.1", str(peer.port), str(tmp_path / "text"), as_release=release).status == bad
