"""What Conquest's ``dgatesop.lst`` says, with all that Conquest's own reader tolerates."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT, IMPLICIT, MR, VERIFICATION

from asprofile.convert import Context, Exchange, Profile, Target
from asprofile.convert.conquest import read, write
from asprofile.convert.exchange import Source
from asprofile.errors import ConversionError

LIST = f"""\
#
# DICOM Application / sop / transfer UID list.
#
#None\t\t\t\tnone\t\t\t\tRemoteAE
Verification\t\t\t{VERIFICATION}\t\tsop\r
  CTStorage   {CT}   SOP   and more
CTAgain {CT} abstract

 # no comment, 3 transfer
LittleEndianExplicit {EXPLICIT}\ttransfer\tLittleEndianExplicit
LittleEndianImplicit {IMPLICIT} Transfer
DICOM 1.2.840.10008.3.1.1.1 application
None CT1 RemoteAE
None CONQUEST LocalAE
Left {MR} sop"""


def test_what_is_in_a_list() -> None:
    reading = read(Source(LIST, "dgatesop"))
    assert reading.exchange == Exchange(
        "acceptor",
        (
            Profile(
                "dgatesop",
                (
                    Context(VERIFICATION, (EXPLICIT, IMPLICIT), "Accepted"),
                    Context(CT, (EXPLICIT, IMPLICIT), "Accepted"),
                ),
            ),
        ),
    )
    assert [loss.message for loss in reading.losses] == [
        "line 9, which Conquest does not read: 'comment,' is no kind",
        "line 15, which Conquest does not read: a last line that does not end",
        "AE titles that may call or be called: CT1 and CONQUEST",
    ]


def test_for_a_requestor_if_that_is_wanted() -> None:
    assert read(Source(f"a {CT} sop\nb {IMPLICIT} transfer\n", "x", "requestor")).exchange.role == "requestor"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (f"CT {CT}\n", None, "lists no SOP class, .*; line 1, .*: a line needs a name, a UID and a kind"),
        (f"\nCT {CT} storage\n", None, "lists no SOP class, .*; line 2, .*: 'storage' is no kind"),
        ("CT CT sop\n", 1, "'CT' is no UID"),
        (f"CT 1.{'2' * 70} sop\n", 1, "is no UID"),
        ("", None, "lists no SOP class, so that Conquest accepts any"),
        (f"CT {CT} sop\n", None, "lists no transfer syntax, so that Conquest accepts any"),
    ],
)
def test_what_is_wrong(text: str, line: int | None, message: str) -> None:
    with pytest.raises(ConversionError, match=message) as error:
        read(Source(text, "x"))
    assert error.value.line == line


def test_there_is_room_for_63_characters() -> None:
    long = "1.2." + "3" * 60
    profile = Profile("X", (Context(CT, (IMPLICIT,)), Context(long, (IMPLICIT,))))
    written = write(Exchange("acceptor", (profile,)), Target())
    assert long not in written.text
    assert [loss.message for loss in written.losses] == [f"{long}: Conquest has room for UIDs of 63 characters"]
    assert written.notes == (
        "not in the profile, so that Conquest refuses it with this list: Verification and Query/Retrieve",
    )
    with pytest.raises(ConversionError, match="with an empty one Conquest accepts all"):
        write(Exchange("acceptor", (Profile("X", (Context(long, (IMPLICIT,)),)),)), Target())


def test_a_name_of_a_profile_begins_no_line() -> None:
    profile = Profile("X\nCT 1.2.3 sop", (Context(CT, (IMPLICIT,)),))
    text = write(Exchange("acceptor", (profile,)), Target("a\nb 1.2 sop")).text
    assert [line.split()[1] for line in text.splitlines() if not line.startswith("#")] == [CT, IMPLICIT]


def test_every_line_can_be_read_by_conquest() -> None:
    """Names and UIDs without blanks, of 63 characters at most; lines of 254 at most; the last line ends."""
    contexts = tuple(Context(uid, (IMPLICIT, EXPLICIT)) for uid in (CT, "1.3.12.2.1107.5.9.1", "1.2.3"))
    text = write(Exchange("acceptor", (Profile("X", contexts),)), Target()).text
    assert text.endswith("transfer\n")
    for line in text.splitlines():
        assert len(line) < 255
        assert line.startswith("#") or all(len(word) < 64 for word in line.split())
        assert line.startswith("#") or len(line.split()) == 3
