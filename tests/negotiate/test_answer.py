"""What an acceptor answers: by table, and compared with DCMTK's storescp."""

from __future__ import annotations

import random
import socket

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, Context, Extended, Profile, profile

from asprofile.negotiate.answer import answer
from asprofile.negotiate.request import (
    AssociateRequest,
    ContextResult,
    ExtendedItem,
    ProposedContext,
    RoleItem,
    propose,
)
from asprofile.net import wire


def results(request, acceptor, **options):
    return [(item.id, item.result, item.transfer_syntax) for item in answer(request, acceptor, **options).results]


def test_the_acceptors_order_of_transfer_syntaxes_counts():
    request = propose(profile((CT, (EXPLICIT, IMPLICIT, JPEG_LOSSLESS))))
    assert results(request, profile((CT, (JPEG_LOSSLESS, IMPLICIT, EXPLICIT)))) == [(1, 0, JPEG_LOSSLESS)]


def test_the_first_entry_of_a_class_counts():
    acceptor = profile((CT, (JPEG_LOSSLESS,)), (CT, (EXPLICIT,)))
    assert results(propose(profile((CT, (EXPLICIT,)))), acceptor) == [(1, 4, IMPLICIT)]


def test_rejections_carry_a_transfer_syntax():
    request = propose(profile((MR, (EXPLICIT,)), (CT, (JPEG_LOSSLESS,))))
    assert results(request, profile((CT, (EXPLICIT,)))) == [(1, 3, IMPLICIT), (3, 4, IMPLICIT)]


OFFERS = {"default": None, "scu": (True, False), "scp": (False, True), "both": (True, True), "none": (False, False)}


@pytest.mark.parametrize(
    ("offered", "configured", "result", "granted"),
    [
        ("default", "default", 0, None),
        ("default", "scu", 0, None),
        ("default", "both", 0, None),
        ("default", "scp", 2, None),
        ("scu", "default", 0, None),
        ("scu", "scu", 0, (True, False)),
        ("scu", "scp", 0, (False, False)),
        ("scu", "both", 0, (True, False)),
        ("scp", "scu", 0, (False, False)),
        ("scp", "scp", 0, (False, True)),
        ("scp", "both", 0, (False, True)),
        ("both", "scu", 0, (True, False)),
        ("both", "scp", 0, (False, True)),
        ("both", "both", 0, (True, True)),
        ("none", "both", 0, (True, True)),
    ],
)
def test_roles(offered, configured, result, granted):
    roles = () if OFFERS[offered] is None else (RoleItem(CT, *OFFERS[offered]),)
    request = AssociateRequest("A", "B", (ProposedContext(1, CT, (IMPLICIT,)),), roles)
    found = answer(request, profile((CT, (IMPLICIT,)), roles={CT: configured}))
    assert found.results == (ContextResult(1, result, IMPLICIT),)
    assert found.roles == (() if granted is None else (RoleItem(CT, *granted),))


def test_always_accept_default_role():
    request = propose(profile((CT, (IMPLICIT,))))
    acceptor = profile((CT, (IMPLICIT,)), roles={CT: "scp"})
    assert results(request, acceptor, always_accept_default_role=True) == [(1, 0, IMPLICIT)]


def test_extended_negotiation_goes_back_for_accepted_classes():
    acceptor = Profile(
        (Context(1, CT, (IMPLICIT,)), Context(3, MR, (EXPLICIT,))), (Extended(MR, b"\1"), Extended(CT, b"\2"))
    )
    request = propose(profile((CT, (IMPLICIT,)), (MR, (IMPLICIT,))))
    assert answer(request, acceptor).extended == (ExtendedItem(CT, b"\2"),)


STORESCP = """
[[TransferSyntaxes]]
[A]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = LittleEndianExplicit
[B]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
TransferSyntax2 = LittleEndianExplicit
TransferSyntax3 = LittleEndianImplicit
[[PresentationContexts]]
[P]
PresentationContext1 = CTImageStorage\\B
PresentationContext2 = MRImageStorage\\A
PresentationContext3 = 1.2.3.1\\A
PresentationContext4 = 1.2.3.2\\B
PresentationContext5 = 1.2.3.3\\B
[[SCPSCURoleSelection]]
[R]
Role1 = 1.2.3.1\\SCU
Role2 = 1.2.3.2\\SCP
Role3 = 1.2.3.3\\BOTH
[[ExtendedNegotiation]]
[E]
ExtendedNegotiation1 = MRImageStorage\\020003000000
ExtendedNegotiation2 = 1.2.3.3\\01
[[Profiles]]
[Full]
PresentationContexts = P
SCPSCURoleSelection = R
ExtendedNegotiation = E
"""

CLASSES = (CT, MR, "1.2.3.1", "1.2.3.2", "1.2.3.3", "1.2.3.4")
SYNTAXES = (IMPLICIT, EXPLICIT, JPEG_LOSSLESS, "1.2.840.10008.1.2.2", "1.2.3")


def random_request(source: random.Random) -> AssociateRequest:
    contexts = tuple(
        ProposedContext(2 * i + 1, source.choice(CLASSES), tuple(source.sample(SYNTAXES, source.randint(1, 4))))
        for i in range(source.randint(1, 12))
    )
    roles = tuple(
        RoleItem(source.choice(CLASSES), source.random() < 0.5, source.random() < 0.5)
        for _ in range(source.randint(0, 5))
    )
    extended = tuple(ExtendedItem(uid, b"\1\2") for uid in source.sample(CLASSES, source.randint(0, 2)))
    return AssociateRequest("CALLED", "CALLING", contexts, roles, extended)


@pytest.mark.peer
def test_same_answers_as_storescp(storescp, tmp_path):
    """The same requests, and the same bytes come back, to both acceptors with the same file."""
    import asprofile

    config = tmp_path / "scp.cfg"
    config.write_text(STORESCP)
    server = storescp(config=config, profile="Full")
    acceptor = asprofile.load(config, role="acceptor").profiles["FULL"]
    source = random.Random(20240229)
    for _ in range(60):
        request = random_request(source)
        with socket.create_connection(("127.0.0.1", server.port)) as sock, sock.makefile("rb") as stream:
            sock.sendall(wire.encode(request))
            pdu_type, length = wire.HEADER.unpack(stream.read(6))
            body = stream.read(length)
            sock.sendall(wire.encode(wire.Abort(0, 0)))
        theirs = wire.decode(pdu_type, body)
        ours = answer(
            request,
            acceptor,
            max_pdu=theirs.max_pdu,
            implementation_class_uid=theirs.implementation_class_uid,
            implementation_version_name=theirs.implementation_version_name,
        )
        assert wire.encode(ours)[6:] == body, request
