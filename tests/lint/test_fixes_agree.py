"""The rules agree with each other's fixes: a fixed file has no finding that was not there before.

It is about fixes of what is read. Those of groups 1 to 3 bring to life what was refused, lost or not known, and of that
there may be something to say.
"""

from __future__ import annotations

import random

import pytest

from asprofile.lint import Finding, Settings, lint
from asprofile.lint.fixes import fix
from asprofile.lint.rules import all_rules
from asprofile.lint.run import Report
from asprofile.model import AssociationRole
from asprofile.text import Source

OF_WHAT_IS_READ = ("AP4", "AP5", "AP6", "AP7", "AP8", "AP9")
# Hints that may follow from a fix, because the fix leaves to the user what it could not do without loss.
MAY_FOLLOW = {
    "AP211": "a list that nothing refers to any more; taken out, its comments would be lost",
    "AP408": "two lists that have become the same; which of the names is to stay is for the user to say",
    "AP806": "the value that states an SCU, which could be left out",
}
EXAMPLES = [
    pytest.param(example, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples, start=1)
    if rule.code.startswith(OF_WHAT_IS_READ) and example.fixed and len(example.bad) < 5000
]
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


def brought(before: Report, after: Report) -> list[str]:
    """What is found after and was not before: neither on a line like that, nor of a text like that."""

    def places(report: Report) -> set[tuple[str, str]]:
        data, source = report.source.data, report.source
        return {
            (one.code, text)
            for one in report.findings
            for text in (
                data[one.span.start : one.span.end].decode(),
                source.line_text(source.line_of(one.span.start)).partition("=")[2],
            )
            if text
        }

    known = places(before)
    return [
        f"{one.code} {one.message}"
        for one in after.findings
        if not _may_follow(one) and places(Report(after.source, (one,), 0)).isdisjoint(known)
    ]


def _may_follow(one: Finding) -> bool:
    # That a film needs no default transfer syntax is said of the Video class that AP505 puts in place of another.
    # So is that a context has become a part of another one, which does no harm.
    return one.code in MAY_FOLLOW or (one.code in ("AP509", "AP601") and one.severity == "info")


def assert_agree(data: bytes, release: str, role: AssociationRole | None) -> None:
    everything, of_read = Settings(release, role), Settings(release, role, OF_WHAT_IS_READ)
    before = lint(Source(data, "x.cfg"), everything)
    for unsafe in (False, True):
        fixed = fix(before.source, of_read, unsafe=unsafe)
        after = lint(Source(fixed.data, "x.cfg"), everything)
        if before.inferred and after.inferred and before.inferred.role != after.inferred.role:
            continue  # judged as another side's now, by what its lists have
        assert brought(before, after) == [], [one.code for one in fixed.applied]


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


@pytest.mark.parametrize("role", ["requestor", "acceptor", None])
def test_fixes_of_made_files_bring_no_finding(role: AssociationRole | None) -> None:
    for number in range(40):
        assert_agree(made(number), "3.7.0", role)
