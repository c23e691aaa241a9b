"""Files with settings, keys and secrets: regular ones of sensible size, and nothing in them gets past a message."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import asprofile
from asprofile import regular
from asprofile.cli.secrets import fetch
from asprofile.errors import AsprofileError, ConfigurationError
from asprofile.lint.globs import fits
from asprofile.net.tls_keys import read_authorities, read_certificates, read_key, read_revocations
from asprofile.objects.dictionaries import Dictionaries
from asprofile.regular import MAX_SETTINGS, open_named, read_regular
from asprofile.settings.finding import from_file, nearest
from asprofile.settings.peers import SecretSource

if TYPE_CHECKING:
    from collections.abc import Callable

MIB = 1 << 20


def pipe(path: Path) -> None:
    os.mkfifo(path)


def linked_pipe(path: Path) -> None:
    pipe(path.with_name("other"))
    path.symlink_to("other")


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        current = Path.cwd()
        os.chdir(path.parent)  # the whole name may be too long for a socket
        sock.bind(path.name)
        os.chdir(current)


def large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 30)


ODD: dict[str, Callable[[Path], None]] = {
    "pipe": pipe,
    "link to a pipe": linked_pipe,
    "socket": unix_socket,
    "/dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "/dev/tty": lambda path: path.symlink_to("/dev/tty"),
    "directory": lambda path: path.mkdir(),
    "link to itself": lambda path: path.symlink_to(path.name),
    "1 GiB": large,
}
READERS: dict[str, Callable[[Path], object]] = {
    "settings": from_file,
    "key": read_key,
    "certificate": read_certificates,
    "authorities": read_authorities,
    "revocations": read_revocations,
    "password": lambda path: fetch(SecretSource("file", str(path)), "password", "me"),
    "dictionary": lambda path: Dictionaries().read(path),
}


@pytest.mark.skipif(os.name == "nt", reason="such files cannot be made there")
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_regular_file_is_refused_at_once(reader: str, odd: str, tmp_path: Path) -> None:
    path = tmp_path / "asprofile.toml"
    ODD[odd](path)
    with pytest.raises(ConfigurationError) as error:
        READERS[reader](path)
    assert str(path) in str(error.value)


@pytest.mark.skipif(os.name == "nt", reason="such files cannot be made there")
@pytest.mark.parametrize("odd", [name for name in ODD if name != "directory"])
@pytest.mark.parametrize("name", ["asprofile.toml", "pyproject.toml"])
def test_nor_is_it_the_nearest_settings(name: str, odd: str, tmp_path: Path) -> None:
    ODD[odd](tmp_path / name)
    with pytest.raises(ConfigurationError):
        nearest(tmp_path)


def test_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"#" * MAX_SETTINGS)
    assert len(read_regular(path)) == MAX_SETTINGS
    path.write_bytes(b"#" * (MAX_SETTINGS + 1))
    with pytest.raises(OSError, match="larger than 1 MiB"):
        read_regular(path)
    with pytest.raises(OSError, match="not a possible file name"):
        read_regular("a\0b")


HOSTILE = {
    "lists in lists": "a=" + "[" * 200_000,
    "tables in tables": "a=" + "{a=" * 100_000,
    "a key of parts": "a." * 300_000 + "a=1",
    "a header of parts": "[" + "a." * 300_000 + "a]",
    "a quoted key of parts": '"a".' * 100_000 + "a=1",
    "parts in a table": "x={" + "'a' . " * 100_000 + "a=1}",
    "a number": "a=" + "1" * 500_000,
    "a float": "a=1e" + "9" * 5000,
    "a date": "a=9999-99-99T99:99:99",
    "not ended": 'a="' + "x" * 500_000,
    "a NUL": "a=\0",
    "quotes": "'\"" * 200_000,
    "unknown key": "x" * 300_000 + "=1",
    "a long value": 'role="' + "x" * 300_000 + '"',
    "a deep value": "role=" + "[" * 50 + "]" * 50,
    "a long code": 'lint.ignore=["' + "X" * 100_000 + '"]',
    "twice": "release='3.6.7'\n" * 1000,
    "a peer": "[peers.'" + "x" * 200_000 + "']\n",
    "control characters": 'role="\\u001b[31m"',
}


@pytest.mark.parametrize("name", ["asprofile.toml", "pyproject.toml"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_settings_say_is_settings_or_a_message(text: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(("# asprofile\n[tool.asprofile]\n" if name == "pyproject.toml" else "") + text)
    started = time.monotonic()
    try:
        nearest(tmp_path)
    except AsprofileError as error:
        assert str(error).startswith(str(path))
        assert len(str(error)) < 1000 + len(str(path))
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\x80", b"a=\xed\xa0\x80", "a='\u00e9'".encode("latin-1")])
def test_what_is_not_utf_8(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "asprofile.toml").write_bytes(data)
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        nearest(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"-----BEGIN A-----\n" * 50_000,
        b"".join(b"-----BEGIN %X-----\n" % number for number in range(40_000)),
        b"-----BEGIN CERTIFICATE-----\n" * 30_000 + b"-----END CERTIFICATE-----",
        b"\x30\x80" * 400_000,
        b"\x30\x84\xff\xff\xff\xff",
    ],
)
@pytest.mark.parametrize("reader", [read_key, read_certificates, read_authorities, read_revocations])
def test_key_files_take_no_time(reader: Callable[[Path], object], data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.pem"
    path.write_bytes(data)
    started = time.monotonic()
    try:
        reader(path)
    except ConfigurationError as error:
        assert len(str(error)) < 1000 + len(str(path))
    assert time.monotonic() - started < 20


def test_patterns_take_no_time() -> None:
    path = "/".join(["a"] * 60)
    started = time.monotonic()
    assert not fits(path, "/".join(["**", "a"] * 30) + "/b")
    assert fits(path, "/".join(["**", "a"] * 30))
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("pattern", ["/**/*.cfg", "../**", "a/../../**/x"])
def test_patterns_do_not_walk_what_is_not_the_project_s(pattern: str, tmp_path: Path) -> None:
    path = tmp_path / "asprofile.toml"
    path.write_text(f"profiles = ['{pattern}']")
    with pytest.raises(ConfigurationError, match="goes only below this directory"):
        from_file(path).profile_files()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO there")
def test_load_does_not_wait_for_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "it")
    with pytest.raises(OSError, match="is a pipe, not a file"):
        asprofile.load(tmp_path / "it")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not list open files")
@pytest.mark.parametrize("reader", [open_named, read_regular])
def test_a_directory_is_not_left_open(
    tmp_path: Path, reader: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if it had been a file when it was looked at.
    monkeypatch.setattr(regular, "_check", lambda *_: None)
    before = sorted(path.name for path in Path("/proc/self/fd").iterdir())
    with pytest.raises(IsADirectoryError):
        reader(str(tmp_path))
    assert sorted(path.name for path in Path("/proc/self/fd").iterdir()) == before
