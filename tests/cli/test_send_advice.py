"""What ``send`` advises after a refusal, done: peers that say in different ways that they do not take a transfer
syntax.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from made_pictures import EXPLICIT, HT, Kind, ht_frame, native, samples_of, wrapped
from made_pictures import rle as made_rle
from programs import Programs, free_tcp_port, need
from pydicom import dcmread
from pynetdicom import AE, evt

from asprofile.testing import ScriptedPeer, Wire

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


# --- With a profile, at peers that take one transfer syntax -----------------------------------------------------------

EACH = """\
[[TransferSyntaxes]]
[Explicit]
TransferSyntax1 = LittleEndianExplicit
[Implicit]
TransferSyntax1 = LittleEndianImplicit
[HT]
TransferSyntax1 = 1.2.840.10008.1.2.4.201
[RLE]
TransferSyntax1 = RLELossless
[Video]
TransferSyntax1 = MPEG4HighProfile/Level4.1
[[PresentationContexts]]
[Each]
PresentationContext1 = CLASS\\Explicit
PresentationContext2 = CLASS\\Implicit
PresentationContext3 = CLASS\\HT
PresentationContext4 = CLASS\\RLE
PresentationContext5 = CLASS\\Video
[[Profiles]]
[Each]
PresentationContexts = Each
"""
ONE = """\
[[TransferSyntaxes]]
[One]
TransferSyntax1 = SYNTAX
[[PresentationContexts]]
[Accepted]
PresentationContext1 = VerificationSOPClass\\One
PresentationContext2 = CLASS\\One
[[Profiles]]
[Accepted]
PresentationContexts = Accepted
"""
SYNTAXES = {"LittleEndianExplicit": EXPLICIT, "LittleEndianImplicit": "1.2.840.10008.1.2"}


@pytest.fixture
def each(objects: Path) -> list[str]:
    """What can be converted of the objects that a profile has a context for, each in another transfer syntax."""
    plain, rle = Kind(), Kind("1.2.840.10008.1.2.5")
    sop_class = str(dcmread(objects / "plain.dcm").SOPClassUID)
    Path("each.cfg").write_text(EACH.replace("CLASS", sop_class))
    for name in SYNTAXES:
        Path(f"{name}.cfg").write_text(ONE.replace("CLASS", sop_class).replace("SYNTAX", name))
    dataset = dcmread(objects / "plain.dcm")
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2"
    dataset.save_as(objects / "implicit.dcm", implicit_vr=True, little_endian=True)
    (objects / "rle.dcm").write_bytes(wrapped(rle, [made_rle(plain, samples_of(plain)[0])]))
    return ["plain.dcm", "implicit.dcm", "ht.dcm", "rle.dcm"]


def pasted(run: Run, peer: str, names: list[str]) -> None:
    """Of each object that is refused, the option that is advised is one with which it goes; of video there is none."""
    with_profile = ("--profile", "each.cfg:Each")
    advised = set()
    for name in names:
        done = run("send", peer, *with_profile, name)
        if done.status == 0:
            continue
        options = set(re.findall(r"--convert \w+", done.out))
        assert len(options) == 1, done.out
        (option,) = options
        advised.add(option)
        again = run("send", peer, *with_profile, *option.split(), name)
        assert again.status == 0, f"{name} {option}\n{again.out}"
    assert advised
    assert "--convert" not in run("send", peer, *with_profile, "video.dcm").out
    # The same from probe, which does not have the objects: one option, that does for all of them.
    probed = run("probe", peer, *with_profile)
    assert probed.status == 1
    told = set(re.findall(r"send with (--convert \w+): it then goes with", probed.out))
    assert told == advised
    strongest = max(told, key=["--convert uncompressed", "--convert lossless", "--convert lossy"].index)
    assert run("send", peer, *with_profile, *strongest.split(), *names).status == 0


@pytest.mark.peer
@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("program", ["storescp", "dcmrecv"])
def test_dcmtk_with_a_profile(
    run: Run, request: pytest.FixtureRequest, each: list[str], program: str, syntax: str
) -> None:
    server = request.getfixturevalue(program)(config=Path(f"{syntax}.cfg").resolve(), profile="Accepted")
    pasted(run, f"127.0.0.1:{server.port}", each)
    # What simulate and plan say of the same, without a peer, is the same.
    for name in each:
        sent = run("send", f"127.0.0.1:{server.port}", "--profile", "each.cfg:Each", name)
        simulated = run("simulate", "--acceptor", program, "each.cfg", f"{syntax}.cfg", name)
        assert set(re.findall(r"--convert \w+", simulated.out)) == set(re.findall(r"--convert \w+", sent.out)), name
        assert simulated.status == sent.status


@pytest.mark.peer
def test_dcmqrscp_with_a_profile(run: Run, qrscp: int, each: list[str]) -> None:
    pasted(run, f"127.0.0.1:{qrscp}", each)


@pytest.mark.peer
def test_orthanc_with_a_profile(run: Run, orthanc_with: Callable[[str], Server], each: list[str]) -> None:
    server = orthanc_with(f'{{"AcceptedTransferSyntaxes": ["{EXPLICIT}"]}}')
    pasted(run, f"127.0.0.1:{server.port}", each)


@pytest.mark.parametrize("syntax", SYNTAXES.values())
def test_pynetdicom_with_a_profile(run: Run, each: list[str], syntax: str) -> None:
    ae = AE()
    ae.add_supported_context(str(dcmread("plain.dcm").SOPClassUID), syntax)
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, lambda _: 0)])
    try:
        pasted(run, f"127.0.0.1:{server.server_address[1]}", each)
    finally:
        server.shutdown()


def test_what_generate_advises_does_for_all_that_it_names(run: Run, each: list[str]) -> None:
    """A profile of what a peer takes: the option for what is left out, and what no option is for."""
    ae = AE()
    sop_class = str(dcmread("plain.dcm").SOPClassUID)
    ae.add_supported_context(sop_class, EXPLICIT)
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, lambda _: 0)])
    try:
        peer = f"127.0.0.1:{server.server_address[1]}"
        made = run("generate", "--from-files", *each, "xl.dcm", "--from-peer", peer, "-o", "made.cfg", "--name", "Made")
        assert made.status == 1
        option = re.search(r"send with (--convert \w+): .*, but for objects in JPEG XL", made.err)
        assert option is not None, made.err
        command = ("send", peer, "--profile", "made.cfg:Made", *option[1].split())
        assert run(*command, *each).status == 0
        assert run(*command, "xl.dcm").status == 1
    finally:
        server.shutdown()


def test_not_offered_where_the_peer_takes_nothing_that_it_makes(run: Run) -> None:
    """Only JPEG XL is accepted."""

    def script(peer: Wire) -> None:
        peer.accept({1: (3, EXPLICIT)})
        peer.read_pdu()

    with ScriptedPeer(script) as peer:
        out = run("send", f"127.0.0.1:{peer.port}", "--retries", "0", "ht.dcm", "xl.dcm").out
    assert "it took this SOP class with JPEG XL" in out
    assert "--convert" not in out
