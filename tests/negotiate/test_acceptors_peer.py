"""The answers of Orthanc, pynetdicom and storescp, against what is simulated of them: generated requests, and the table
of the profile file that DCMTK comes with.
"""

from __future__ import annotations

import random
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, profile
from programs import need
from pynetdicom import AE

import asprofile
from asprofile.convert.exchange import ConversionSource
from asprofile.convert.orthanc import KNOWN, read
from asprofile.names.well_known import EXPLICIT_VR_BIG_ENDIAN, RLE_LOSSLESS, STORAGE_COMMITMENT
from asprofile.negotiate.acceptors import acceptors
from asprofile.negotiate.acceptors.acceptor import Accepting
from asprofile.negotiate.coverage import coverage
from asprofile.negotiate.negotiation import negotiated
from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ProposedContext, RoleItem, propose
from asprofile.negotiate.simulate import Simulation, simulate
from asprofile.net import wire

if TYPE_CHECKING:
    from programs import Server

    from asprofile.model.config import Profile
    from asprofile.negotiate.request import ProfileSource

pytestmark = [pytest.mark.peer]

REQUESTS = 60
PRIVATE = "1.2.826.0.1.3680043.9.999.1"
FIND, GET, WORKLIST = "1.2.840.10008.5.1.4.1.2.1.1", "1.2.840.10008.5.1.4.1.2.2.3", "1.2.840.10008.5.1.4.31"
CLASSES = (CT, MR, "1.2.840.10008.5.1.4.1.1.88.11", VERIFICATION, FIND, GET, WORKLIST, STORAGE_COMMITMENT, PRIVATE)
SYNTAXES = (IMPLICIT, EXPLICIT, EXPLICIT_VR_BIG_ENDIAN, JPEG_LOSSLESS, RLE_LOSSLESS, "1.2.840.10008.1.2.4.90", "1.2.3")
ACCEPTED = '"AcceptedTransferSyntaxes": ["1.2.840.10008.1.2", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.5", %s]'
STORESCP_CFG = Path("/etc/dcmtk/storescp.cfg")


def requests(seed: int) -> Iterator[AssociateRequest]:
    source = random.Random(seed)
    for _ in range(REQUESTS):
        classes = source.choices(CLASSES, k=source.randint(1, 12))
        contexts = tuple(
            ProposedContext(2 * place + 1, uid, tuple(source.sample(SYNTAXES, source.randint(1, 4))))
            for place, uid in enumerate(classes)
        )
        offered = [uid for uid in dict.fromkeys(classes) if source.random() < 0.3]
        roles = tuple(RoleItem(uid, *source.choice(((True, False), (False, True), (True, True)))) for uid in offered)
        yield AssociateRequest("ORTHANC", "TEST", contexts, roles=roles)


