"""What Conquest's ``dgatesop.lst`` says, with all that Conquest's own reader tolerates."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION

from asprofile.convert import ConversionTarget, Exchange, ExchangeContext, ExchangeProfile
from asprofile.convert.conquest import merge, read, write
from asprofile.convert.exchange import ConversionSource
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
    reading = read(ConversionSource(LIST, "dgatesop"))
    assert reading.exchange == Exchange(
        "acceptor",
        (
            ExchangeProfile(
                "dgatesop",
                (
                    ExchangeContext(VERIFICATION, (EXPLICIT, IMPLICIT), "Accepted"),
                    ExchangeContext(CT, (EXPLICIT, IMPLICIT), "Accepted"),
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
    assert read(ConversionSource(f"a {CT} sop\nb {IMPLICIT} transfer\n", "x", "requestor")).exchange.role == "requestor"


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
        read(ConversionSource(text, "x"))
    assert error.value.line == line


def test_there_is_room_for_63_characters() -> None:
    long = "1.2." + "3" * 60
    profile = ExchangeProfile("X", (ExchangeContext(CT, (IMPLICIT,)), ExchangeContext(long, (IMPLICIT,))))
    written = write(Exchange("acceptor", (profile,)), ConversionTarget())
    assert long not in written.text
    assert [loss.message for loss in written.losses] == [f"{long}: Conquest has room for UIDs of 63 characters"]
    assert written.notes == ("not in the list, so that Conquest refuses it: Verification and Query/Retrieve",)
    with pytest.raises(ConversionError, match="with an empty one Conquest accepts all"):
        write(Exchange("acceptor", (ExchangeProfile("X", (ExchangeContext(long, (IMPLICIT,)),)),)), ConversionTarget())


def test_a_name_of_a_profile_begins_no_line() -> None:
    profile = ExchangeProfile("X\nCT 1.2.3 sop", (ExchangeContext(CT, (IMPLICIT,)),))
    text = write(Exchange("acceptor", (profile,)), ConversionTarget("a\nb 1.2 sop")).text
    assert [line.split()[1] for line in text.splitlines() if not line.startswith("#")] == [CT, IMPLICIT]


def test_every_line_can_be_read_by_conquest() -> None:
    """Names and UIDs without blanks, of 63 characters at most; lines of 254 at most; the last line ends."""
    contexts = tuple(ExchangeContext(uid, (IMPLICIT, EXPLICIT)) for uid in (CT, "1.3.12.2.1107.5.9.1", "1.2.3"))
    text = write(Exchange("acceptor", (ExchangeProfile("X", contexts),)), ConversionTarget()).text
    assert text.endswith("transfer\n")
    for line in text.splitlines():
        assert len(line) < 255
        if not line.startswith("#"):
            assert all(len(word) < 64 for word in line.split())
        if not line.startswith("#"):
            assert len(line.split()) == 3
    # As in Conquest's own lists, in a column that nobody reads.
    compressed = ExchangeProfile(
        "X", (ExchangeContext(CT, (EXPLICIT, "1.2.840.10008.1.2.1.99", JPEG_LOSSLESS, "1.2.3")),)
    )
    lines = write(Exchange("acceptor", (compressed,)), ConversionTarget()).text.splitlines()[-4:]
    assert [line.split()[2:] for line in lines] == [
        ["transfer"],
        ["transfer", "LittleEndianExplicit"],
        ["transfer", "LittleEndianExplicit"],
        ["transfer"],
    ]


# --- Into a list that is there ----------------------------------------------------------------------------------------

BOTH = Exchange(
    "acceptor",
    (ExchangeProfile("New", (ExchangeContext(CT, (EXPLICIT, JPEG_LOSSLESS)), ExchangeContext(MR, (IMPLICIT,)))),),
)


def accepted(text: str) -> tuple[set[str], set[str]]:
    contexts = read(ConversionSource(text, "x")).exchange.profiles[0].contexts
    return {one.abstract_syntax for one in contexts}, set(contexts[0].transfer_syntaxes)


def test_what_a_list_lacks_is_put_at_its_end() -> None:
    there = f"# mine\r\nCT  {CT} sop   x\r\n#MR {MR} sop\r\nImplicit {IMPLICIT} transfer\r\nA B RemoteAE\r\n"
    written = merge(there, BOTH, ConversionTarget("new.cfg"))
    assert written.text.startswith(there)
    added = written.text[len(there) :]
    assert added.startswith("# New, converted from new.cfg\r\n")
    assert added.count("\n") == added.count("\r\n") == 4
    assert accepted(written.text) == ({CT, MR}, {IMPLICIT, EXPLICIT, JPEG_LOSSLESS})
    assert written.notes == (
        "added: 1 SOP class: MR Image Storage",
        "added: 2 transfer syntaxes, for all SOP classes of the list: Explicit VR Little Endian and JPEG Lossless "
        "(Process 14, Selection Value 1)",
        "not in the list, so that Conquest refuses it: Verification and Query/Retrieve",
    )
    # What the one list of transfer syntaxes gives to the SOP classes that were there before.
    assert any(loss.kind == "one-list" for loss in written.losses)
    again = merge(written.text, BOTH, ConversionTarget("new.cfg"))
    assert again.text == written.text
    assert again.notes[0] == "all of it is in the list already: nothing is added"


def test_a_line_that_conquest_does_not_read_stays_unread() -> None:
    there = f"CT {CT} sop\nImplicit {IMPLICIT} transfer\nVerification {VERIFICATION} sop"
    text = merge(there, BOTH, ConversionTarget()).text
    assert text.endswith(f"transfer LittleEndianExplicit\nVerification {VERIFICATION} sop")
    assert VERIFICATION not in accepted(text)[0]


@pytest.mark.parametrize(
    ("there", "kind", "note"),
    [
        (f"CT {CT} sop\n", "transfer", "names no transfer syntax, so that Conquest accepts any: none is added"),
        (f"I {IMPLICIT} transfer\n", "sop", "names no SOP class, so that Conquest accepts any: none is added"),
    ],
)
def test_what_is_open_is_not_narrowed(there: str, kind: str, note: str) -> None:
    written = merge(there, BOTH, ConversionTarget())
    assert f" {kind}" not in written.text
    assert any(note in one for one in written.notes)
    assert ("Verification" in written.notes[-1]) is (kind == "transfer")


def test_an_open_list_is_left_alone() -> None:
    with pytest.raises(ConversionError, match="accepts any"):
        merge("# nothing\nA B RemoteAE\n", BOTH, ConversionTarget())
