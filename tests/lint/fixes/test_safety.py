"""What makes a fix safe: nothing that any release loads is lost or moved."""

from __future__ import annotations

import pytest

from asprofile.lint.fixes.rounds import fix
from asprofile.lint.fixes.safety import MOST_TESTED, keeps, keeps_name
from asprofile.lint.run import LintOptions, lint
from asprofile.lint.subject import Subject
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.text import Edit, Source, Span

SOUND = r"""[[TransferSyntaxes]]
[Unc]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = LittleEndianExplicit
TransferSyntax4 = BigEndianExplicit
[[PresentationContexts]]
[C]
PresentationContext1 = CTImageStorage\Unc
PresentationContext2 = VerificationSOPClass\Unc
[[Profiles]]
[P]
PresentationContexts = C
"""


def replaced(text: str, old: str, new: str) -> tuple[Subject, list[Edit]]:
    start = text.index(old)
    return Subject(Source(text.encode()), LATEST, None), [Edit(Span(start, start + len(old)), new.encode())]


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("[Unc]", "[UNC]", True),
        ("CTImageStorage", "1.2.840.10008.5.1.4.1.1.2", True),
        ("TransferSyntax4", "TransferSyntax3", True),
        ("[[Profiles]]\n", "PresentationContext3 = MRImageStorage\\Unc\n[[Profiles]]\n", True),
        ("[[Profiles]]\n", "[[Profiles]]\n[Q]\nPresentationContexts = C\n", True),
        ("CTImageStorage", "MRImageStorage", False),
        ("LittleEndianImplicit", "LittleEndianExplicit", False),
        ("PresentationContext2 = VerificationSOPClass\\Unc\n", "", False),
        ("PresentationContext1 = CTImageStorage\\Unc\nPresentationContext2", "PresentationContext1", False),
        ("[P]", "[Q]", False),
        ("[Unc]", "[Unx]", False),
        ("VerificationSOPClass\\Unc\n", "VerificationSOPClass\\Unc\nPresentationContext3 = NoSuchName\\Unc\n", False),
        # A name that the newest release knows, but not all that load the file.
        ("TransferSyntax4 = BigEndianExplicit", "TransferSyntax3 = JPEGXL", False),
    ],
)
def test_keeps(old: str, new: str, kept: bool) -> None:
    assert keeps(*replaced(SOUND, old, new)) is kept


def test_a_file_that_no_release_loads_has_nothing_to_keep() -> None:
    text = SOUND.replace("CTImageStorage", "NoSuchName")
    assert keeps(*replaced(text, "[P]", "[Q]"))


@pytest.mark.parametrize(
    ("new", "kept"), [("1.2.840.10008.5.1.4.1.1.2", True), ("CTImageStorage", True), ("MRImageStorage", False)]
)
def test_keeps_name(new: str, kept: bool) -> None:
    subject = Subject(Source(SOUND.encode()), LATEST, None)
    assert keeps_name(subject, b"CTImageStorage", new) is kept


def test_a_new_name_is_not_kept_in_old_releases() -> None:
    text = SOUND.replace("CTImageStorage", "1.2.840.10008.5.1.4.1.1.6.3")
    subject = Subject(Source(text.encode()), LATEST, None)
    assert not keeps_name(subject, b"1.2.840.10008.5.1.4.1.1.6.3", "PhotoacousticImageStorage")


def test_what_one_role_refuses_is_not_safe() -> None:
    """A SOP class twice: a requestor may have that, an acceptor is refused."""
    text = SOUND.replace("[[Profiles]]", "PresentationContext4 = CTImageStorage\\Unc\n[[Profiles]]")
    subject, edits = replaced(text, "PresentationContext4", "PresentationContext3")
    assert not keeps(subject, edits)
    data = subject.data
    assert keeps(Subject(Source(data), LATEST, "requestor"), edits)
    assert not keeps(Subject(Source(data), LATEST, "acceptor"), edits)


@pytest.mark.parametrize("role", [None, "requestor", "acceptor"])
def test_what_a_report_calls_safe_is_applied(role: AssociationRole | None) -> None:
    """AP201 finds what is after the gap; the engine does what the report says."""
    text = SOUND.replace("[[Profiles]]", "PresentationContext4 = CTImageStorage\\Unc\n[[Profiles]]")
    settings = LintOptions(role=role, select=("AP201",))
    [*_, finding] = lint(Source(text.encode()), settings).findings
    fixed = fix(Source(text.encode()), settings)
    assert finding.fix is not None
    assert finding.fix.safe is (role == "requestor")
    assert fixed.withheld == ()
    assert (b"PresentationContext3 = CTImageStorage" in fixed.data) is finding.fix.safe


def many_gaps(count: int) -> bytes:
    text = SOUND.replace("TransferSyntax4", "TransferSyntax3").partition("[C]")
    item = "PresentationContext1 = CTImageStorage\\Unc\nPresentationContext3 = VerificationSOPClass\\Unc\n"
    lists = "".join(f"[L{number}]\n{item}" for number in range(count))
    return (text[0] + lists + text[1] + text[2]).encode()


def test_not_all_fixes_of_a_long_file_are_tested_at_once() -> None:
    data = many_gaps(80)
    report = lint(Source(data), LintOptions(select=("AP201",)))
    safe = [finding.fix.safe for finding in report.findings if finding.fix is not None]
    tested = -(-MOST_TESTED // len(data))
    assert safe == [True] * tested + [False] * (80 - tested)


def test_those_that_were_not_come_when_the_others_are_made() -> None:
    settings = LintOptions(select=("AP201",))
    assert fix(Source(many_gaps(80)), settings).report.findings == ()
