"""The real programs: Orthanc accepts what the converted profile says, and the scripts with pynetdicom negotiate exactly
what it says."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from exchanges import ACCEPTOR, FIND, GET, PRIVATE, REQUESTOR, RLE
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, write_ct
from programs import free_tcp_port, need
from pydicom import dcmread

import asprofile
from asprofile.convert import ConversionTarget, Exchange, ExchangeContext, ExchangeProfile, orthanc, profiles, script
from asprofile.convert.exchange import ConversionSource
from asprofile.names.dcmtk import storage_classes
from asprofile.negotiate.request import AssociateRequest, ProposedContext, propose
from asprofile.negotiate.simulate import simulate
from asprofile.net import wire
from asprofile.objects.scan import scan
from asprofile.send.engine import send
from asprofile.send.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from programs import Programs, Server

    from asprofile.negotiate.request import AssociateAccept

Pair = tuple[str, str]


def read_pdu(stream: socket.socket) -> tuple[int, bytes]:
    """Type and body."""
    with stream.makefile("rb") as file:
        kind, length = wire.HEADER.unpack(file.read(6))
        return kind, file.read(length)


def answered(port: int, request: AssociateRequest) -> AssociateAccept:
    """The A-ASSOCIATE-AC of a peer; the association is aborted."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
        peer.sendall(wire.encode(request))
        answer = wire.decode(*read_pdu(peer))
        peer.sendall(wire.encode(wire.Abort(0, 0)))
    return answer


