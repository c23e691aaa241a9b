"""``asprofile probe``: what it prints; that of real acceptors it finds out exactly what they are configured to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import need
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, profile
from programs import Programs, free_tcp_port
from scripted_peer import ScriptedPeer, Wire

import asprofile
from asprofile.cli.probing import services, storage_classes, syntaxes
from asprofile.negotiate.answer import answer
from asprofile.net import wire

if TYPE_CHECKING:
    from conftest import Result

    Run = Callable[..., Result]

ACCEPTOR = profile((VERIFICATION, (IMPLICIT,)), (CT, (EXPLICIT, IMPLICIT)), (MR, (IMPLICIT,)))
STORESCP = Path("/etc/dcmtk/storescp.cfg")
CONFIG = r"""
[[TransferSyntaxes]]
[U]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[J]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
[[PresentationContexts]]
[C]
PresentationContext1 = CTImageStorage\U
PresentationContext2 = CTImageStorage\J
PresentationContext3 = RTPlanStorage\U
[[SCPSCURoleSelection]]
[R]
Role1 = RTPlanStorage\BOTH
[[Profiles]]
[Scanner]
PresentationContexts = C
SCPSCURoleSelection = R
"""


def sound(peer: Wire) -> None:
    peer.write(wire.encode(answer(peer.read_request(), ACCEPTOR)))
    peer.release()


@pytest.fixture
def peer() -> Iterator[str]:
    with ScriptedPeer(sound) as found:
        yield f"ARCHIVE@127.0.0.1:{found.port}"


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "own.cfg"
    path.write_text(CONFIG)
    return str(path)


def test_named_classes(run: Run, peer: str) -> None:
    named = ("--sop", "CTImageStorage", "--sop", MR, "--sop", "RTPlanStorage", "--ts", "uncompressed")
    result = run("probe", peer, *named, "--rate", "0", "--refused")
    assert result.status == 0
    first, *rest = result.out.splitlines()
    assert first.startswith(f"{peer} (ASPROFILE_")
    assert first.endswith("): 2 of 3 SOP classes accepted, found out in 5 associations")
    assert rest == [
        "",
        "Explicit VR Little Endian, Implicit VR Little Endian (of several, the peer takes the first of these)",
        f"  CT Image Storage  {CT}",
        "",
        "Implicit VR Little Endian",
        f"  MR Image Storage  {MR}",
        "",
        "refused: 1 abstract syntax not supported",
        "  RT Plan Storage  1.2.840.10008.5.1.4.1.1.481.5",
    ]


def test_a_profile_as_send_proposes_it(run: Run, peer: str, config: str) -> None:
    result = run("probe", peer, "--profile", "scanner", "--config", config)
    assert (result.status, result.err) == (1, "")
    first, *rest = result.out.splitlines()
    assert first.endswith(f"1 of 3 contexts of profile SCANNER of {config} accepted")
    assert rest == [
        "   1  CT Image Storage  accepted: Explicit VR Little Endian",
        "   3  CT Image Storage  refused (4): transfer syntaxes not supported; proposed with JPEG Lossless (Process "
        "14, Selection Value 1)",
        "   5  RT Plan Storage   refused (3): abstract syntax not supported; proposed with Explicit VR Little Endian, "
        "Implicit VR Little Endian",
    ]


def test_json(run: Run, peer: str, config: str, schema: Callable[[str], Any]) -> None:
    found = run("probe", peer, "--profile", "Scanner", "--config", config, "--json").json
    schema("probe")(found)
    assert [context["result"] for context in found["contexts"]] == [0, 4, 3]
    found = run(
        "probe", peer, "--sop", CT, "--ts", "uncompressed", "--ts", "jpeg-lossless", "--rate", "0", "--json"
    ).json
    schema("probe")(found)
    (one,) = found["sop_classes"]
    assert [uid["uid"] for uid in one["accepted"]] == [EXPLICIT, IMPLICIT]
    assert (one["preference"], found["complete"]) == ("acceptor", True)
    assert [(answer["result"], answer["alone"], set(answer["transfer_syntaxes"])) for answer in one["answers"]] == [
        (0, True, {EXPLICIT, IMPLICIT}),
        (4, True, {JPEG_LOSSLESS}),
    ]


def test_a_page_in_a_file(run: Run, peer: str, config: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    arguments = ("probe", peer, "--sop", CT, "--ts", "uncompressed", "--rate", "0", "--html", "-o", str(page))
    result = run(*arguments)
    assert (result.status, result.out) == (0, "")
    assert "What ARCHIVE@127.0.0.1" in page.read_text("utf-8")
    assert "exists already" in run(*arguments).err
    assert run(*arguments, "--force").status == 0
    result = run("probe", peer, "--profile", "Scanner", "--config", config, "--html")
    assert "<h1>Profile SCANNER at ARCHIVE@" in result.out


def test_a_named_peer_has_its_profile(run: Run, peer: str, config: str, tmp_path: Path) -> None:
    settings = tmp_path / "asprofile.toml"
    settings.write_text(f'[peers.pacs]\naddress = "{peer}"\nprofile = "Scanner"\nconfig = "{Path(config).name}"\n')
    result = run("probe", "pacs", "--settings", str(settings))
    assert "1 of 3 contexts of profile SCANNER" in result.out
    result = run("probe", "pacs", "--settings", str(settings), "--sop", CT, "--rate", "0")
    assert "1 of 1 SOP classes" in result.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--profile", "P", "--all"), "not both"),
        (("--config", "x.cfg"), "say which one with --profile"),
        (("--sop", "CTImageStorag"), "did you mean CTImageStorage"),
        (("--ts", "JPEGBaselin"), "did you mean jpeg-baseline or JPEGBaseline"),
        (("--force",), "--force goes with --output"),
        (("--rate", "-1"), "-1"),
    ],
)
def test_what_makes_no_sense(run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run("probe", "127.0.0.1:1", *arguments)
    assert result.status == 2
    assert message in result.err


@pytest.mark.parametrize("arguments", [("--all",), ("--profile", "CT")])
def test_nobody_there(run: Run, free_port: int, arguments: tuple[str, ...]) -> None:
    result = run("probe", f"127.0.0.1:{free_port}", *arguments, "--json")
    assert (result.status, result.out) == (2, "")
    assert "connection refused" in result.err


def test_a_peer_that_dies_in_the_middle(run: Run) -> None:
    """What is known by then is shown, and that it is not all."""

    def gone(peer: Wire) -> None:
        peer.read_request()
        peer.reset()

    with ScriptedPeer(*[sound] * 30, gone) as found:
        result = run("probe", f"127.0.0.1:{found.port}", "--storage", "--json", "--rate", "0", "--quiet")
    assert result.status == 1
    assert result.json["complete"] is False
    assert result.json["error"] in result.err
    accepted = {one["sop_class"]["uid"] for one in result.json["sop_classes"] if one["accepted"]}
    assert CT in accepted
    assert accepted <= {CT, MR}


# --- real acceptors


@contextmanager
def running(program: str, package: str, arguments: list[str], directory: Path) -> Iterator[int]:
    port = free_tcp_port()
    directory.mkdir()
    programs = Programs()
    try:
        programs.start([need(program, package), *arguments, str(port)], port, directory)
        yield port
    finally:
        programs.stop()


def accepted(run: Run, port: int, *arguments: str) -> dict[str, list[str]]:
    """What a probe of everything found out, in the peer's order."""
    result = run("probe", f"127.0.0.1:{port}", "--json", "--rate", "0", *arguments)
    assert (result.status, result.err) == (0, "")
    found = result.json
    assert found["complete"]
    classes = [one for one in found["sop_classes"] if one["accepted"]]
    assert all(one["preference"] == ("acceptor" if len(one["accepted"]) > 1 else None) for one in classes)
    return {one["sop_class"]["uid"]: [uid["uid"] for uid in one["accepted"]] for one in classes}


