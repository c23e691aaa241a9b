"""What is said of a value of megabytes is some lines: in each rule, error and report."""

from __future__ import annotations

import pytest

from asprofile.errors import AsprofileError, LoadError, ProfileNotFound
from asprofile.lint.render import text
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintOptions, lint
from asprofile.model.loader import load
from asprofile.names.releases import LATEST
from asprofile.printing import brief
from asprofile.text import Source, Span

LONG = "Xy" * 1_000_000
WORDS = "x y " * 500_000
PARTS = (
    "[[TransferSyntaxes]]",
    "[U]",
    "TransferSyntax1 = LittleEndianImplicit",
    "[[PresentationContexts]]",
    "[C]",
    "PresentationContext1 = VerificationSOPClass\\U",
    "[[SCPSCURoleSelection]]",
    "[R]",
    "Role1 = VerificationSOPClass\\SCU",
    "[[ExtendedNegotiation]]",
    "[E]",
    "ExtendedNegotiation1 = VerificationSOPClass\\00",
    "[[Profiles]]",
    "[P]",
    "PresentationContexts = C",
    "SCPSCURoleSelection = R",
    "ExtendedNegotiation = E",
)
MOST = 1200


def _spoilt(number: int, long: str) -> list[str]:
    """The file with something long before, in and behind one of its lines, or in its value."""
    line = PARTS[number]
    changed = [f"{line}{long}", f"{long}{line}", f"{line}\n  {long}", line.replace("]", f"{long}]", 1)]
    if "=" in line:
        changed += [line.split("=")[0] + "= " + long, line.split("\\")[0] + "\\" + long, line.replace("=", f"{long}=")]
    return ["\n".join((*PARTS[:number], one, *PARTS[number + 1 :])) + "\n" for one in changed]


@pytest.mark.parametrize("long", [LONG[:40_000], WORDS[:40_000]], ids=["a word", "words"])
@pytest.mark.parametrize("number", range(len(PARTS)))
def test_every_finding_is_some_lines(number: int, long: str) -> None:
    for written in _spoilt(number, long):
        report = lint(Source(written.encode(), "x"), LintOptions(role="requestor"))
        shown = list(text.render([report], Look()))
        assert all(len(line) < MOST for line in shown)
        assert all(len(finding.message) < MOST for finding in report.findings)
        try:
            load(written.encode(), LATEST)
        except LoadError as error:
            assert len(str(error)) < MOST
            assert len(error.message) < MOST


@pytest.mark.parametrize("long", [LONG, WORDS, "\n" * 2_000_000], ids=["a word", "words", "lines"])
def test_brief(long: str) -> None:
    said = brief(f"there is no {long}: write something else")
    assert len(said) <= 800
    assert said.endswith("write something else")
    assert brief("there is no `x`") == "there is no `x`"


def test_errors_are_brief() -> None:
    assert len(str(AsprofileError(LONG))) < MOST
    assert len(str(LoadError(1, LONG, Span(0, 0)))) < MOST


def test_of_very_many_profiles_some_are_named() -> None:
    data = "\n".join(PARTS[:13]) + "\n" + "".join(f"[P{n}]\nPresentationContexts=C\n" for n in range(1000))
    with pytest.raises(ProfileNotFound, match=r"and \d+ more") as found:
        load(data.encode()).use("QQQQQQ")
    assert len(str(found.value)) < 300
