"""``asprofile storescu`` ends as storescu ends: exit status, log, names of files, for each way that things go."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from programs import free_tcp_port
from storescu_peer import Peer
from storescu_real import Said, ours, real

from asprofile.objects.demo import make_demo_objects

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("objects")
    make_demo_objects(directory)
    return directory


@pytest.fixture
def here(made: Path, tmp_path: Path) -> Path:
    """The working directory: two CTs, an object that nobody proposes, a file that is none, and a directory."""
    shutil.copy(made / "ct.dcm", tmp_path / "ct.dcm")
    shutil.copy(made / "ct.dcm", tmp_path / "ct2.dcm")
    shutil.copy(made / "siemens-csa.dcm", tmp_path / "private.dcm")
    (tmp_path / "text").write_text("no DICOM\n")
    (tmp_path / "folder").mkdir()
    shutil.copy(made / "ct.dcm", tmp_path / "folder" / "ct.dcm")
    return tmp_path


# What only one side can say: who it is, identities that are made up, the library's words for a bad file.
_OWN = (
    (re.compile(r"^(\$dcmtk: storescu.*|asprofile .*, in place of .*)$", re.M), "PROGRAM"),
    (re.compile(r"(PN_|PID_|SID_)\d+"), r"\1NUMBER"),
    (re.compile(r"(UID=)[\d.]+"), r"\1UID"),
    (re.compile(r"(Bad DICOM file: [^:\n]+: [^:\n]+): .*"), r"\1"),  # after DCMTK's words are ours
    (re.compile(r"(0001:000a) .*"), r"\1 REASON"),
    # Releases up to 3.6.7 tell of a conversion also where there is none.
    (re.compile(r"^I: Converting transfer syntax: (.*) -> \1\n", re.M), ""),
)


def plain(text: str) -> list[str]:
    for pattern, instead in _OWN:
        text = pattern.sub(instead, text)
    return text.splitlines()


def both(here: Path, make_peer: Callable[[], Peer] | None, *arguments: str) -> tuple[Said, Said, list[str], list[str]]:
    """The runs of both, each with a peer and files of its own, and the names of the files afterwards."""
    said, names = [], []
    for program in (real, ours):
        kept = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
        peer = make_peer() if make_peer else None
        port = str(peer.port) if peer else str(free_tcp_port())
        words = [word.replace("PORT", port) for word in arguments]
        try:
            said.append(program(*words))
        finally:
            if peer is not None:
                peer.__exit__()
        names.append(sorted(str(path.relative_to(here)) for path in here.rglob("*") if path.is_file()))
        for path in [path for path in here.rglob("*") if path.is_file()]:
            path.unlink()
        for path, content in kept.items():
            path.write_bytes(content)
    return said[1], said[0], names[1], names[0]


TO = ("127.0.0.1", "PORT")

# What is asked, and the peer that it meets (none: nobody listens).
RUNS: dict[str, tuple[Callable[[], Peer] | None, tuple[str, ...]]] = {
    "stored": (Peer, (*TO, "ct.dcm")),
    "stored, twice": (Peer, (*TO, "ct.dcm", "ct2.dcm")),
    "repeated": (Peer, ("--repeat", "3", *TO, "ct.dcm", "ct2.dcm")),
    "aborted by us": (Peer, ("--abort", *TO, "ct.dcm")),
    "renamed": (Peer, ("+rn", *TO, "ct.dcm", "ct2.dcm")),
    "renamed before it is repeated": (Peer, ("+rn", "--repeat", "2", *TO, "ct.dcm", "ct2.dcm")),
    "renamed before it is repeated, go on": (Peer, ("-nh", "+rn", "--repeat", "2", *TO, "ct.dcm", "ct2.dcm")),
    "repeated in vain": (Peer, ("-nh", "--repeat", "2", *TO, "text", "text", "ct.dcm")),
    "nobody there": (None, (*TO, "ct.dcm")),
    "unknown host": (None, ("no-such-host.invalid", "104", "ct.dcm")),
    "no such file": (Peer, (*TO, "nothing.dcm", "ct.dcm")),
    "no such file, go on": (Peer, ("-nh", *TO, "nothing.dcm", "ct.dcm")),
    "no file at all, go on": (Peer, ("-nh", *TO, "nothing.dcm")),
    "a directory": (Peer, (*TO, "folder")),
    "a directory and a file": (Peer, (*TO, "folder", "ct.dcm")),
    "scanned": (Peer, ("+sd", *TO, "folder")),
    "scanned for nothing": (Peer, ("+sd", "+sp", "*.img", *TO, "folder")),
    "scanned in depth": (Peer, ("+sd", "+sp", "ct*", "+r", *TO, ".")),
    "rejected": (lambda: Peer("reject"), (*TO, "ct.dcm")),
    "aborted at once": (lambda: Peer("abort"), (*TO, "ct.dcm")),
    "closed at once": (lambda: Peer("close"), (*TO, "ct.dcm")),
    "nothing accepted": (lambda: Peer("none"), (*TO, "ct.dcm")),
    "no DICOM": (Peer, (*TO, "text", "ct.dcm")),
    "no DICOM, renamed": (Peer, ("+rn", *TO, "text", "ct.dcm")),
    "no DICOM, go on": (Peer, ("-nh", "+rn", *TO, "text", "ct.dcm")),
    "not proposed": (Peer, (*TO, "private.dcm", "ct.dcm")),
    "not proposed, go on": (Peer, ("-nh", *TO, "private.dcm", "ct.dcm")),
    "not a storage class": (Peer, ("-R", *TO, "private.dcm", "ct.dcm")),
    "not a storage class, go on": (Peer, ("-R", "-nh", *TO, "private.dcm", "ct.dcm")),
    "no DICOM, required": (Peer, ("-R", *TO, "text", "ct.dcm")),
    "no DICOM, required, go on": (Peer, ("-R", "-nh", *TO, "text", "ct.dcm")),
    "only a bare data set": (Peer, ("-f", *TO, "ct.dcm")),
    "out of resources": (lambda: Peer(statuses=(0xA700,)), (*TO, "ct.dcm", "ct2.dcm")),
    "out of resources, go on": (lambda: Peer(statuses=(0xA700, 0)), ("-nh", "+rn", *TO, "ct.dcm", "ct2.dcm")),
    "does not match": (lambda: Peer(statuses=(0xA900,)), ("+rn", *TO, "ct.dcm", "ct2.dcm")),
    "not understood": (lambda: Peer(statuses=(0xC123,)), (*TO, "ct.dcm")),
    "not supported": (lambda: Peer(statuses=(0x0122,)), (*TO, "ct.dcm")),
    "not authorised": (lambda: Peer(statuses=(0x0124,)), (*TO, "ct.dcm")),
    "warnings": (lambda: Peer(statuses=(0xB000, 0xB006)), ("+rn", *TO, "ct.dcm", "ct2.dcm")),
    "another warning": (lambda: Peer(statuses=(0xB007, 0x0001)), (*TO, "ct.dcm", "ct2.dcm")),
    "cancelled": (lambda: Peer(statuses=(0xFE00,)), (*TO, "ct.dcm")),
    "the second fails": (lambda: Peer(statuses=(0, 0xA701)), ("+rn", *TO, "ct.dcm", "ct2.dcm")),
    "a repetition fails": (lambda: Peer(statuses=(0, 0xC000)), ("--repeat", "3", *TO, "ct.dcm", "ct2.dcm")),
    "peer aborts": (lambda: Peer(misbehave="abort"), ("+rn", *TO, "ct.dcm", "ct2.dcm")),
    "peer goes": (lambda: Peer(misbehave="close"), (*TO, "ct.dcm", "ct2.dcm")),
    "peer releases": (lambda: Peer(misbehave="release"), (*TO, "ct.dcm", "ct2.dcm")),
    "bare implicit only": (lambda: Peer(take=("1.2.840.10008.1.2",)), (*TO, "ct.dcm", "ct2.dcm")),
    "big endian only": (lambda: Peer(take=("1.2.840.10008.1.2.2",)), (*TO, "ct.dcm")),
    "deflated": (Peer, ("-xd", *TO, "ct.dcm")),
    "compressed only": (lambda: Peer(take=("1.2.840.10008.1.2.4.70",)), ("-xs", *TO, "ct.dcm", "ct2.dcm")),
    "invented": (Peer, ("+II", *TO, "ct.dcm", "ct2.dcm")),
    "invented in series": (Peer, ("+IR", "2", "+IS", "1", "+IP", "2", "--repeat", "9", *TO, "ct.dcm")),
    "unlimited": (lambda: Peer(max_pdu=0), (*TO, "ct.dcm")),
    "small PDUs": (lambda: Peer(max_pdu=4096), (*TO, "ct.dcm")),
    "odd PDUs": (lambda: Peer(max_pdu=16383), (*TO, "ct.dcm")),
    "very long PDUs": (lambda: Peer(max_pdu=1 << 30), (*TO, "ct.dcm")),
    "no ticket": (Peer, ("-kt", "nothing", *TO, "ct.dcm")),
    "no profile file": (Peer, ("-xf", "nothing.cfg", "Default", *TO, "ct.dcm")),
    "confirmed": (Peer, ("-usr", "me", "-rsp", *TO, "ct.dcm")),
    # As scripts have it.
    "all there is, go on": (Peer, ("--scan-directories", "--recurse", "-nh", "-xs", "-aec", "NODE", *TO, "folder")),
    "renamed as it goes": (Peer, ("+sd", "+r", "+sp", "*.dcm", "+rn", "-R", "+C", "-xv", "-aet", "ME", *TO, "folder")),
    "options after it": (Peer, ("+sd", "-aec", "ARCHIVE", *TO, "folder/", "--no-halt", "-R")),
    "a directory with a slash": (Peer, ("-aec", "PACS", *TO, "folder/")),
    "long names": (
        Peer,
        (
            *("--call", "A", "--aetitle", "B", "--max-pdu", "16384", "--timeout", "5", "--acse-timeout", "5"),
            *("--dimse-timeout", "5", *TO, "ct.dcm", "ct2.dcm"),
        ),
    ),
    "first lossy, then what goes": (Peer, ("--no-halt", "--propose-jpeg8", "--combine", *TO, "ct.dcm", "none.dcm")),
    "deflated well": (Peer, ("+sd", "-xd", "+cl", "9", *TO, "folder")),
    "another length of PDUs": (Peer, ("-pdu", "131072", "--max-send-pdu", "4096", *TO, "ct.dcm")),
}


@pytest.mark.parametrize("name", RUNS)
def test_the_same_end(here: Path, name: str) -> None:
    make_peer, arguments = RUNS[name]
    mine, theirs, my_files, their_files = both(here, make_peer, *arguments)
    assert mine.status == theirs.status, (mine.err, theirs.err)
    assert my_files == their_files


# Ends for which the words are our own (both fail with the same status), or the order of files is.
OUR_WORDS = {
    "no ticket",
    "no profile file",
    "only a bare data set",
    "scanned in depth",
}


@pytest.mark.parametrize("name", [name for name in RUNS if name not in OUR_WORDS])
def test_the_same_log(here: Path, name: str) -> None:
    make_peer, arguments = RUNS[name]
    mine, theirs, *_ = both(here, make_peer, "-v", *arguments)
    assert plain(mine.err) == plain(theirs.err)
    assert mine.out == theirs.out


_LISTS = "[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = LittleEndianImplicit\n"
_CONTEXTS = "[[PresentationContexts]]\n[P]\nPresentationContext1 = CTImageStorage\\U\n"
_PROFILES = "[[Profiles]]\n[D]\nPresentationContexts = P\n"
_ROLES = "[[SCPSCURoleSelection]]\n[R]\nRole1 = CTImageStorage\\SCU\n"
_EXTENDED = "[[ExtendedNegotiation]]\n[E]\nExtendedNegotiation1 = CTImageStorage\\00\n"
_EXTENDED_TWICE = "ExtendedNegotiation2 = CTImageStorage\\00\n"
_WITH_ROLES = _PROFILES + "SCPSCURoleSelection = R\n"
_WITH_EXTENDED = _PROFILES + "ExtendedNegotiation = E\n"
_REFUSED = {
    "fine, but for the name": _LISTS + _CONTEXTS + _PROFILES,
    "a transfer syntax that nobody knows": _LISTS.replace("LittleEndianImplicit", "Foo") + _CONTEXTS + _PROFILES,
    "a SOP class that nobody knows": _LISTS + _CONTEXTS.replace("CTImageStorage", "Foo") + _PROFILES,
    "no transfer syntaxes": _CONTEXTS + _PROFILES,
    "no contexts": _LISTS + _PROFILES,
    "no profiles": _LISTS + _CONTEXTS,
    "no file": None,
    "a context without backslash": _LISTS + _CONTEXTS.replace("\\", " ") + _PROFILES,
    "an empty SOP class": _LISTS + _CONTEXTS.replace("CTImageStorage", "") + _PROFILES,
    "an undefined list": _LISTS + _CONTEXTS.replace("\\U", "\\No such") + _PROFILES,
    "too many contexts": _LISTS
    + _CONTEXTS
    + "".join(f"PresentationContext{at} = CTImageStorage\\U\n" for at in range(2, 131))
    + _PROFILES,
    "too many transfer syntaxes": _LISTS
    + "".join(f"TransferSyntax{at} = 1.2.{at}\n" for at in range(2, 140))
    + _CONTEXTS
    + _PROFILES
    + _PROFILES.replace("[D]", "[Other name]").replace("[[Profiles]]\n", ""),
    "a role without backslash": _LISTS + _CONTEXTS + _ROLES.replace("\\", "/") + _PROFILES,
    "an unknown role": _LISTS + _CONTEXTS + _ROLES.replace("SCU\n", "SCU # ours\n") + _PROFILES,
    "a role of a class that nobody knows": _LISTS + _CONTEXTS + _ROLES.replace("CTI", "CT I") + _PROFILES,
    "a role twice": _LISTS + _CONTEXTS + _ROLES + "Role2 = =CTImageStorage\\SCP\n" + _PROFILES,
    "a role that is not proposed": _LISTS + _CONTEXTS + _ROLES.replace("CT", "MR") + _WITH_ROLES,
    "no such roles": _LISTS + _CONTEXTS + _WITH_ROLES,
    "extended negotiation without backslash": _LISTS + _CONTEXTS + _EXTENDED.replace("\\", "/") + _PROFILES,
    "extended negotiation of no bytes": _LISTS + _CONTEXTS + _EXTENDED.replace("\\00", "\\") + _PROFILES,
    "half a byte": _LISTS + _CONTEXTS + _EXTENDED.replace("\\00", "\\0") + _PROFILES,
    "not hexadecimal": _LISTS + _CONTEXTS + _EXTENDED.replace("\\00", "\\0g") + _PROFILES,
    "too long": _LISTS + _CONTEXTS + _EXTENDED.replace("\\00", "\\" + 1024 * "00") + _PROFILES,
    "as long as it may be": _LISTS + _CONTEXTS + _EXTENDED.replace("\\00", "\\" + 1023 * "00") + _PROFILES,
    "extended negotiation of a class that nobody knows": _LISTS + _CONTEXTS + _EXTENDED.replace("CT", "XY") + _PROFILES,
    "extended negotiation twice": _LISTS + _CONTEXTS + _EXTENDED + _EXTENDED_TWICE + _PROFILES,
    "extended negotiation that is not proposed": _LISTS + _CONTEXTS + _EXTENDED.replace("CT", "MR") + _WITH_EXTENDED,
    "no such extended negotiation": _LISTS + _CONTEXTS + _WITH_EXTENDED,
    "a profile without contexts": _LISTS + _CONTEXTS + _PROFILES.replace("PresentationContexts", "Contexts"),
    "a profile with other contexts": _LISTS + _CONTEXTS + _PROFILES.replace("= P", "= No such"),
    "a profile twice": _LISTS + _CONTEXTS + _PROFILES + _PROFILES.replace("[[Profiles]]\n", ""),
}


@pytest.mark.parametrize("text", _REFUSED.values(), ids=_REFUSED)
@pytest.mark.parametrize("name", ["Other name", "\u017fc\u00e4n", "d\u00a0"])
def test_the_last_line_of_a_refused_file_or_an_unknown_profile_is_dcmtks(
    here: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, name: str
) -> None:
    if text is not None:
        (here / "a.cfg").write_text(text)
    arguments = ("-xf", "a.cfg", name, "localhost", "104", "ct.dcm")
    monkeypatch.chdir(here)
    theirs, mine = real(*arguments, cwd=str(here)), ours(*arguments)
    assert mine.err.splitlines()[-1] == theirs.err.splitlines()[-1]
    assert mine.status == theirs.status