def answered(port: int, request: AssociateRequest) -> AssociateAccept:
    """The A-ASSOCIATE-AC of a peer; the association is aborted."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
        peer.sendall(wire.encode(request))
        with peer.makefile("rb") as file:
            kind, length = wire.HEADER.unpack(file.read(6))
            found = wire.decode(kind, file.read(length))
        peer.sendall(wire.encode(wire.Abort(0, 0)))
    assert isinstance(found, AssociateAccept)
    return found


def told(accept: AssociateAccept) -> tuple[dict[int, tuple[int, str]], dict[str, tuple[bool, bool]]]:
    """What counts of an answer: a refused context has no transfer syntax."""
    results = {one.id: (one.result, one.transfer_syntax if one.accepted else "") for one in accept.results}
    return results, {role.sop_class: (role.scu, role.scp) for role in accept.roles}


def orthanc_here() -> str:
    """The name of the acceptor that the installed Orthanc is."""
    said = subprocess.run([need("Orthanc", "orthanc"), "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in said.split()[1].split(".")[:3] if part.isdigit())
    return "orthanc" if not version or version >= (1, 11, 2) else "orthanc-1.10"


def dcmtk_here() -> str:
    """Orthanc of a distribution has the DCMTK of that."""
    said = subprocess.run([need("storescp", "dcmtk"), "--version"], capture_output=True, text=True, check=True).stdout
    return said.split(" v")[1].split()[0]


@pytest.mark.parametrize("any_class", [False, True])
def test_orthanc_answers_as_simulated(any_class: bool, orthanc_with: Callable[[str], Server]) -> None:
    text = "{" + ACCEPTED % '"1.2.840.10008.1.2.1"' + f', "UnknownSopClassAccepted": {str(any_class).lower()}}}'
    release = dcmtk_here()
    reading = read(ConversionSource(text, "X", "acceptor", release))
    assert reading.any_class == any_class
    accepting = Accepting(reading.exchange.profiles[0], release, reading.any_class)
    server = orthanc_with(text)
    program = acceptors()[orthanc_here()]
    for request in requests(18):
        assert told(program.answer(request, accepting)) == told(answered(server.port, request)), request


def test_pynetdicom_answers_as_simulated() -> None:
    roles = {CT: "both", MR: "scu", FIND: "scp"}
    accepting = profile(
        (CT, (EXPLICIT, IMPLICIT)),
        (MR, (JPEG_LOSSLESS, IMPLICIT)),
        (FIND, (IMPLICIT,)),
        (GET, (EXPLICIT,)),
        roles=roles,
    )
    entity = AE("ANY")
    for context in accepting.contexts:
        given = {} if context.role == "default" else {
            "scu_role": context.role in ("scu", "both"), "scp_role": context.role in ("scp", "both")
        }  # fmt: skip
        entity.add_supported_context(context.abstract_syntax, list(context.transfer_syntaxes), **given)
    server = entity.start_server(("127.0.0.1", 0), block=False)
    assert server is not None
    try:
        port = server.socket.getsockname()[1]
        program = acceptors()["pynetdicom"]
        for request in requests(19):
            simulated = program.answer(request, Accepting(accepting, "3.6.7"))
            assert told(simulated) == told(answered(port, request)), request
    finally:
        server.shutdown()


# --- The table


def parts(whole: Profile) -> Iterator[ProfileSource]:
    """As many contexts as a request has room for."""
    for start in range(0, len(whole.contexts), 128):
        yield profile(*((one.abstract_syntax, one.transfer_syntaxes) for one in whole.contexts[start : start + 128]))


def same_table(requestor: ProfileSource, acceptor: ProfileSource, port: int, behaves: str) -> int:
    """The number of SOP classes; that the table that is simulated is the one of the real answer."""
    release = dcmtk_here()

    def run(one: ProfileSource, other: ProfileSource) -> Simulation:
        return simulate(one, other, release, behaves=behaves)

    simulated = run(requestor, acceptor)
    request = propose(requestor)
    real = Simulation(negotiated(request, answered(port, request)), simulated.outcomes)
    tables = [coverage((requestor, acceptor), found, run, lambda _: ()) for found in (simulated, real)]
    assert tables[0] == tables[1]
    return len(tables[0])


@pytest.mark.skipif(not STORESCP_CFG.exists(), reason="DCMTK's storescp.cfg is not installed")
def test_the_table_of_storescp_cfg_is_what_orthanc_and_storescp_do(
    orthanc_with: Callable[[str], Server], storescp: Callable[..., Server]
) -> None:
    """Everything that DCMTK's storescp takes, proposed to Orthanc with a configuration of its own, and to storescp."""
    whole = asprofile.load(STORESCP_CFG, dcmtk_here(), "acceptor").use("AllDICOM")
    text = "{" + ACCEPTED % '"1.2.840.10008.1.2.4.9?"' + "}"
    read_of_it = read(ConversionSource(text, "X", "acceptor", dcmtk_here())).exchange.profiles[0]
    taken = profile(*((one.abstract_syntax, one.transfer_syntaxes) for one in read_of_it.contexts))
    orthanc, own = orthanc_with(text), storescp(config=STORESCP_CFG, profile="AllDICOM")
    for some in parts(whole):
        assert same_table(some, taken, orthanc.port, orthanc_here()) > 50
        assert same_table(some, whole, own.port, "dcmtk") > 50
    assert set(KNOWN) > {uid for context in taken.contexts for uid in context.transfer_syntaxes}
