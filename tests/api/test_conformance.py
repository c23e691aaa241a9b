"""``asprofile.conformance``: what is stated is what goes over the wire."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from factories import CT, write_ct

import asprofile
from asprofile.api.peers import destination_of
from asprofile.dcmtk_cli.arguments import parse
from asprofile.migrate.asking import STUDY_ROOT_FIND
from asprofile.migrate.associating import CannotSay, associated
from asprofile.names.releases import LATEST
from asprofile.negotiate.request import AssociateAccept, AssociateRequest, OperationsWindow, ProposedContext
from asprofile.net import wire
from asprofile.send.options import SendOptions
from asprofile.storescp.acceptance import ProviderPolicy
from asprofile.storescp.options import storescp
from asprofile.storescp.settings import storescp_settings
from asprofile.testing import ScriptedPeer, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from asprofile.api.conforming import ApplicationEntity

STATED = asprofile.conformance()
ONE_RETRY = SendOptions(retries=1, wait=0, connect_timeout=20.0)
FINDS = "1.2.840.10008.5.1.4.1.2.1.1"


def proposed(ask: Callable[[str], object]) -> AssociateRequest:
    """The last request of whoever calls an address; each is rejected."""
    requests: list[AssociateRequest] = []

    def script(peer: Wire) -> None:
        requests.append(peer.read_request())
        peer.write(wire.encode(wire.AssociateReject(1, 1, 1)))

    with ScriptedPeer(script) as peer:
        ask(f"127.0.0.1:{peer.port}")
    return requests[-1]


def send(to: str, folder: Path) -> object:
    write_ct(folder / "ct.dcm")
    return asprofile.send(to, folder / "ct.dcm", options=ONE_RETRY)


def find(to: str) -> None:
    with pytest.raises(CannotSay):
        associated(destination_of(to, None, None, None, None), ONE_RETRY, [(STUDY_ROOT_FIND, None)], "C-FIND")


def storescu(to: str, folder: Path) -> None:
    from asprofile.cli.storescu import main

    write_ct(folder / "ct.dcm")
    host, port = to.split(":")
    assert main([host, port, str(folder / "ct.dcm")]) != 0


REQUESTORS: dict[str, Callable[[str, Path], object]] = {
    "send": send,
    "storescu": storescu,
    "echo": lambda to, _: asprofile.echo(to),
    "probe": lambda to, _: asprofile.probe(to, sop=CT, ts="LittleEndianExplicit", order=False, retries=0),
    "migrate": lambda to, _: find(to),
}


@pytest.mark.parametrize("command", REQUESTORS)
def test_what_a_requestor_proposes(command: str, tmp_path: Path) -> None:
    stated = STATED.entity(command)
    request = proposed(lambda to: REQUESTORS[command](to, tmp_path))
    offered = {
        (uid, syntaxes)
        for group in stated.contexts
        for uid in group.sop_classes
        for syntaxes in group.transfer_syntaxes
    }
    found = [(one.abstract_syntax, one.transfer_syntaxes) for one in request.contexts]
    assert set(found) <= offered
    if command == "storescu":
        assert set(found) == offered
    assert request.roles == request.extended == ()
    assert (request.calling_ae.strip(), request.called_ae.strip()) == (stated.calling, stated.called)
    assert said_of_itself(request) == (stated.class_uid, stated.version_name, stated.max_pdu)
    window = None if request.window is None else (request.window.invoked, request.window.performed)
    assert window == (None if stated.window is None else (stated.window, 1))


def said_of_itself(said: AssociateRequest | AssociateAccept) -> tuple[str, str, int]:
    return said.implementation_class_uid, said.implementation_version_name, said.max_pdu


def requests_of(stated: ApplicationEntity) -> Iterator[tuple[AssociateRequest, dict[int, tuple[int, str]]]]:
    """Requests for every SOP class that is stated, with the transfer syntaxes in the opposite order, and what the
    answers have to be; with one that is not stated.
    """
    wanted = [(uid, group.transfer_syntaxes[0]) for group in stated.contexts for uid in group.sop_classes]
    for some in (wanted[start : start + 120] for start in range(0, len(wanted), 120)):
        contexts = [ProposedContext(2 * n + 1, uid, syntaxes[::-1]) for n, (uid, syntaxes) in enumerate(some)]
        answers = {2 * n + 1: (0, syntaxes[0]) for n, (_, syntaxes) in enumerate(some)}
        contexts.append(ProposedContext(255, FINDS, ("1.2.840.10008.1.2",)))
        asks = OperationsWindow(0, 0)
        yield AssociateRequest("ANY-SCP", "TEST", tuple(contexts), window=asks), {**answers, 255: (3, "")}


def answered(accept: AssociateAccept) -> dict[int, tuple[int, str]]:
    return {one.id: (one.result, one.transfer_syntax if one.accepted else "") for one in accept.results}


def test_what_the_receiver_accepts(tmp_path: Path) -> None:
    stated = STATED.entity("receive")
    with asprofile.receive(None, tmp_path / "in") as receiving:
        for request, wanted in requests_of(stated):
            accept = associate(receiving.port, request)
            assert answered(accept) == wanted
            assert said_of_itself(accept) == (stated.class_uid, stated.version_name, stated.max_pdu)
            assert accept.window == OperationsWindow(stated.window or 0, 1)


def associate(port: int, request: AssociateRequest) -> AssociateAccept:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as sock, sock.makefile("rb") as stream:
        sock.sendall(wire.encode(request))
        kind, length = wire.HEADER.unpack(stream.read(6))
        accept = wire.decode(kind, stream.read(length))
        assert isinstance(accept, AssociateAccept)
        return accept


def test_what_storescp_accepts() -> None:
    stated = STATED.entity("storescp")
    policy = ProviderPolicy(storescp_settings(parse(["104"], storescp()), "warn"), None, LATEST)
    for request, wanted in requests_of(stated):
        accept = policy.answer(request)
        assert isinstance(accept, AssociateAccept)
        assert answered(accept) == wanted
        assert accept.window is None
        assert stated.window is None


def test_a_service_is_stated_once() -> None:
    """Of each program as what it is of it: we are the SCP of what we retrieve with C-GET, by role selection."""
    (retrieved,) = (one for one in STATED.entity("migrate").contexts if one.selected)
    assert (retrieved.scu, retrieved.scp) == (False, True)
    assert CT in retrieved.sop_classes
    services = STATED.as_markdown().split("### Networking")[1].split("## send")[0]
    assert "| Verification | 1.2.840.10008.1.1 | echo | receive, storescp, dcmrecv, migrate --listen |" in services
    assert "Image Storage" not in services


def test_of_the_security_profiles_one_is_the_default() -> None:
    assert [one.name for one in STATED.secure if one.is_default] == [asprofile.TlsOptions().security_profile]