def configured(file: Path, name: str) -> dict[str, list[str]]:
    """What a profile says; all of it is asked for."""
    asked, offered = {*storage_classes(), *services()}, set(syntaxes())
    found = asprofile.load(file, "3.6.7", "acceptor").use(name)
    lists = {one.abstract_syntax: list(dict.fromkeys(one.transfer_syntaxes)) for one in found.contexts}
    assert set(lists) <= asked
    assert {uid for uids in lists.values() for uid in uids} <= offered
    return lists


@pytest.mark.peer
def test_dcmrecv_accepts_what_its_profile_says(run: Run, tmp_path: Path) -> None:
    """It rejects associations of which it accepts nothing."""
    need("dcmrecv", "dcmtk")
    arguments = ["-od", str(tmp_path), "-xf", str(STORESCP), "Default"]
    with running("dcmrecv", "dcmtk", arguments, tmp_path / "dcmrecv") as port:
        assert accepted(run, port, "--all") == configured(STORESCP, "Default")


@pytest.mark.peer
def test_dcmrecv_without_verification(run: Run, config: str, tmp_path: Path) -> None:
    """Then it rejects what it accepts nothing of in spite of our manners, and the rest is found all the same."""
    need("dcmrecv", "dcmtk")
    own = tmp_path / "acceptor.cfg"
    own.write_text(Path(config).read_text().replace("PresentationContext2 = CTImageStorage\\J", "").replace("t3", "t2"))
    arguments = ["-od", str(tmp_path), "-xf", str(own), "Scanner"]
    with running("dcmrecv", "dcmtk", arguments, tmp_path / "dcmrecv") as port:
        classes = ("--sop", CT, "--sop", "RTPlanStorage", "--sop", MR, "--ts", "uncompressed", "--ts", "jpeg-lossless")
        result = run("probe", f"127.0.0.1:{port}", *classes, "--json", "--rate", "0", "--no-order", "--quiet")
    assert result.status == 0
    found = {one["sop_class"]["uid"]: {uid["uid"] for uid in one["accepted"]} for one in result.json["sop_classes"]}
    assert found == {uid: set(syntaxes) for uid, syntaxes in ({MR: []} | configured(own, "Scanner")).items()}


