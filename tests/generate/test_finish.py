"""The file is what it should be, or nobody gets it."""

from __future__ import annotations

import pytest

from asprofile.generate import Group, ProfileRequest, RequestedContext, SyntaxList, finished, header, render
from asprofile.generate.finish import NotAsPromised, check, made
from asprofile.model.loader import load

CT = "1.2.840.10008.5.1.4.1.1.2"
UNCOMPRESSED = SyntaxList("Uncompressed", ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2"))
BASELINE = SyntaxList("JPEGBaseline8Bit", ("1.2.840.10008.1.2.4.50",))


def request(*contexts: RequestedContext, name: str = "Test", oldest: str = "3.6.0", **more: object) -> ProfileRequest:
    return ProfileRequest(name, "requestor", oldest, "", (Group("All", contexts),), **more)  # type: ignore[arg-type]


GOOD = request(RequestedContext(CT, UNCOMPRESSED))
IMPOSSIBLE = request(RequestedContext(CT, UNCOMPRESSED), RequestedContext(CT, BASELINE))


def test_a_file_that_is_good() -> None:
    text = finished((GOOD,), "A test.")
    assert text.startswith("# A test.\n\n[[TransferSyntaxes]]\n")
    assert text == render(ProfileRequest("Test", "requestor", "3.6.0", "A test.", GOOD.groups))


def test_several_profiles_in_a_file() -> None:
    other = request(RequestedContext(CT, UNCOMPRESSED), RequestedContext("1.2.3", BASELINE), name="Other")
    config = load(made((GOOD, other), "", "asked for").text.encode())
    assert list(config.profiles) == ["TEST", "OTHER"]
    assert list(config.transfer_syntax_lists) == ["UNCOMPRESSED", "JPEGBASELINE8BIT"]


def test_roles_and_extended_negotiation() -> None:
    asked = request(RequestedContext(CT, UNCOMPRESSED), roles=((CT, "both"),), extended=((CT, b"\x02\0\0\0\0\0"),))
    text = made((asked,), "", "as logged").text
    assert "Role1 = CTImageStorage\\BOTH\n" in text
    assert "ExtendedNegotiation1 = CTImageStorage\\020000000000\n" in text
    assert "SCPSCURoleSelection  = Test\nExtendedNegotiation  = Test\n" in text


def test_a_warning_is_silenced_with_the_reason_why_it_is_there() -> None:
    file = made((IMPOSSIBLE,), "", "there are such objects")
    assert "# asprofile: ignore[AP502] there are such objects\nPresentationContext2 =" in file.text
    (note,) = file.notes
    assert note.startswith("silenced in it by a comment: warning AP502, CT Image Storage ")


def test_an_error_is_never_silenced() -> None:
    report = "1.2.840.10008.5.1.4.1.1.88.33"
    file = made(
        (
            request(
                RequestedContext(CT, BASELINE),
                RequestedContext(report, UNCOMPRESSED),
                RequestedContext(report, BASELINE),
            ),
        ),
        "",
        "as logged",
    )
    assert "AP501" not in file.text
    assert {(one.severity, one.code) for one in file.left} == {("error", "AP501")}
    assert any(note.startswith("not silenced in it: error AP501, ") for note in file.notes)
    assert "AP502" in file.text


def test_a_warning_without_a_reason_is_ours() -> None:
    with pytest.raises(NotAsPromised, match="the file that was made has findings: AP502"):
        finished((IMPOSSIBLE,), "")


def test_what_is_not_as_promised() -> None:
    data = finished((GOOD,), "").encode("ascii")
    with pytest.raises(NotAsPromised, match="not in canonical form"):
        check(data.replace(b" = ", b"=", 1), (GOOD,))
    with pytest.raises(NotAsPromised, match=r"DCMTK 3\.6\.0 does not load the file that was made"):
        new = request(RequestedContext("1.2.840.10008.5.1.4.1.1.77.1.7", UNCOMPRESSED))
        check(data.replace(b"CTImage", b"DermoscopicPhotographyImage"), (new,))
    with pytest.raises(NotAsPromised, match="loads something else than was asked for"):
        check(data.replace(b"CTImage", b"MRImage"), (GOOD,))


class TestHeader:
    def test_of_a_sender(self) -> None:
        assert header((GOOD,), ["For tests.", "More ü."], "t.cfg") == (
            "Test: presentation contexts for senders\n"
            "\n"
            "For tests.\n"
            "\n"
            "More ?.\n"
            "\n"
            "Explicit and Implicit VR share a context: the receiver chooses, and an object in the other of the two has "
            "to\n"
            "be converted. storescu does that; asprofile send with --convert uncompressed.\n"
            "\n"
            "DCMTK: 3.6.0 and later\n"
            "Role: requestor\n"
            "Contexts: 1\n"
            "\n"
            "    storescu -xf t.cfg Test HOST PORT FILE...\n"
            "    asprofile send --profile t.cfg:Test HOST:PORT PATH..."
        )

    def test_of_a_receiver(self) -> None:
        receiver = ProfileRequest("Test", "acceptor", "3.6.8", "", GOOD.groups)
        text = header((receiver,), [])
        assert "presentation contexts for receivers" in text
        assert "    storescp +B -xf FILE Test -od DIRECTORY PORT\n" in text

    def test_of_several_profiles(self) -> None:
        text = header((GOOD, request(RequestedContext(CT, BASELINE), name="Other")), [])
        assert text.startswith("Test to Other: ")
        assert "    Test (1 context): All\n    Other (1 context): All\n" in text
