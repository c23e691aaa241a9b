"""The real storescu and storescp negotiate hundreds of generated pairs of profiles; nothing may differ from what is
simulated.

A storescp is started for each pair, on an accepted connection as its standard input (``--inetd``), so nothing has to
wait for a port. Between the two programs is this test, which takes the request of the one to the other.
"""

from __future__ import annotations

import random
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from factories import write_ct
from programs import need

import asprofile
from asprofile.errors import ProposalError
from asprofile.model.words import answered_syntaxes
from asprofile.negotiate.request import propose
from asprofile.negotiate.simulate import simulate
from asprofile.net import wire

pytestmark = [pytest.mark.any_python, pytest.mark.peer]

PAIRS = 200
CLASSES = (
    "VerificationSOPClass",
    "CTImageStorage",
    "MRImageStorage",
    "UltrasoundImageStorage",
    "RTPlanStorage",
    "1.3.12.2.1107.5.9.1",
    "1.2.3." + "4" * 70,
    "1.2.3." + "4" * 58,
)
SYNTAXES = (
    "LittleEndianImplicit",
    "LittleEndianExplicit",
    "BigEndianExplicit",
    "JPEGBaseline",
    "JPEGLossless:Non-hierarchical-1stOrderPrediction",
    "RLELossless",
    "1.2.840.113619.5.2",
    "1.2.3." + "5" * 70,
    "1.2.3." + "5" * 58,
)
ROLES = ("SCU", "SCP", "BOTH")


def profile_file(source: random.Random, *, acceptor: bool) -> str:
    """A profile P, of any shape that its reader takes; an acceptor names a SOP class once."""
    lists = {f"L{n}": source.sample(SYNTAXES, source.randint(1, 5)) for n in range(source.randint(1, 4))}
    count = source.randint(1, len(CLASSES) if acceptor else 14)
    classes = source.sample(CLASSES, count) if acceptor else source.choices(CLASSES, k=count)
    text = section("TransferSyntaxes", lists, "TransferSyntax")
    contexts = [f"{name}\\{source.choice(list(lists))}" for name in classes]
    text += section("PresentationContexts", {"P": contexts}, "PresentationContext")
    there = sorted(set(classes))
    roles = [f"{name}\\{source.choice(ROLES)}" for name in there if source.random() < 0.5]
    # Not of a class that is too long for the wire: the standard has a limit there that DCMTK does not look at.
    proper = [name for name in there if len(name) <= 64]
    extended = [f"{name}\\{source.randbytes(source.randint(1, 6)).hex()}" for name in proper if source.random() < 0.4]
    profile = "PresentationContexts = P\n"
    if roles:
        text += section("SCPSCURoleSelection", {"P": roles}, "Role")
        profile += "SCPSCURoleSelection = P\n"
    if extended:
        text += section("ExtendedNegotiation", {"P": extended}, "ExtendedNegotiation")
        profile += "ExtendedNegotiation = P\n"
    return f"{text}[[Profiles]]\n[P]\n{profile}"


def section(name: str, lists: dict[str, list[str]], key: str) -> str:
    parts = [f"[[{name}]]\n"]
    for label, values in lists.items():
        parts.append(f"[{label}]\n")
        parts += [f"{key}{number} = {value}\n" for number, value in enumerate(values, start=1)]
    return "".join(parts)


def read_pdu(connection: socket.socket) -> tuple[bytes, bytes]:
    """Header and body; empty if the other side has gone."""
    with connection.makefile("rb") as stream:
        header = stream.read(6)
        return header, stream.read(wire.HEADER.unpack(header)[1]) if header else b""


