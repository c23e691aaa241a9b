"""Migrations to real archives, and what these say afterwards."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import ANY

import pytest
from click.testing import CliRunner
from factories import JPEG_LOSSLESS, write_ct
from programs import free_tcp_port, need

from asprofile.cli.migrate import command
from asprofile.migrate.journal import Journal

if TYPE_CHECKING:
    from programs import Programs, Server

pytestmark = pytest.mark.peer

COUNT = 12


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Objects of two syntaxes, the compressed ones in process 14."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(COUNT):
        syntax = {"transfer_syntax": JPEG_LOSSLESS} if number % 3 == 0 else {}
        write_ct(folder / f"{number}.dcm", f"1.2.3.9.{number + 1}", side=8, **syntax)
    monkeypatch.chdir(tmp_path)
    return folder


def migrate(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, arguments)
    return done.exit_code, done.output


def states() -> dict[str, int]:
    with Journal("j", writes=False) as journal:
        return {state.words: count for state, (count, _) in journal.counts().items()}


def rest(server: Server, path: str, method: str = "GET") -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{server.http_port}{path}", method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_orthanc_is_asked_in_both_ways(archive: Path, orthanc_with: Callable[[str], Server]) -> None:
    port = free_tcp_port()
    known = {"DicomModalities": {"us": ["ASPROFILE", "127.0.0.1", port]}}
    server = orthanc_with(json.dumps(known))
    to = ("--to", f"ORTHANC@127.0.0.1:{server.port}")
    assert migrate("j", "--from", str(archive), *to)[0] == 0
    assert migrate("verify", "j")[0] == 0
    by_commitment = ("verify", "j", "--again", "--by", "commitment", "--listen", str(port))
    assert migrate(*by_commitment)[0] == 0
    assert states() == {"verified": COUNT}
    by_content = ("verify", "j", "--bytes", "all")
    for way in ((), ("--retrieve", "move", "--listen", str(port))):
        assert migrate(*by_content, *way) == (0, ANY)
    rest(server, f"/instances/{rest(server, '/instances')[0]}", "DELETE")
    for asking in (by_commitment, ("verify", "j")):
        assert migrate(*asking)[0] == 1
        assert states() == {"verified": COUNT - 1, "missing at the peer": 1}
    migrate("retry", "j")
    assert migrate("j")[0] == 0
    assert migrate(*by_commitment)[0] == 0
    assert states() == {"verified": COUNT}


@pytest.fixture
def dcmqrscp(programs: Programs, tmp_path: Path) -> Server:
    from programs import Server

    port, directory = free_tcp_port(), tmp_path / "database"
    directory.mkdir()
    (tmp_path / "qr.cfg").write_text(
        "MaxPDUSize = 16384\nMaxAssociations = 16\nHostTable BEGIN\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nQR {directory} RW (200, 1024mb) ANY\nAETable END\n"
    )
    programs.start([need("dcmqrscp", "dcmtk"), "+xs", "-c", str(tmp_path / "qr.cfg"), str(port)], port, directory)
    return Server(port, directory)


def test_dcmqrscp_is_asked_for_each_object(archive: Path, dcmqrscp: Server) -> None:
    assert migrate("j", "--from", str(archive), "--to", f"QR@127.0.0.1:{dcmqrscp.port}")[0] == 0
    assert migrate("verify", "j")[0] == 0
    assert states() == {"verified": COUNT}
    assert migrate("verify", "j", "--bytes", "all") == (0, ANY)
    for path in dcmqrscp.directory.iterdir():
        if b"1.2.3.9.7\0" in path.read_bytes():
            path.write_bytes(path.read_bytes().replace(b"Test^Object", b"Test^Abject"))
    status, output = migrate("verify", "j", "--bytes", "all")
    assert (status, states()) == (1, {"verified": COUNT - 1, "missing at the peer": 1}), output
    assert "differs from what was sent, in (0010,0010)" in migrate("report", "j")[1]
