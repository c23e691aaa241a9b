"""The rules agree with each other's fixes: a fixed file has no finding that was not there before.

A slip of writing hides what is in the text that is lost for it. Mended, it brings that to life, and of that there
may be something to say; it must then be said of the file with all its slips mended, too, as the linter sees it before.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from asprofile.lint.finding import Finding
from asprofile.lint.fixes.rounds import fix
from asprofile.lint.rules import all_rules
from asprofile.lint.run import LintOptions, LintReport, lint
from asprofile.lint.subject import Subject
from asprofile.model.words import AssociationRole
from asprofile.resources import directory
from asprofile.text import Source

# Hints that may follow from a fix: it leaves to the user what it could not do without loss, or says of a SOP class what
# could not be said as long as its name was wrong.
MAY_FOLLOW = {
    "AP211": "a list that nothing refers to any more; taken out, its comments would be lost",
    "AP310": "whose private SOP class it is",
    "AP408": "two lists that have become the same; which of the names is to stay is for the user to say",
    "AP806": "the value that states an SCU, which could be left out",
    "AP905": "that a service is retired, as was said of the name before it became a UID",
    "AP908": "that a SOP class is retired, as was said of the name before it became a UID",
}
LONG = 5000
EXAMPLES = [
    pytest.param(example, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples, start=1)
    if len(example.bad) < LONG
]
SAMPLES = sorted(directory("sample_profiles").glob("*.cfg"))
SYNTAXES = """
    LittleEndianImplicit LittleEndianExplicit BigEndianExplicit DeflatedLittleEndianExplicit JPEGBaseline
    JPEGExtended:Process2+4 JPEGLossless:Non-hierarchical:Process14 JPEGLossless:Non-hierarchical-1stOrderPrediction
    JPEGLSLossless JPEGLSLossy JPEG2000LosslessOnly JPEG2000 RLELossless
    JPEGExtended:Process3+5 JPIPReferenced 1.2.840.10008.1.2.4.203
""".split()  # noqa: SIM905
CLASSES = """
    VerificationSOPClass CTImageStorage UltrasoundImageStorage UltrasoundMultiframeImageStorage SegmentationStorage
    PositronEmissionTomographyImageStorage BasicTextSRStorage DigitalXRayImageStorageForProcessing
    DigitalXRayImageStorageForPresentation VideoEndoscopicImageStorage VLEndoscopicImageStorage EnhancedCTImageStorage
    FINDStudyRootQueryRetrieveInformationModel OphthalmicPhotography8BitImageStorage ParametricMapStorage
    RTDoseStorage VLWholeSlideMicroscopyImageStorage
