"""What ``send`` advises after a refusal, done: peers that say in different ways that they do not take a transfer
syntax.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from made_pictures import EXPLICIT, HT, Kind, ht_frame, native, samples_of, wrapped
from programs import Programs, free_tcp_port, need
from scripted_peer import ScriptedPeer, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result
    from programs import Server

    Run = Callable[..., Result]

JPEG_XL, MPEG4 = "1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.102"
KIND = Kind(HT, allocated=16, stored=16, rows=9, columns=12, table="empty")


@pytest.fixture(autouse=True)
def objects(tmp_path: Path) -> Path:
    """Of one SOP class: uncompressed, HTJ2K, HTJ2K that cannot be decoded, JPEG XL, MPEG-4."""
    plain = Kind()
    (tmp_path / "plain.dcm").write_bytes(native(plain, samples_of(plain)))
    (tmp_path / "ht.dcm").write_bytes(wrapped(KIND, [ht_frame("MONOCHROME2")]))
    (tmp_path / "broken.dcm").write_bytes(wrapped(KIND, [b"no code stream"]))
    for name, syntax in (("xl.dcm", JPEG_XL), ("video.dcm", MPEG4)):
        (tmp_path / name).write_bytes(wrapped(Kind(syntax), [b"anything"]))
    return tmp_path


@pytest.fixture
def qrscp(tmp_path: Path) -> Iterator[int]:
    """The port of a dcmqrscp that takes what is uncompressed."""
    program = need("dcmqrscp", "dcmtk")
    port, directory = free_tcp_port(), tmp_path / "database"
    directory.mkdir()
    (tmp_path / "qr.cfg").write_text(
        "MaxPDUSize = 16384\nMaxAssociations = 4\nHostTable BEGIN\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nANY-SCP {directory} RW (9, 99mb) ANY\nAETable END\n"
    )
    programs = Programs()
    programs.start([program, "-c", str(tmp_path / "qr.cfg"), str(port)], port, directory)
    yield port
    programs.stop()


def followed(run: Run, port: int, said: str) -> None:
    """The peer refuses HTJ2K with these words, what is advised works, and nothing is advised that does not."""
    peer = f"127.0.0.1:{port}"
    refused = run("send", peer, "plain.dcm", "ht.dcm")
    assert refused.status == 1
    assert f"{said}; it took this SOP class with Explicit VR Little Endian" in refused.out
    option = re.search(r"^  send with (--convert \w+): it then goes with Explicit VR Little Endian", refused.out, re.M)
    assert option is not None, refused.out
    assert run("send", peer, *option[1].split(), "plain.dcm", "ht.dcm").status == 0
    alone = run("send", peer, "ht.dcm")
    option = re.search(r"^  try (--convert \w+): ", alone.out, re.M)
    assert option is not None, alone.out
    assert run("send", peer, *option[1].split(), "ht.dcm").status == 0
    broken = run("send", peer, "plain.dcm", "broken.dcm").out
    assert "(--convert lossless does not help here: it cannot be decompressed: " in broken
    for name in ("xl.dcm", "video.dcm"):
        out = run("send", peer, "plain.dcm", name).out
        assert "it took this SOP class with Explicit VR Little Endian" in out
        assert "--convert" not in out
        assert ("asprofile has no decoder for JPEG XL" in out) == (name == "xl.dcm")


@pytest.mark.peer
def test_dcmqrscp(run: Run, qrscp: int) -> None:
    followed(run, qrscp, "abstract syntax not supported")


@pytest.mark.peer
def test_orthanc(run: Run, orthanc_with: Callable[[str], Server]) -> None:
    switches = [f'"{name}TransferSyntaxAccepted": false' for name in ("Htj2k", "JpegLossless", "Mpeg4", "JpegXl")]
    server = orthanc_with(f"{{{', '.join(switches)}}}")
    peer = f"127.0.0.1:{server.port}"
    if run("send", peer, "ht.dcm").status == 0:
        pytest.skip("this Orthanc takes HTJ2K")
    refused = run("send", peer, "plain.dcm", "ht.dcm")
    assert "it took this SOP class with Explicit VR Little Endian, so that it means the transfer syntax" in refused.out
    assert run("send", peer, "--convert", "lossless", "ht.dcm").status == 0


@pytest.mark.peer
def test_storescp(run: Run, storescp: Callable[..., Server]) -> None:
    followed(run, storescp().port, "transfer syntaxes not supported")


def test_not_offered_where_the_peer_takes_nothing_that_it_makes(run: Run) -> None:
    """Only JPEG XL is accepted."""

    def script(peer: Wire) -> None:
        peer.accept({1: (3, EXPLICIT)})
        peer.read_pdu()

    with ScriptedPeer(script) as peer:
        out = run("send", f"127.0.0.1:{peer.port}", "--retries", "0", "ht.dcm", "xl.dcm").out
    assert "it took this SOP class with JPEG XL" in out
    assert "--convert" not in out
