"""``asprofile storescu`` proposes what storescu proposes: the A-ASSOCIATE-RQ, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from storescu_peer import Peer, without_implementation
from storescu_real import ours, real, skip_unless_known

from asprofile.model.loader import load
from asprofile.objects.demo import make_demo_objects
from asprofile.storescu.settings import PROPOSALS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.peer

SAMPLES = sorted((ROOT / "sample_profiles").glob("*.cfg"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Objects by name, but for the private one, which storescu takes for no storage."""
    made = make_demo_objects(tmp_path_factory.mktemp("objects"))
    return {path.stem: str(path) for path in made if path.stem != "siemens-csa"}


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    """Reads the request and rejects it."""
    with Peer("reject") as running:
        yield running


def requests(peer: Peer, options: tuple[str, ...], names: tuple[str, ...]) -> tuple[bytes, bytes]:
    """What the real one and ours propose, without their own names."""
    skip_unless_known(*(option for option in options if option.startswith(("-", "+"))))
    arguments = (*options, "127.0.0.1", str(peer.port), *names)
    theirs = real(*arguments)
    assert theirs.status == 1, theirs.err
    assert "Association Rejected" in theirs.err
    expected = without_implementation(peer.next().request)
    mine = ours(*arguments)
    assert mine.status == 1, mine.err
    assert "Association Rejected" in mine.err
    return without_implementation(peer.next().request), expected


@pytest.mark.parametrize("combine", [(), ("+C",)], ids=["apart", "combined"])
@pytest.mark.parametrize("required", [(), ("-R",)], ids=["all", "required"])
@pytest.mark.parametrize("proposal", PROPOSALS)
def test_transfer_syntaxes(
    peer: Peer, files: dict[str, str], proposal: str, required: tuple[str, ...], combine: tuple[str, ...]
) -> None:
    mine, expected = requests(peer, (proposal, *required, *combine), tuple(files.values()))
    assert mine == expected


OTHERS: dict[str, tuple[str, ...]] = {
    "defaults": (),
    "titles": ("-aet", "ME", "-aec", "THE_PACS"),
    "longest titles": ("-aet", "ABCDEFGHIJKLMNOP", "-aec", "QRSTUVWXYZ012345"),
    "titles that are too long": ("-aet", "ABCDEFGHIJKLMNOPQRS", "-aec", "QRSTUVWXYZ0123456789"),
    "titles with blanks": ("-aet", "A B", "-aec", " C "),
    "title given twice": ("-aec", "ONE", "-aec", "TWO"),
    "shortest pdu": ("-pdu", "4096"),
    "longest pdu": ("--max-pdu", "131072"),
    "odd pdu": ("-pdu", "5555"),
    "pdu with something after it": ("-pdu", "8192x"),
    "send pdu": ("--max-send-pdu", "4096"),
    "the last proposal counts": ("-xs", "-xe", "-xi", "-xb"),
    "the last proposal counts, backwards": ("-xd", "-xr", "-xs", "-x="),
    "user": ("-usr", "somebody"),
    "user, confirmed": ("-usr", "somebody", "-rsp"),
    "user with password": ("-usr", "somebody", "-pwd", "secret"),
    "user with password, confirmed": ("-usr", "somebody", "-pwd", "secret", "-rsp"),
    "user with empty password": ("-usr", "somebody", "-epw"),
    "user of odd length": ("-usr", "abc", "-pwd", "x"),
    "user in UTF-8": ("-usr", "Zoë", "-pwd", "pässword"),
    "kerberos": ("-kt", "TICKET"),
    "kerberos, confirmed": ("-kt", "TICKET", "-rsp"),
    "saml": ("--saml", "TICKET"),
    "saml, confirmed": ("--saml", "TICKET", "-rsp"),
    "jwt": ("--jwt", "TICKET"),
    "jwt, confirmed": ("--jwt", "TICKET", "-rsp"),
    "the last identity counts": ("-usr", "somebody", "--jwt", "TICKET"),
    "the last identity counts, backwards": ("--jwt", "TICKET", "-usr", "somebody"),
    "a long ticket": ("-kt", "LONG"),
    "times": ("-to", "5", "-ts", "10", "-ta", "0x10", "-td", "07"),
    "no matter for the request": ("-u", "-nh", "+II", "--repeat", "3", "--abort", "+fo", "-rn", "-r", "-tls"),
    "invention": ("+IR", "2", "+IS", "3", "+IP", "4"),
    "quiet": ("-R", "-ll", "error", "-aet", "QUIET"),
    "ip": ("-i4",),
    "ip, either": ("-i0",),
}