class Peers:
    def __init__(self, directory) -> None:
        self.storescu, self.storescp = need("storescu", "dcmtk"), need("storescp", "dcmtk")
        self.directory = directory
        self.object = write_ct(directory / "ct.dcm")

    def requested(self, config) -> bytes:
        """The A-ASSOCIATE-RQ that storescu sends with profile P."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(60)
            port = str(listener.getsockname()[1])
            command = [self.storescu, "-xf", str(config), "P", "127.0.0.1", port, str(self.object)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as program:
                connection, _ = listener.accept()
                with connection:
                    header, body = read_pdu(connection)
                    connection.sendall(wire.encode(wire.AssociateReject(1, 1, 1)))
                    read_pdu(connection)
                program.communicate(timeout=60)
        return header + body

    def answered(self, config, request: bytes) -> bytes:
        """What storescp with profile P answers; empty if it hangs up."""
        command = [self.storescp, "-id", "-od", str(self.directory), "-xf", str(config), "P"]
        with socket.create_server(("127.0.0.1", 0)) as listener:
            connection = socket.create_connection(listener.getsockname(), timeout=60)
            accepted, _ = listener.accept()
        with connection:
            with accepted:
                program = subprocess.Popen(command, stdin=accepted, stdout=accepted, stderr=subprocess.DEVNULL)
            connection.sendall(request)
            # Nothing more comes: a program that has no answer ends, one that has reads this after it.
            connection.shutdown(socket.SHUT_WR)
            header, body = read_pdu(connection)
        program.wait(60)
        return header + body


@pytest.fixture(scope="module")
def peers(tmp_path_factory) -> Peers:
    return Peers(tmp_path_factory.mktemp("pairs"))


def negotiate(peers: Peers, number: int) -> int:
    """One pair; how many contexts were accepted."""
    source = random.Random(number)
    files = []
    for who in ("requestor", "acceptor"):
        files.append(peers.directory / f"{number}-{who}.cfg")
        files[-1].write_text(profile_file(source, acceptor=who == "acceptor"))
    requestor = asprofile.load(files[0], "3.6.7").use("P")
    acceptor = asprofile.load(files[1], "3.6.7", "acceptor").use("P")
    request = peers.requested(files[0])
    theirs = wire.decode(request[0], request[6:])
    ours = propose(requestor)
    assert theirs.contexts == ours.contexts, number
    assert theirs.roles == ours.roles, number
    assert theirs.extended == ours.extended, number
    answer = peers.answered(files[1], request)
    accept = wire.decode(answer[0], answer[6:])
    simulated = simulate(requestor, acceptor)
    expected = {outcome.context.id: outcome for outcome in simulated.outcomes}
    assert [result.id for result in accept.results] == list(expected), number
    for result in accept.results:
        outcome = expected[result.id]
        assert result.result == outcome.context.result, (number, result)
        assert outcome.accepted == result.accepted, (number, result)
        if result.accepted:
            assert result.transfer_syntax == outcome.context.transfer_syntax, (number, result)
            answered = next((item for item in accept.roles if item.sop_class == outcome.context.abstract_syntax), None)
            roles = (True, False) if answered is None else (answered.scu, answered.scp)
            assert (outcome.context.scu, outcome.context.scp) == roles, (number, result)
    assert accept.roles == simulated.negotiation.accept.roles, number
    assert accept.extended == simulated.extended, number
    return sum(outcome.accepted for outcome in simulated.outcomes)


def test_every_pair_comes_out_as_simulated(peers):
    with ThreadPoolExecutor(2) as pool:
        accepted = list(pool.map(lambda number: negotiate(peers, number), range(PAIRS)))
    assert len(accepted) == PAIRS
    assert sum(count > 0 for count in accepted) > PAIRS / 2
    assert any(count == 0 for count in accepted)


@pytest.mark.parametrize("surplus", [0, 1])
def test_what_the_acceptor_cannot_look_at(peers, surplus):
    """There is room for a certain number of transfer syntaxes of a context."""
    version = subprocess.run([peers.storescp, "--version"], capture_output=True, text=True, check=True).stdout
    release = version.split(" v")[1].split()[0]
    most = answered_syntaxes(release)
    syntaxes = [f"1.2.3.{number}" for number in range(most + surplus - 1)] + ["LittleEndianImplicit"]
    text = section("TransferSyntaxes", {"L": syntaxes}, "TransferSyntax")
    text += section("PresentationContexts", {"P": ["CTImageStorage\\L"]}, "PresentationContext")
    config = peers.directory / f"many-{surplus}.cfg"
    config.write_text(text + "[[Profiles]]\n[P]\nPresentationContexts = P\n")
    requestor, acceptor = (asprofile.load(config, release, role).use("P") for role in ("requestor", "acceptor"))
    answer = peers.answered(config, peers.requested(config))
    if surplus:
        assert answer == b""
        with pytest.raises(ProposalError, match=f"{most + 1} transfer syntaxes; an acceptor of DCMTK {release}"):
            simulate(requestor, acceptor, release)
    else:
        assert answer
        assert simulate(requestor, acceptor, release).outcomes[0].accepted
