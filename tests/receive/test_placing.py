"""An object that has come, and what is there of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from factories import CT, EXPLICIT, IMPLICIT, write_ct

from asprofile.errors import ObjectError
from asprofile.objects.header import read_header
from asprofile.receive import placing
from asprofile.receive.files import PartialFile
from asprofile.receive.part10 import HeaderForm
from asprofile.receive.placing import DuplicateRefused, PlacedFile, WholeObject, place

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.receive.options import OnDuplicate

UID = "1.2.3.4"


class Inbox:
    """A directory, and what is received into it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.target = str(directory / "a.dcm")
        made = write_ct(directory / "made", UID, transfer_syntax=EXPLICIT)
        self.data_set = made.read_bytes()[read_header(made).dataset_offset :]
        made.unlink()

    def receive(
        self,
        more: bytes = b"",
        on_duplicate: OnDuplicate = "keep",
        *,
        source: str = "A",
        instance: str = UID,
        syntax: str = EXPLICIT,
    ) -> PlacedFile:
        header = HeaderForm(CT, syntax, source).header(instance)
        file = PartialFile(str(self.directory))
        file.write((header, self.data_set.replace(UID.encode(), instance.encode()), more))
        file.close()
        try:
            return place(file, self.target, WholeObject(instance, syntax, len(header)), on_duplicate)
        finally:
            file.discard()

    def names(self) -> list[str]:
        return sorted(path.name for path in self.directory.iterdir())


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


OTHER = b"\xe0\x7f\x12\x00UN\0\0\0\0\0\0"


@pytest.mark.parametrize("on_duplicate", ["keep", "replace", "refuse"])
def test_the_same_bytes_are_stored_once(inbox: Inbox, on_duplicate: OnDuplicate) -> None:
    """From another sender, too: what stands in front of the data set differs then."""
    assert inbox.receive().placing == "new"
    for source in ("A", "B", "LONGER"):
        assert inbox.receive(on_duplicate=on_duplicate, source=source) == PlacedFile(inbox.target, "same")
    assert inbox.names() == ["a.dcm"]


def test_other_bytes_are_kept_beside(inbox: Inbox) -> None:
    inbox.receive()
    beside = inbox.receive(OTHER)
    assert beside.placing == "beside"
    assert inbox.receive(OTHER) == PlacedFile(beside.path, "same"), "the second one is stored once, too"
    assert inbox.receive().placing == "same"
    assert inbox.receive(OTHER + OTHER).placing == "beside"
    assert len(inbox.names()) == 3
    assert all(read_header(inbox.directory / name).sop_instance == UID for name in inbox.names())


def test_other_bytes_in_their_place(inbox: Inbox) -> None:
    inbox.receive()
    assert inbox.receive(OTHER, "replace") == PlacedFile(inbox.target, "replaced")
    assert inbox.names() == ["a.dcm"]
    assert (inbox.directory / "a.dcm").read_bytes().endswith(OTHER)


def test_other_bytes_refused(inbox: Inbox) -> None:
    inbox.receive()
    before = (inbox.directory / "a.dcm").read_bytes()
    with pytest.raises(DuplicateRefused):
        inbox.receive(OTHER, "refuse")
    assert inbox.names() == ["a.dcm"]
    assert (inbox.directory / "a.dcm").read_bytes() == before


@pytest.mark.parametrize("on_duplicate", ["keep", "replace", "refuse"])
@pytest.mark.parametrize("there", ["another instance", "rubbish", "nothing in it", "a directory"])
def test_what_is_no_duplicate_is_never_taken_away(inbox: Inbox, on_duplicate: OnDuplicate, there: str) -> None:
    path = inbox.directory / "a.dcm"
    match there:
        case "another instance":
            inbox.receive(instance="1.2.3.5")
        case "rubbish":
            path.write_bytes(b"rubbish")
        case "nothing in it":
            path.touch()
        case _:
            path.mkdir()
    before = None if path.is_dir() else path.read_bytes()
    assert inbox.receive(on_duplicate=on_duplicate).placing == "beside"
    if before is not None:
        assert path.read_bytes() == before


def test_the_same_bytes_in_another_syntax_are_others(inbox: Inbox) -> None:
    inbox.receive()
    inbox.data_set = b""
    assert inbox.receive(b"\x08\0\x18\0\x08\0\0\x001.2.3.4\0", syntax=IMPLICIT).placing == "beside"


def test_a_name_that_somebody_else_gave(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two with one digest, which nobody can make, both are kept; and what cannot be is an error, not a loss."""
    monkeypatch.setattr(placing, "_digest", lambda path, whole: "0" * 16 + f"{len(inbox.names()):048}")
    inbox.receive()
    kept = [inbox.receive(OTHER * number) for number in range(1, 4)]
    assert [one.placing for one in kept] == ["beside"] * 3
    assert len(inbox.names()) == 4
    monkeypatch.setattr(placing, "_digest", lambda path, whole: "0" * 64)
    with pytest.raises(FileExistsError):
        for number in range(5, 7):
            inbox.receive(OTHER * number)


def test_how_many_there_are_does_not_matter(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    header = placing._header

    def counted(path: str) -> object:
        looked.append(path)
        return header(path)

    monkeypatch.setattr(placing, "_header", counted)
    for number in range(40):
        inbox.receive(OTHER * number)
    assert len(inbox.names()) == 40
    looked.clear()
    assert inbox.receive(OTHER * 39).placing == "same"
    assert len(looked) == 2


@pytest.mark.parametrize("unread", [b"data ", b"\0", b""])
def test_what_cannot_be_read_is_kept_once_too(inbox: Inbox, unread: bytes) -> None:
    """Whoever sent it once, and whoever sends it again and again; in another transfer syntax it is another one."""
    inbox.data_set = unread
    with pytest.raises(ObjectError):
        read_header(inbox.receive().path)
    assert [inbox.receive(source=source).placing for source in "ABCDA"] == ["same"] * 5
    assert inbox.receive(syntax=IMPLICIT).placing == "beside"
    assert [inbox.receive(source=source, syntax=IMPLICIT).placing for source in "AB"] == ["same"] * 2
    assert inbox.receive(b"more than that").placing == "beside"
    assert len(inbox.names()) == 3


def test_a_file_that_is_none_of_ours_stays(inbox: Inbox) -> None:
    inbox.data_set = b"data "
    for content in (b"", b"DICM", bytes(128) + b"DICM\2\0\0\0UL\4\0\xff\xff\xff\xff", bytes(200)):
        target = inbox.directory / "a.dcm"
        target.write_bytes(content)
        assert inbox.receive().placing in ("beside", "same")
        assert inbox.receive().placing == "same"
        assert target.read_bytes() == content
    assert len(inbox.names()) == 2