def accepted(port: int, pairs: Iterable[Pair]) -> set[Pair]:
    """Which of these a peer accepts, each in a context of its own."""
    wanted, found = list(pairs), set()
    for start in range(0, len(wanted), 128):
        part = wanted[start : start + 128]
        contexts = tuple(ProposedContext(2 * place + 1, uid, (syntax,)) for place, (uid, syntax) in enumerate(part))
        results = answered(port, AssociateRequest("ORTHANC", "TEST", contexts)).results
        found |= {part[one.id // 2] for one in results if one.accepted}
    return found


def pairs_of(profile: ExchangeProfile) -> set[Pair]:
    return {(one.abstract_syntax, uid) for one in profile.contexts for uid in one.transfer_syntaxes}


# --- Orthanc ----------------------------------------------------------------------------------------------------------


@pytest.mark.peer
def test_orthanc_accepts_what_it_was_written_for(orthanc_with: Callable[[str], Server]) -> None:
    (profile,) = ACCEPTOR.profiles
    written = orthanc.write(ACCEPTOR, ConversionTarget())
    server = orthanc_with(written.text)
    stored = [CT, MR]
    tried = [(uid, syntax) for uid in stored for syntax in (*orthanc.KNOWN, "1.2.3")]
    wanted = {(uid, syntax) for uid in stored for syntax in (EXPLICIT, IMPLICIT, JPEG_LOSSLESS)}
    assert accepted(server.port, tried) == wanted
    assert wanted <= pairs_of(profile)
    # What is said to be lost: of a private class, releases before 1.12.6 store nothing.
    assert accepted(server.port, [(PRIVATE, IMPLICIT)]) == set()
    assert any(loss.kind == "sop-class" and PRIVATE in loss.message for loss in written.losses)


@pytest.mark.peer
@pytest.mark.parametrize(
    "text",
    [
        '{"AcceptedTransferSyntaxes": ["1.2.840.10008.1.2", "1.2.840.10008.1.2.4.5*", "1.2.840.10008.1.2.4.9?"]}',
        '{"AcceptedTransferSyntaxes": "1.2.840.10008.1.2.1*", "RleTransferSyntaxAccepted": true, /* and */'
        ' "Mpeg4TransferSyntaxAccepted": false, "H265TransferSyntaxAccepted": true,'
        ' "JpegTransferSyntaxAccepted": true}',
        '{"JpegTransferSyntaxAccepted": false, "Jpeg2000TransferSyntaxAccepted": false,'
        ' "JpegLosslessTransferSyntaxAccepted": false, "DeflatedTransferSyntaxAccepted": false}',
    ],
    ids=["patterns", "groups", "all but groups"],
)
def test_orthanc_accepts_what_is_read_of_its_configuration(text: str, orthanc_with: Callable[[str], Server]) -> None:
    (profile,) = orthanc.read(ConversionSource(text, "X")).exchange.profiles
    lists = profile.lists
    server = orthanc_with(text)
    tried = [(uid, syntax) for uid in (CT, VERIFICATION) for syntax in (*orthanc.KNOWN, "1.2.3")]
    assert accepted(server.port, tried) == {(uid, syntax) for uid in (CT, VERIFICATION) for syntax in lists[uid]}


@pytest.mark.peer
def test_orthanc_has_these_services_whatever_is_said(orthanc_with: Callable[[str], Server]) -> None:
    text = '{"AcceptedTransferSyntaxes": ["1.2.840.10008.1.2.4.70"]}'
    server = orthanc_with(text)
    found = accepted(
        server.port, [(uid, syntax) for uid in orthanc.ORTHANC_SERVICES for syntax in (EXPLICIT, IMPLICIT, RLE)]
    )
    assert found == {(uid, syntax) for uid in orthanc.ORTHANC_SERVICES for syntax in (EXPLICIT, IMPLICIT)}
    # Without a list of SOP classes, they are those that its DCMTK counts as storage.
    version = subprocess.run(
        [need("storescp", "dcmtk"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    stored = [(uid, JPEG_LOSSLESS) for uid in storage_classes()]
    release = version.split(" v")[1].split()[0]
    read = orthanc.read(ConversionSource(text, "X", release=release)).exchange.profiles[0]
    assert accepted(server.port, stored) == {(uid, JPEG_LOSSLESS) for uid in read.lists if uid != VERIFICATION}


# --- pynetdicom -------------------------------------------------------------------------------------------------------


def program(exchange: Exchange, directory: Path) -> Path:
    path = directory / "script.py"
    path.write_text(script.write(exchange, ConversionTarget("a \"quoted\" '%s' \\name")).text)
    return path


def in_a_file(exchange: Exchange, directory: Path) -> asprofile.Profile:
    """The same as DCMTK would load it."""
    path = directory / f"{exchange.role}.cfg"
    path.write_text(profiles.write(exchange, ConversionTarget()).text)
    return asprofile.load(path, role=exchange.role).use(exchange.profiles[0].name)


def test_a_script_proposes_exactly_the_profile(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        command = [sys.executable, str(program(REQUESTOR, tmp_path)), "127.0.0.1", str(listener.getsockname()[1])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            connection, _ = listener.accept()
            with connection:
                request = wire.decode(*read_pdu(connection))
                connection.sendall(wire.encode(wire.AssociateReject(1, 1, 1)))
            _, said = running.communicate(timeout=60)
    expected = propose(in_a_file(REQUESTOR, tmp_path))
    assert request.contexts == expected.contexts
    assert set(request.roles) == set(expected.roles)
    assert set(request.extended) == set(expected.extended)
    assert running.returncode == 2
    assert said.decode().endswith("no association\n")


@pytest.mark.peer
def test_a_script_stores_files(storescp: Callable[..., Server], tmp_path: Path) -> None:
    exchange = Exchange(
        "requestor", (ExchangeProfile("Send", (ExchangeContext(CT, (EXPLICIT,)), ExchangeContext(CT, (IMPLICIT,)))),)
    )
    server = storescp()
    one, two = write_ct(tmp_path / "1.dcm", "1.2.1"), write_ct(tmp_path / "2.dcm", "1.2.2", transfer_syntax=IMPLICIT)
    arguments = ["127.0.0.1", str(server.port), str(one), str(two), str(tmp_path / "none.dcm")]
    command = [sys.executable, str(program(exchange, tmp_path)), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "accepted 1: CT Image Storage, Explicit VR Little Endian",
        "accepted 3: CT Image Storage, Implicit VR Little Endian",
        f"{one}: status 0000",
        f"{two}: status 0000",
    ]
    assert "none.dcm" in done.stderr
    assert len(list(server.directory.iterdir())) == 2


PROPOSAL = Exchange(
    "requestor",
    (
        ExchangeProfile(
            "Ask",
            (
                ExchangeContext(VERIFICATION, (IMPLICIT,)),
                ExchangeContext(CT, (IMPLICIT, EXPLICIT, JPEG_LOSSLESS), role="both"),
                ExchangeContext(CT, (RLE,), role="both"),
                ExchangeContext(CT, (EXPLICIT,), role="both"),
                ExchangeContext(MR, (IMPLICIT, EXPLICIT), role="both"),
                ExchangeContext(PRIVATE, (EXPLICIT, IMPLICIT), role="both"),
                ExchangeContext(FIND, (IMPLICIT,)),
                ExchangeContext(GET, (EXPLICIT,)),
            ),
        ),
    ),
)


def test_a_script_accepts_exactly_the_profile(programs: Programs, tmp_path: Path) -> None:
    """What it answers is what DCMTK's acceptor is known to answer: its own order, and its roles."""
    port, inbox = free_tcp_port(), tmp_path / "inbox"
    inbox.mkdir()
    command = [sys.executable, str(program(ACCEPTOR, tmp_path)), str(port), str(inbox), "--bind", "127.0.0.1"]
    programs.start(command, port, inbox)
    answer = answered(port, propose(in_a_file(PROPOSAL, tmp_path)))
    simulated = simulate(in_a_file(PROPOSAL, tmp_path), in_a_file(ACCEPTOR, tmp_path))
    expected = {one.context.id: one for one in simulated.outcomes}
    for result in answer.results:
        assert result.accepted == expected[result.id].accepted, result
        if result.accepted:
            assert result.transfer_syntax == expected[result.id].context.transfer_syntax
    roles = {item.sop_class: (item.scu, item.scp) for item in answer.roles}
    assert roles == {item.sop_class: (item.scu, item.scp) for item in simulated.negotiation.accept.roles}


def test_a_script_stores_what_is_sent(programs: Programs, tmp_path: Path) -> None:
    port, inbox = free_tcp_port(), tmp_path / "inbox"
    inbox.mkdir()
    command = [sys.executable, str(program(ACCEPTOR, tmp_path)), str(port), str(inbox), "--bind", "127.0.0.1"]
    programs.start(command, port, inbox)
    sent = [
        write_ct(tmp_path / "ct.dcm", "1.2.1"),
        write_ct(tmp_path / "private.dcm", "1.2.2", transfer_syntax=IMPLICIT, sop_class=PRIVATE),
    ]
    report = send(propose(in_a_file(PROPOSAL, tmp_path)), scan(map(str, sent)), Peer("127.0.0.1", port))
    assert report.all_stored, report
    for path, instance in zip(sent, ("1.2.1", "1.2.2"), strict=True):
        ours, theirs = dcmread(path), dcmread(inbox / f"{instance}.dcm")
        assert theirs == ours
        assert theirs.file_meta.TransferSyntaxUID == ours.file_meta.TransferSyntaxUID