@pytest.mark.parametrize("options", OTHERS.values(), ids=OTHERS)
def test_other_options(peer: Peer, files: dict[str, str], options: tuple[str, ...], tmp_path: Path) -> None:
    tickets = {"TICKET": b"a ticket" * 33, "LONG": bytes(range(256)) * 240}
    for name, content in tickets.items():
        (tmp_path / name).write_bytes(content)
    mine, expected = requests(peer, options, (files["ct"],))
    assert mine == expected


def sample_profiles() -> list[tuple[str, str]]:
    found = []
    for path in SAMPLES:
        config = load(path.read_bytes(), role="acceptor")
        found += [(path.name, name) for name in config.profiles if _fits(path, name)]
    return found


def _fits(path: Path, name: str) -> bool:
    profile = load(path.read_bytes(), role="acceptor").profiles[name]
    return 0 < len(profile.contexts) <= 128


@pytest.mark.parametrize(("file", "name"), sample_profiles())
def test_sample_profiles(peer: Peer, files: dict[str, str], file: str, name: str) -> None:
    """Those that the installed release loads; where it does not, neither do we when we stand in for it."""
    arguments = ("-xf", str(ROOT / "sample_profiles" / file), name, "127.0.0.1", str(peer.port), files["ct"])
    theirs, mine = real(*arguments), None
    if "Association Rejected" in theirs.err:
        expected = without_implementation(peer.next().request)
        mine = ours(*arguments)
        assert without_implementation(peer.next().request) == expected
    else:
        mine = ours(*arguments)
    assert mine.status == theirs.status == 1
    assert ("Association Rejected" in mine.err) == ("Association Rejected" in theirs.err), (theirs.err, mine.err)


MADE = """
[[TransferSyntaxes]]
[Some]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = JPEGBaseline
TransferSyntax3 = 1.2.840.10008.1.2.4.201
[One]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Both]
PresentationContext1 = CTImageStorage\\Some
PresentationContext2 = CTImageStorage\\One
PresentationContext3 = 1.3.12.2.1107.5.9.1\\One
PresentationContext4 = VerificationSOPClass\\One
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\\BOTH
Role2 = 1.3.12.2.1107.5.9.1\\SCP
[[ExtendedNegotiation]]
[More]
ExtendedNegotiation1 = CTImageStorage\\020003000100
ExtendedNegotiation2 = VerificationSOPClass\\0f
[[Profiles]]
[Plain]
PresentationContexts = Both
[With Roles]
PresentationContexts = Both
SCPSCURoleSelection = Roles
[Extended]
PresentationContexts = Both
ExtendedNegotiation = More
[Everything]
PresentationContexts = Both
SCPSCURoleSelection = Roles
ExtendedNegotiation = More
"""


@pytest.mark.parametrize("more", [(), ("-usr", "me", "-pwd", "x", "-rsp", "-pdu", "4096")], ids=["alone", "identity"])
@pytest.mark.parametrize("name", ["plain", "With Roles", "EXTENDED", "every thing"])
def test_roles_and_extended_negotiation(
    peer: Peer, files: dict[str, str], name: str, more: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "made.cfg").write_text(MADE)
    mine, expected = requests(peer, ("-xf", "made.cfg", name, *more), (files["ct"],))
    assert mine == expected


def test_a_command_file(peer: Peer, files: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "some.txt").write_bytes(b'-aet \'MY AE\'\t-aec\r\n"IT\'S"\n-usr prefix"and more" -xs\n +C')
    mine, expected = requests(peer, ("@some.txt", "-pdu", "8192"), (files["ct"],))
    assert mine == expected
    assert b"MY AE" in mine
    assert b"IT'S" in mine
    assert b"prefixand more" in mine


def test_the_classes_of_the_files_count_once(peer: Peer, files: dict[str, str], tmp_path: Path) -> None:
    many = [tmp_path / f"{number}.dcm" for number in range(4)]
    for path in many:
        path.write_bytes(Path(files["ct"]).read_bytes())
    mine, expected = requests(peer, ("-R", "+sd", "+sp", "*.dcm"), (str(tmp_path), files["breast-tomosynthesis"]))
    assert mine == expected