""".split()  # noqa: SIM905


Place = tuple[str, str]


def places(report: LintReport) -> set[Place]:
    """Each finding with the text it speaks of, and with the value on its line."""
    data, source = report.source.data, report.source
    return {
        (one.code, text)
        for one in report.findings
        for text in (
            data[one.span.start : one.span.end].decode("utf-8", "replace"),
            source.line_text(source.line_of(one.span.start)).partition("=")[2],
        )
        if text
    }


def before_and_mended(data: bytes, settings: LintOptions) -> list[LintReport]:
    """What is said of the file, and of it with its slips mended; those that were hidden in others come later."""
    found = [lint(Source(data, "x.cfg"), settings)]
    for _ in range(4):
        mended = Subject(found[-1].source, settings.release, settings.role).view("whole").subject.source.data
        if mended == found[-1].source.data:
            break
        found.append(lint(Source(mended, "x.cfg"), settings))
    return found


def _may_follow(one: Finding) -> bool:
    # That a film needs no default transfer syntax is said of the Video class that AP505 puts in place of another.
    # So is that a context has become a part of another one, which does no harm.
    return one.severity == "info" and one.code in {*MAY_FOLLOW, "AP509", "AP601"}


def assert_agree(data: bytes, release: str, role: AssociationRole | None) -> None:
    settings = LintOptions(release, role)
    reports = before_and_mended(data, settings)
    known = {place for report in reports for place in places(report)}
    for unsafe in (False, True):
        fixed = fix(reports[0].source, settings, unsafe=unsafe)
        roles = {report.inferred.role for report in (*reports, fixed.report) if report.inferred}
        if len(roles) > 1:
            continue  # judged as another side's now, by what its lists have
        brought = [
            f"{one.code} {one.message}"
            for one in fixed.report.findings
            if not _may_follow(one) and places(LintReport(fixed.report.source, (one,), 0)).isdisjoint(known)
        ]
        assert brought == [], [one.code for one in fixed.applied]


@pytest.mark.parametrize("example", EXAMPLES)
def test_fixes_of_examples_bring_no_finding(example) -> None:  # type: ignore[no-untyped-def]
    assert_agree(example.file(example.bad), example.release, example.role)


def made(number: int) -> bytes:
    """A file whose lists have entries at random, the same in each run."""
    chance = random.Random(number)
    lines = ["[[TransferSyntaxes]]", "[U]", "TransferSyntax1 = LittleEndianExplicit"]
    lines += ["TransferSyntax2 = LittleEndianImplicit"] if chance.random() < 0.7 else []
    for label in "AB":
        lines += [f"[{label}]"]
        chosen = chance.sample(SYNTAXES, chance.randint(1, 4))
        lines += [f"TransferSyntax{place} = {name}" for place, name in enumerate(chosen, 1)]
    lines += ["[[PresentationContexts]]", "[C]"]
    for place in range(1, chance.randint(3, 8)):
        lines.append(f"PresentationContext{place} = {chance.choice(CLASSES)}\\{chance.choice('UAB')}")
    return "\n".join([*lines, "[[Profiles]]", "[P]", "PresentationContexts = C", ""]).encode()


ROLES = pytest.mark.parametrize("role", ["requestor", "acceptor", None])


@ROLES
def test_fixes_of_made_files_bring_no_finding(role: AssociationRole | None) -> None:
    for number in range(10):
        assert_agree(made(number), "3.7.0", role)


Slip = tuple[str, str | Callable[[re.Match[str]], str]]
SLIPS: tuple[Slip, ...] = (
    (r"(?<=\w)$", " "),
    (r"(?<=\w)$", " # as agreed"),
    (r"^(?=\w+\d+ =)", "  "),
    (r"^(?=\w+\d+ =)", "; "),
    (r"^(\w+?)(\d+) =", lambda found: f"{found[1]}{int(found[2]) + 3} ="),
    (r"^(\w+?)(\d+) =", lambda found: f"{found[1]}0{found[2]} ="),
    (r"^(\w{4})\w", r"\1"),
    (r" = ", " "),
    (r" = ", ": "),
    (r"\\", "/"),
    (r"\\", " \\\\"),
    (r"(?<=\w)\\(?=\w)", "\u00a0\\\\"),
    (r"(?<== )(\w{6})\w", r"\1"),
    (r"(?<== )[A-Z]", lambda found: found[0].lower()),
    (r"(?<== )(\w+)", r'"\1"'),
    (r"^\[(?=\w)", "[["),
    (r"^\[\[", "["),
    (r"\]$", ""),
    (r"^\[(\w+)\]$", r"[\1.x]"),
    (r"^\[\w+\]\n", ""),
    (r"^\w+\d+ = .*\n", ""),
    (r"\Z", "[[TransferSyntaxes]]\n[New]\nTransferSyntax1 = RLELossless\n"),
    (r"\A", "\ufeff"),
)


def spoilt(number: int) -> bytes:
    """A made file with one or two slips, the same in each run."""
    chance = random.Random(f"slips {number}")
    text = made(number).decode()
    for _ in range(chance.randint(1, 2)):
        pattern, new = chance.choice(SLIPS)
        places = list(re.finditer(pattern, text, re.MULTILINE))
        if places:
            place = chance.choice(places)
            written = place.expand(new) if isinstance(new, str) else new(place)
            text = text[: place.start()] + written + text[place.end() :]
    return text.encode()


@ROLES
def test_fixes_of_spoilt_files_bring_no_finding(role: AssociationRole | None) -> None:
    for number in range(10):
        assert_agree(spoilt(number), "3.7.0", role)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_fixes_of_samples_bring_no_finding(path: Path) -> None:
    assert_agree(path.read_bytes(), "3.7.0", None)
