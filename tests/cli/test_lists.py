"""Lists of names: what is a name in them, and what is no list."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_ct
from hypothesis import given
from hypothesis import strategies as st

from asprofile.cli import lists
from asprofile.testing import ScriptedPeer, store_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

NAMES = st.lists(st.binary(min_size=1, max_size=12).filter(lambda name: b"\0" not in name), min_size=1)


def names(directory: Path, data: bytes, *, nul: bool = False) -> list[str]:
    file = directory / "list"
    file.write_bytes(data)
    with ExitStack() as stack:
        found = lists.opened([], [str(file)], stack, nul=nul)
        first = list(found)
        assert list(found) == first
    return first


@given(NAMES)
def test_each_name_can_be_listed_with_nul(tmp_path_factory: pytest.TempPathFactory, wanted: list[bytes]) -> None:
    directory = tmp_path_factory.getbasetemp()
    data = b"".join(name + b"\0" for name in wanted)
    assert names(directory, data, nul=True) == [os.fsdecode(name) for name in wanted]


def test_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"\xef\xbb\xbfa b.dcm\r\n\n# no comment\n; nor this\n-v\n caf\xe9 \nlast"
    expected = ["a b.dcm", "# no comment", "; nor this", "-v", " caf\udce9 ", "last"]
    assert names(tmp_path, data) == expected
    monkeypatch.setattr(lists, "_AT_ONCE", 1)  # whatever is read at a time
    assert names(tmp_path, data) == expected


def test_what_is_sent(run: Run, tmp_path: Path) -> None:
    """Files and directories, in the order of the list, behind those of the command line; what is missing is said."""
    Path("d").mkdir()
    for name in ("1.dcm", "d/2.dcm", "d/3.dcm", "-4.dcm"):
        write_ct(Path(name), f"1.2.3.{name.strip('-d/')[0]}")
    Path("list").write_text("d\n-4.dcm\nmissing\n")
    for options, stdin in ((["--files-from", "list"], b""), (["--files-from", "-", "-0"], b"d\0-4.dcm\0missing\0")):
        with ScriptedPeer(store_all) as peer:
            result = run("send", "--json", *options, f"127.0.0.1:{peer.port}", "1.dcm", stdin=stdin)
        assert result.status == 1
        assert [(one["path"], one["outcome"]) for one in result.json["objects"]] == [
            ("1.dcm", "stored"),
            ("d/2.dcm", "stored"),
            ("d/3.dcm", "stored"),
            ("-4.dcm", "stored"),
            ("missing", "refused"),
        ]


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd there")
def test_a_pipe(run: Run) -> None:
    """Of a shell, as in `<(find ...)`. It can be read once, and the list is read twice."""
    write_ct(Path("1.dcm"), "1.2.3.1")
    reading, writing = os.pipe()
    os.write(writing, b"1.dcm\n")
    os.close(writing)
    with ScriptedPeer(store_all) as peer:
        result = run("send", f"127.0.0.1:{peer.port}", "--files-from", f"/dev/fd/{reading}")
    os.close(reading)
    assert result.status == 0
    assert "1 object to" in result.err


def test_a_pipe_of_which_nobody_knows_who_writes_to_it(run: Run, free_port: int) -> None:
    os.mkfifo("list")
    result = run("send", f"127.0.0.1:{free_port}", "--files-from", "list")
    assert result.status == 2
    assert "list: the list cannot be read: is a pipe, not a file" in result.err


@pytest.mark.parametrize(
    ("options", "stdin", "message"),
    [
        (["--files-from", "nowhere"], b"", "nowhere: the list cannot be read: No such file or directory"),
        (["--files-from", "."], b"", ".: the list cannot be read: Is a directory"),
        (["--files-from", "-"], b"a\0b\0", "standard input: the list has a NUL in it"),
        (["--files-from", "-", "-0"], b"a\nb\n", "standard input: no name of the list ends with a NUL; leave out -0"),
        (["--files-from", "-"], b"a" * 70_000, "standard input: is no list of names: one would have 70,000 bytes"),
        (["--files-from", "-", "--files-from", "-"], b"", "--files-from - can be given once"),
        (["-0"], b"", "Missing argument 'PATH...'"),
        (["-0", "1.dcm"], b"", "-0 says how the names of a list end"),
    ],
)
def test_what_is_no_list(run: Run, free_port: int, options: list[str], stdin: bytes, message: str) -> None:
    result = run("send", f"127.0.0.1:{free_port}", *options, stdin=stdin)
    assert result.status == 2
    assert message in " ".join(result.err.split())


def test_an_empty_list_is_nothing_to_send(run: Run, free_port: int) -> None:
    result = run("send", f"127.0.0.1:{free_port}", "--files-from", "-", stdin=b"\n\n")
    assert (result.status, result.err) == (1, "no DICOM objects found: nothing to send\n")