@pytest.mark.peer
def test_storescp_accepts_what_its_profile_says(run: Run, tmp_path: Path) -> None:
    need("storescp", "dcmtk")
    arguments = ["-od", str(tmp_path), "-xf", str(STORESCP), "Default"]
    with running("storescp", "dcmtk", arguments, tmp_path / "storescp") as port:
        assert accepted(run, port, "--all") == configured(STORESCP, "Default")


@pytest.mark.peer
def test_orthanc_accepts_what_it_is_configured_to(run: Run, tmp_path: Path) -> None:
    """Its transfer syntaxes are one list for all Storage SOP classes."""
    port = free_tcp_port()
    directory = tmp_path / "orthanc"
    directory.mkdir()
    configuration = {
        "StorageDirectory": str(directory / "storage"),
        "IndexDirectory": str(directory / "index"),
        "Plugins": [],
        "HttpServerEnabled": False,
        "DicomPort": port,
        "DicomCheckCalledAet": False,
        "DicomAlwaysAllowStore": True,
        "AcceptedTransferSyntaxes": [EXPLICIT, JPEG_LOSSLESS],
        "UnknownSopClassAccepted": False,
    }
    (directory / "orthanc.json").write_text(json.dumps(configuration))
    programs = Programs()
    try:
        programs.start([need("Orthanc", "orthanc"), str(directory / "orthanc.json")], port, directory)
        result = run("probe", f"127.0.0.1:{port}", "--storage", "--json", "--rate", "0", "--no-order")
    finally:
        programs.stop()
    assert (result.status, result.err) == (0, "")
    classes = {one["sop_class"]["uid"]: one for one in result.json["sop_classes"]}
    stored = [one for one in classes.values() if one["accepted"]]
    assert {uid["uid"] for uid in classes[CT]["accepted"]} == {EXPLICIT, JPEG_LOSSLESS}
    assert len(stored) > 100
    assert {frozenset(uid["uid"] for uid in one["accepted"]) for one in stored} == {
        frozenset((EXPLICIT, JPEG_LOSSLESS))
    }


# --- making a profile by it


@pytest.fixture
def objects(tmp_path: Path) -> str:
    from asprofile.objects.demo import make_demo_objects

    make_demo_objects(tmp_path / "study")
    return str(tmp_path / "study")


def test_a_profile_of_what_a_peer_accepts(run: Run, peer: str, tmp_path: Path) -> None:
    file = tmp_path / "peer.cfg"
    result = run("generate", "--from-peer", peer, "--rate", "0", "--name", "Archive", "-o", str(file))
    assert result.status == 0
    contexts = asprofile.load(file).use("Archive").contexts
    assert [(one.abstract_syntax, one.transfer_syntaxes) for one in contexts] == [
        (CT, (EXPLICIT,)),
        (CT, (IMPLICIT,)),
        (MR, (IMPLICIT,)),
    ]


def test_objects_measured_by_a_peer(run: Run, peer: str, objects: str, tmp_path: Path) -> None:
    file = tmp_path / "study.cfg"
    arguments = ("generate", "--from-files", objects, "--rate", "0", "--name", "Study", "-o", str(file))
    result = run(*arguments, "--from-peer", peer)
    assert result.status == 1
    assert (
        f"asprofile: {peer}: Siemens CSA Non-Image Storage" in result.err.replace("\n", " ")
        or "Siemens CSA" in result.err
    )
    assert "abstract syntax not supported" in result.err
    contexts = asprofile.load(file).use("Study").contexts
    assert {one.abstract_syntax for one in contexts} == {CT}
    assert "abstract syntax not supported" in file.read_text().replace("\n# ", " ")


def test_a_saved_probe_serves_as_well(run: Run, peer: str, objects: str, tmp_path: Path) -> None:
    saved = str(tmp_path / "pacs.json")
    assert run("probe", peer, "--storage", "--rate", "0", "--json", "-o", saved).status == 0
    result = run("generate", "ct", "--from-probe", saved, "--name", "CT")
    assert result.status == 0
    assert f"Only what {peer} accepts, as it was asked." in result.out
    assert "CTImageStorage" in result.out
    assert "JPEG" not in result.out.partition("[[PresentationContexts]]")[2]
    assert "not accepted with JPEG Lossless" in result.err.replace("\n", " ")
    nothing = run("generate", "mpeg4", "--from-probe", saved)
    assert nothing.status == 2
    assert "accepts nothing of it" in nothing.err


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"version": 1}', '{"version": 1, "sop_classes": [1]}', "\0", "[" * 10000]
)
def test_what_is_no_saved_probe(run: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(content)
    result = run("generate", "ct", "--from-probe", str(file))
    assert result.status == 2
    assert "not the result of `asprofile probe --json`" in result.err


def test_one_measure_is_enough(run: Run) -> None:
    result = run("generate", "--from-peer", "127.0.0.1:1", "--from-probe", "x.json")
    assert result.status == 2
    assert "give one of them" in result.err
