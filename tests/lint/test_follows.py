r"""What follows from another error is not reported: one slip in a clean file is one thing to mend.

Each slip is made at every place where it can be made; whatever is found then is about how DCMTK reads the file, and
nothing about what the file would propose if its loss were meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from asprofile.lint.rule import Rule
from asprofile.lint.rules import all_rules
from asprofile.lint.run import LintOptions, lint
from asprofile.model.words import AssociationRole
from asprofile.text import Source

CLEAN = r"""[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[Lossless]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
TransferSyntax2 = JPEG2000LosslessOnly
[Deflated]
TransferSyntax1 = DeflatedLittleEndianExplicit
[[PresentationContexts]]
[Get]
PresentationContext1 = GETStudyRootQueryRetrieveInformationModel\Uncompressed
PresentationContext2 = CTImageStorage\Uncompressed
PresentationContext3 = CTImageStorage\Lossless
PresentationContext4 = ComprehensiveSRStorage\Uncompressed
PresentationContext5 = ComprehensiveSRStorage\Deflated
[[SCPSCURoleSelection]]
[Receive]
Role1 = CTImageStorage\SCP
Role2 = ComprehensiveSRStorage\SCP
[[Profiles]]
[Get]
PresentationContexts = Get
SCPSCURoleSelection = Receive
"""


def at_each(pattern: str, change: Callable[[re.Match[str]], str]) -> Iterator[str]:
    for match in re.finditer(pattern, CLEAN, re.MULTILINE):
        yield CLEAN[: match.start()] + change(match) + CLEAN[match.end() :]


SLIPS = {
    "a blank after it": list(at_each(r"^TransferSyntax\d = \S+$|^Role\d = \S+$", lambda found: found[0] + " ")),
    "a letter too few": list(at_each(r"(?<== )(\w{4})\w", lambda found: found[1])),
    "a comment after it": list(at_each(r"^\w+\d? = \S+$", lambda found: found[0] + " # as agreed")),
    "no equals sign": list(at_each(r" = ", lambda _: " ")),
    "indented": list(at_each(r"^\w+[2-9] = ", lambda found: "  " + found[0])),
    "a number too high": list(at_each(r"^(\w+)(\d) =", lambda found: f"{found[1]}{int(found[2]) + 7} =")),
    "a key misspelt": list(at_each(r"^(\w{3})\w(\w+\d) =", lambda found: f"{found[1]}{found[2]} =")),
    "one bracket too few": list(at_each(r"^\[\[|\]\]$", lambda found: found[0][0])),
    "a header misspelt": list(at_each(r"^\[(\w{3})(\w)", lambda found: f"[{found[1]}{found[2]}{found[2]}")),
    "a line lost": list(at_each(r"^\[+\w+\]+\n", lambda _: "")),
    "no backslash": list(at_each(r"\\", lambda _: " ")),
    "a byte-order mark": ["\ufeff" + CLEAN],
}


def found(text: str) -> list[str]:
    return [finding.code for finding in lint(Source(text.encode()), LintOptions(role="requestor")).findings]


@pytest.mark.parametrize("slip", SLIPS)
def test_one_slip_is_one_thing(slip: str) -> None:
    assert SLIPS[slip]
    others = {code for text in SLIPS[slip] for code in found(text) if code[2] not in "12"}
    assert others <= set(found(CLEAN))


def test_what_an_error_emptied_is_no_part_of_another() -> None:
    """A list with one entry that is not read is no subset of others."""
    text = CLEAN.replace("= DeflatedLittleEndianExplicit", "= NoNameThatAnyoneKnows")
    assert "AP103" in found(text)
    assert "AP601" not in found(text)


# What is true of an example of an error beside the error, and does not follow from it.
BESIDE = {
    "AP111": {"AP704", "AP708"},  # roles without C-GET
    "AP112": {"AP704", "AP708"},
    "AP116": {"AP310"},  # private SOP classes
    "AP503": {"AP211", "AP309"},  # the list that is to be used instead; a name that is new
}
# Taken as an acceptor's, an example of a requestor's file lacks what acceptors have, or has what they must not have.
OF_ACCEPTORS = {"AP121", "AP602", "AP606", "AP807"}


@pytest.mark.parametrize("role", ["requestor", "acceptor", None])
@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_the_error_of_an_example_is_all_that_is_said(rule: Rule, role: AssociationRole | None) -> None:
    for example in rule.examples:
        settings = LintOptions(release=example.release, role=role)
        findings = lint(Source(example.file(example.bad), "x.cfg"), settings).findings
        if any(one.code == rule.code and one.severity == "error" for one in findings):
            beside = BESIDE.get(rule.code, set()) | (OF_ACCEPTORS if role == "acceptor" else set())
            assert {one.code for one in findings} <= {rule.code} | beside


SEVERAL_LINES = {
    "no profiles": (CLEAN.partition("[[Profiles]]")[0], {"AP102"}),
    "a profile without contexts": (CLEAN.replace("PresentationContexts = Get\n", ""), {"AP113"}),
    "two lists in one": (CLEAN.replace("SRStorage\\Deflated", "SRStorage\\Uncompressed, Deflated"), {"AP108"}),
    "an entry in a wrong section": (
        CLEAN.replace("PresentationContext2 = CTImageStorage\\Uncompressed\n", "").replace(
            "[Lossless]\n", "[Lossless]\nPresentationContext2 = CTImageStorage\\Uncompressed\n"
        ),
        {"AP207"},
    ),
    "a list in a wrong supersection": (
        CLEAN.replace("[Deflated]\nTransferSyntax1 = DeflatedLittleEndianExplicit\n", "").replace(
            "[Get]\nPresentation", "[Deflated]\nTransferSyntax1 = DeflatedLittleEndianExplicit\n[Get]\nPresentation", 1
        ),
        {"AP207"},
    ),
    "a value on two lines": (CLEAN.replace("hierarchical-1st", "hierarchical-\n1st"), {"AP206"}),
    "a section in two pairs of brackets": (CLEAN.replace("[Get]\nPresentation", "[[Get]]\nPresentation", 1), {"AP210"}),
    "quotes around a value": (
        CLEAN.replace("CTImageStorage\\Uncompressed", '"CTImageStorage\\Uncompressed"'),
        {"AP118"},
    ),
    "sides exchanged": (CLEAN.replace("CTImageStorage\\Uncompressed", "Uncompressed\\CTImageStorage"), {"AP103"}),
}


@pytest.mark.parametrize(("text", "codes"), SEVERAL_LINES.values(), ids=SEVERAL_LINES)
def test_what_goes_wrong_on_several_lines_is_one_thing(text: str, codes: set[str]) -> None:
    assert text != CLEAN
    assert set(found(text)) - set(found(CLEAN)) == codes


def test_a_list_too_long_to_be_used_is_one_thing() -> None:
    """Its entries that are twice, and that acceptors have no room for so many, go with it."""
    syntaxes = "".join(f"TransferSyntax{number} = JPEGLSLossless\n" for number in range(1, 130))
    text = CLEAN.replace("TransferSyntax1 = DeflatedLittleEndianExplicit\n", syntaxes).replace(
        "Comprehensive", "Enhanced"
    )
    settings = LintOptions(role="requestor", release="3.6.7", select=("AP1", "AP4", "AP6"))
    codes = [one.code for one in lint(Source(text.encode()), settings).findings]
    assert codes.count("AP117") == 1
    assert not {"AP401", "AP604"} & set(codes)


@pytest.mark.parametrize(
    ("sop_class", "code"),
    [
        ("BasicTextSRStorage", "AP501"),
        ("HeightMapSegmentationStorage", "AP503"),
        ("FINDModalityWorklistInformationModel", "AP512"),
    ],
)
def test_what_has_a_wrong_list_is_not_said_to_lack_the_default_in_it(sop_class: str, code: str) -> None:
    start = "[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = LittleEndianImplicit\n[R]\nTransferSyntax1 = RLELossless\n"
    text = (
        f"{start}TransferSyntax2 = LittleEndianExplicit\n[[PresentationContexts]]\n[C]\n"
        f"PresentationContext1 = CTImageStorage\\U\nPresentationContext2 = {sop_class}\\R\n"
        "[[Profiles]]\n[P]\nPresentationContexts = C\n"
    )
    errors = {
        one.code
        for one in lint(Source(text.encode()), LintOptions(role="requestor")).findings
        if one.severity == "error"
    }
    assert errors == {code}
