"""Two objects on which associations break, three truncated ones, twenty good ones, to five programs: twenty are stored.

None of these programs breaks off by itself on an object that asprofile would send, so what stands between does, in the
middle of the object's command set.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import threading
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_ct
from programs import free_tcp_port, need

from asprofile.send.control import Control

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result
    from programs import Programs

    Run = Callable[..., Result]
    Counted = tuple[int, Callable[[], int]]

pytestmark = pytest.mark.peer

POISON = b"1.2.3.666."
PYNETDICOM = """
import sys
from pynetdicom import AE, AllStoragePresentationContexts, evt
def store(event):
    event.dataset.file_meta = event.file_meta
    event.dataset.save_as(f"{sys.argv[2]}/{event.dataset.SOPInstanceUID}", enforce_file_format=True)
    return 0
ae = AE()
ae.supported_contexts = AllStoragePresentationContexts
ae.start_server(("127.0.0.1", int(sys.argv[1])), evt_handlers=[(evt.EVT_C_STORE, store)])
"""

ACCEPTOR = """
[[TransferSyntaxes]]
[Plain]
TransferSyntax1 = LittleEndianExplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Plain
[[Profiles]]
[Small]
PresentationContexts = Contexts
"""


class Relay:
    """Passes on what is said, and resets both connections in the middle of a poisonous object."""

    def __init__(self, port: int) -> None:
        self.broken = 0
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._pass_on, args=(near,), daemon=True))
            self._threads[-1].start()

    def _pass_on(self, near: socket.socket) -> None:
        seen = b""
        with near, socket.create_connection(("127.0.0.1", self._to)) as far, suppress(OSError):
            while True:
                for source in select.select([near, far], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is near:
                        seen = seen[-len(POISON) :] + data
                        if POISON in seen:
                            self.broken += 1
                            far.sendall(data[:20])
                            return
                    (far if source is near else near).sendall(data)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(30)


def files_in(directory: Path) -> Callable[[], int]:
    return lambda: sum(1 for path in directory.rglob("*") if path.is_file() and b"DICM" in path.read_bytes()[128:132])


@pytest.fixture
def qrscp(programs: Programs, tmp_path: Path) -> Counted:
    port, directory = free_tcp_port(), tmp_path / "database"
    directory.mkdir()
    (tmp_path / "qr.cfg").write_text(
        "MaxPDUSize = 16384\nMaxAssociations = 4\nHostTable BEGIN\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nANY-SCP {directory} RW (99, 99mb) ANY\nAETable END\n"
    )
    programs.start([need("dcmqrscp", "dcmtk"), "-c", str(tmp_path / "qr.cfg"), str(port)], port, directory)
    return port, files_in(directory)


@pytest.fixture
def pynetdicom(programs: Programs, tmp_path: Path) -> Counted:
    port, directory = free_tcp_port(), tmp_path / "inbox"
    directory.mkdir()
    programs.start([sys.executable, "-c", PYNETDICOM, str(port), str(directory)], port, directory)
    return port, files_in(directory)


@pytest.fixture
def peer(request: pytest.FixtureRequest, name: str) -> Counted:
    if name in ("qrscp", "pynetdicom"):
        found: Counted = request.getfixturevalue(name)
        return found
    if name == "orthanc":
        server = request.getfixturevalue(name)

        def count() -> int:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.http_port}/instances", timeout=30) as response:
                return len(json.load(response))

        return server.port, count
    more = {}
    if name == "dcmrecv":  # takes nothing but echo requests of itself
        config = request.getfixturevalue("tmp_path") / "acceptor.cfg"
        config.write_text(ACCEPTOR)
        more = {"config": config, "profile": "Small"}
    server = request.getfixturevalue(name)(**more)
    return server.port, files_in(server.directory)


@pytest.fixture
def relayed(peer: Counted) -> Iterator[Relay]:
    relay = Relay(peer[0])
    yield relay
    relay.close()


PEERS = pytest.mark.parametrize("name", ["storescp", "orthanc", "dcmrecv", "qrscp", "pynetdicom"])


@pytest.fixture
def objects(request: pytest.FixtureRequest) -> Path:
    """25 files: two poisonous ones, three truncated, twenty good. Orthanc, one for all tests, has seen none of them."""
    root = "1.2.3.7" if "drop_in" in request.node.name else "1.2.3.5"
    directory = Path("objects")
    directory.mkdir()
    for number in range(25):
        poisonous, truncated = number in (4, 12), number in (0, 13, 24)
        uid = f"{POISON.decode()}{number}" if poisonous else f"{root}.{number}"
        path = write_ct(directory / f"{number:02}.dcm", uid)
        if truncated:
            path.write_bytes(path.read_bytes()[:-100])
    return directory


@PEERS
def test_twenty_are_stored(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, peer: Counted, relayed: Relay, objects: Path
) -> None:
    monkeypatch.setattr("asprofile.cli.send.Control", lambda: Control(sleep=lambda _: None))
    _, stored = peer
    before = stored()
    result = run("send", "--json", "--retries", "2", f"127.0.0.1:{relayed.port}", str(objects))
    summary = result.json["summary"]
    assert (result.status, summary["stored"], summary["refused"]) == (1, 20, 3)
    assert summary["failed"] + summary["unknown"] == 2
    assert relayed.broken == 2 * 3
    assert stored() - before == 20


@PEERS
def test_the_drop_in_goes_on_with_no_halt(run: Run, name: str, peer: Counted, relayed: Relay, objects: Path) -> None:
    """Which storescu does not: it tries to send the rest over the association that is lost."""
    _, stored = peer
    before = stored()
    result = run("storescu", "--no-halt", "+rn", "+sd", "127.0.0.1", str(relayed.port), str(objects))
    assert result.status == 1
    assert relayed.broken == 2  # nothing is sent twice
    assert stored() - before == 20
    bad = sorted(path.name for path in objects.glob("*.bad"))
    assert bad == [f"{number:02}.dcm.bad" for number in (0, 4, 12, 13, 24)]
    assert len(list(objects.glob("*.done"))) == 20
