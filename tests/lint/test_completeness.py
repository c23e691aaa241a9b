"""One slip, one error: whatever is refused or lost is reported at its cause, and no more often than there are slips."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asprofile.lint.finding import Finding
from asprofile.lint.hit import Severity
from asprofile.lint.rules import all_rules
from asprofile.lint.run import LintOptions, lint
from asprofile.lint.slips.loss import Loss
from asprofile.lint.slips.missing import MANDATORY
from asprofile.lint.subject import Subject
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.text import Source, Span

SOUND = r"""# What the scanner sends.
[[TransferSyntaxes]]

[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = LittleEndianExplicit
TransferSyntax3 = BigEndianExplicit
TransferSyntax4 = DeflatedLittleEndianExplicit

[Lossless]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = JPEGLossless:Non-hierarchical-1stOrderPrediction

[[PresentationContexts]]

# The images, and what goes with them.
[Contexts]
PresentationContext1 = VerificationSOPClass\Uncompressed
PresentationContext2 = CTImageStorage\Lossless
PresentationContext3 = MRImageStorage\Uncompressed
PresentationContext4 = EnhancedSRStorage\Uncompressed
PresentationContext5 = KeyObjectSelectionDocumentStorage\Uncompressed

[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\BOTH
Role2 = MRImageStorage\SCP

[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\020003000100
ExtendedNegotiation2 = MRImageStorage\020003000100

[[Profiles]]
[Default]
PresentationContexts = Contexts
SCPSCURoleSelection = Roles
ExtendedNegotiation = Extended
"""


@dataclass(frozen=True)
class Slip:
    """Replaces ``old``, which is once in SOUND; ``code`` is the rule that must speak, ``at`` what it underlines."""

    code: str
    old: str
    new: str
    at: str


SLIPS = {
    "byte-order mark": Slip("AP101", "# What the", "\ufeff# What the", "\ufeff"),
    "byte-order mark further down": Slip("AP101", "[Lossless]", "\ufeff[Lossless]", "\ufeff"),
    "supersection misspelt": Slip("AP102", "[[TransferSyntaxes]]", "[[TransferSyntax]]", "TransferSyntax"),
    "supersection in single brackets": Slip("AP102", "[[Profiles]]", "[Profiles]", "[Profiles]"),
    "first supersection in single brackets": Slip(
        "AP102", "[[TransferSyntaxes]]", "[TransferSyntaxes]", "[TransferSyntaxes]"
    ),
    "supersection commented out": Slip("AP102", "[[PresentationContexts]]", "# [[PresentationContexts]]", "Contexts"),
    "name misspelt": Slip("AP103", "EnhancedSRStorage", "EnhancedSRStorrage", "EnhancedSRStorrage"),
    "name with a role misspelt": Slip("AP103", "MRImageStorage\\Unc", "MRImageStorag\\Unc", "MRImageStorag"),
    "blank after a name": Slip(
        "AP104", "TransferSyntax3 = BigEndianExplicit", "TransferSyntax3 = BigEndianExplicit  ", "  "
    ),
    "blank in front of the backslash": Slip("AP104", "EnhancedSRStorage\\", "EnhancedSRStorage \\", " "),
    "blank around a role": Slip("AP104", "CTImageStorage\\BOTH", "CTImageStorage\\BOTH ", " "),
    "blank around the data": Slip("AP104", "MRImageStorage\\02", "MRImageStorage\\ 02", " "),
    "comment after a name": Slip("AP105", "= BigEndianExplicit", "= BigEndianExplicit # retired", "# retired"),
    "comment after a label": Slip(
        "AP105", "EnhancedSRStorage\\Uncompressed", "EnhancedSRStorage\\Uncompressed ; SR", "; SR"
    ),
    "comment after the label in a profile": Slip("AP105", "= Roles", "= Roles // both", "// both"),
    "comment after a role": Slip("AP105", "\\BOTH", "\\BOTH # sic", "# sic"),
    "entry indented": Slip("AP106", "TransferSyntax3 =", "  TransferSyntax3 =", "TransferSyntax3 = BigEndianExplicit"),
    "comment indented": Slip("AP106", "TransferSyntax3 =", "\t# old\nTransferSyntax3 =", "# old"),
    "header indented": Slip("AP106", "[Lossless]", " [Lossless]", "[Lossless]"),
    "supersection indented": Slip("AP106", "[[Profiles]]", " [[Profiles]]", "[[Profiles]]"),
    "entry indented in the profile": Slip(
        "AP106", "ExtendedNegotiation = Ext", "    ExtendedNegotiation = Ext", "ExtendedNegotiation = Extended"
    ),
    "slash for backslash": Slip("AP107", "CTImageStorage\\Lossless", "CTImageStorage/Lossless", "/"),
    "blank for backslash": Slip("AP107", "MRImageStorage\\SCP", "MRImageStorage SCP", " "),
    "label misspelt": Slip("AP108", "CTImageStorage\\Lossless", "CTImageStorage\\Losless", "Losless"),
    "header misspelt": Slip("AP108", "[Uncompressed]", "[Uncompresed]", "Uncompressed"),
    "context list misspelt": Slip("AP108", "[Contexts]", "[Context]", "Contexts"),
    "second backslash": Slip("AP108", "CTImageStorage\\Lossless", "CTImageStorage\\\\Lossless", "\\Lossless"),
    "quotes around a label": Slip("AP108", "= Roles", '= "Roles"', '"Roles"'),
    "role misspelt": Slip("AP109", "\\BOTH", "\\BOHT", "BOHT"),
    "data with 0x": Slip("AP110", "MRImageStorage\\02", "MRImageStorage\\0x02", "0x020003000100"),
    "data with an odd number of digits": Slip("AP110", "MRImageStorage\\02", "MRImageStorage\\2", "20003000100"),
    "role twice": Slip("AP111", "Role2 = MRImageStorage", "Role2 = CTImageStorage", "CTImageStorage"),
    "role for what is not proposed": Slip("AP112", "Role2 = MRImageStorage", "Role2 = RTPlanStorage", "Roles"),
    "data for what is not proposed": Slip(
        "AP112", "Negotiation2 = MRImageStorage", "Negotiation2 = RTPlanStorage", "Extended"
    ),
    "profile without contexts": Slip("AP113", "PresentationContexts = Contexts\n", "", "Default"),
    "profile twice": Slip(
        "AP114", "[[Profiles]]", "[[Profiles]]\n[de fault]\nPresentationContexts = Contexts", "Default"
    ),
    "empty transfer syntax": Slip("AP115", "= BigEndianExplicit", "=", ""),
    "empty label": Slip("AP115", "CTImageStorage\\Lossless", "CTImageStorage\\", ""),
    "empty SOP class": Slip("AP115", "EnhancedSRStorage\\", "\\", ""),
    "wrong case": Slip("AP118", "EnhancedSRStorage", "EnhancedSrStorage", "EnhancedSrStorage"),
    "quotes around a name": Slip("AP118", "= BigEndianExplicit", "= 'BigEndianExplicit'", "'BigEndianExplicit'"),
    "keyword": Slip("AP119", "VerificationSOPClass", "Verification", "Verification"),
    "name of an old release": Slip("AP120", "EnhancedSRStorage", "EnhancedSR", "EnhancedSR"),
    "gap": Slip("AP201", "PresentationContext3", "PresentationContext6", "PresentationContext4"),
    "from 2": Slip("AP201", "[Lossless]\nTransferSyntax1 = LittleEndianImplicit\n", "[Lossless]\n", "TransferSyntax2"),
    "leading zero": Slip("AP202", "TransferSyntax3 =", "TransferSyntax03 =", "TransferSyntax03"),
    "leading zero at the start": Slip("AP202", "Role1", "Role01", "Role01"),
    "number twice": Slip("AP203", "PresentationContext4", "PresentationContext3", "PresentationContext3"),
    "entry twice": Slip(
        "AP203",
        "SCPSCURoleSelection = Roles\n",
        "SCPSCURoleSelection = Roles\nSCPSCURoleSelection = Roles\n",
        "SCPSCURoleSelection",
    ),
    "second transfer syntaxes": Slip("AP204", "[Lossless]", "[[TransferSyntaxes]]\n[Lossless]", "TransferSyntaxes"),
    "entry without a section": Slip("AP205", "[Roles]\n", "", "Role1"),
    "entry in front of all": Slip("AP205", "# What the", "Author = me\n# What the", "Author"),
    "semicolon": Slip("AP206", "TransferSyntax3 =", "; old\nTransferSyntax3 =", "; old"),
    "semicolon in front of a header": Slip(
        "AP206", "# The images,", "; The images,", "; The images, and what goes with them."
    ),
    "semicolon in front of an entry": Slip("AP206", "Role2", ";Role2", ";"),
    "comment after a header": Slip("AP206", "[Roles]", "[Roles] # both", "# both"),
    "indented comment below a header": Slip("AP206", "[Roles]", "[Roles]\n   # both", "# both"),
    "colon for equals sign": Slip(
        "AP206", "PresentationContext2 =", "PresentationContext2:", "PresentationContext2: CTImageStorage\\Lossless"
    ),
    "no equals sign": Slip(
        "AP206", "TransferSyntax3 = Big", "TransferSyntax3 Big", "TransferSyntax3 BigEndianExplicit"
    ),
    "no equals sign at the end": Slip(
        "AP206", "ExtendedNegotiation = Ext", "ExtendedNegotiation Ext", "ExtendedNegotiation Extended"
    ),
    "stray text": Slip("AP206", "[Lossless]", "lossless follows\n[Lossless]", "lossless follows"),
    "key misspelt": Slip("AP207", "TransferSyntax3", "TransferSintax3", "TransferSintax3"),
    "key without a number": Slip("AP207", "TransferSyntax3 =", "TransferSyntax =", "TransferSyntax"),
    "profile key misspelt": Slip("AP207", "PresentationContexts = C", "PresentationContext = C", "PresentationContext"),
    "key of another supersection": Slip(
        "AP207", "Role2 =", "Role2 = MRImageStorage\\SCP\nTransferSyntax1 =", "TransferSyntax1"
    ),
    "optional supersection misspelt": Slip("AP208", "[[SCPSCURoleSelection]]", "[[SCPSCURoles]]", "SCPSCURoles"),
    "bracket missing": Slip("AP210", "[Lossless]", "[Lossless", "[Lossless"),
    "bracket missing in front of a supersection": Slip("AP210", "[[Profiles]]", "[[Profiles]", "[[Profiles]"),
    "brace for bracket": Slip("AP210", "[Contexts]", "[Contexts}", "[Contexts}"),
    "opening bracket missing": Slip("AP210", "[Default]", "Default]", "Default]"),
    "bracket too many": Slip("AP210", "[Roles]", "[Roles]]", "]"),
    "opening bracket too many": Slip("AP210", "[Lossless]", "[[Lossless]", "[[Lossless]"),
    "no-break space": Slip("AP214", "CTImageStorage\\Lossless", "CTImageStorage\\Lossless\u00a0", "\u00a0"),
    "dash": Slip("AP214", "Non-hierarchical-1st", "Non\u2013hierarchical-1st", "\u2013"),
    "NUL": Slip("AP214", "= BigEndianExplicit", "= BigEndianExplicit\0", "\0"),
}


def errors_of(data: bytes) -> list[Finding]:
    return [finding for finding in lint(Source(data)).findings if finding.severity == "error"]


def test_what_is_sound_has_no_error() -> None:
    assert errors_of(SOUND.encode()) == []


@pytest.mark.parametrize("slip", [pytest.param(slip, id=name) for name, slip in SLIPS.items()])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_one_slip_is_one_error(slip: Slip, line_end: str) -> None:
    assert SOUND.count(slip.old) == 1
    data = SOUND.replace(slip.old, slip.new).replace("\n", line_end).encode()
    found = errors_of(data)
    assert [f"{finding.code} {finding.message}" for finding in found if finding.code != slip.code] == []
    assert [(data[slice(*finding.span)].decode()) for finding in found] == [slip.at]


def test_every_rule_of_refusals_and_losses_has_a_slip() -> None:
    # Those of the settings and those that are no errors have tests of their own.
    others = {"AP116", "AP117", "AP121", "AP209", "AP211", "AP212", "AP213"}
    codes = {rule.code for rule in all_rules() if rule.code[2] in "12"}
    assert {slip.code for slip in SLIPS.values()} == codes - others


LONG = """[[TransferSyntaxes]]
[Any]
{syntaxes}[[PresentationContexts]]
[Contexts]
{contexts}[[Profiles]]
[Default]
PresentationContexts = Contexts
"""
UNCOMPRESSED = ("LittleEndianImplicit", "LittleEndianExplicit")
ANY = (
    *UNCOMPRESSED,
    "JPEGBaseline",
    "JPEGLSLossless",
    "JPEG2000LosslessOnly",
    "RLELossless",
    "MPEG2MainProfile@MainLevel",
)


def long_list(syntaxes: tuple[str, ...], count: int = 129) -> Source:
    numbered = "".join(f"TransferSyntax{number} = {name}\n" for number, name in enumerate(syntaxes, start=1))
    contexts = "".join(f"PresentationContext{number} = 1.2.3.{number}\\Any\n" for number in range(1, count + 1))
    return Source(LONG.format(syntaxes=numbered, contexts=contexts).encode())


@pytest.mark.parametrize(
    ("syntaxes", "release", "role", "severities"),
    [
        (UNCOMPRESSED, "3.7.0", "requestor", ["error"]),
        (UNCOMPRESSED, "3.7.0", "acceptor", []),
        (UNCOMPRESSED, "3.7.0", None, ["info"]),
        (ANY, "3.7.0", None, ["info"]),
        (ANY, "3.6.8", None, ["info"]),
        (ANY, "3.6.7", None, ["error"]),
        (ANY, "3.6.7", "acceptor", ["error"]),
    ],
)
def test_long_list(
    syntaxes: tuple[str, ...], release: str, role: AssociationRole | None, severities: list[Severity]
) -> None:
    report = lint(long_list(syntaxes), LintOptions(release=release, role=role, select=("AP1",)))
    assert [(finding.code, finding.severity) for finding in report.findings] == [
        ("AP116", severity) for severity in severities
    ]


def test_128_contexts_are_not_too_many() -> None:
    assert lint(long_list(ANY, 128), LintOptions(release="3.6.7", select=("AP1",))).findings == ()


def test_name_with_a_dropped_character_is_one_error_with_all_its_references() -> None:
    (found,) = errors_of(SOUND.replace("Uncompressed", "Un.compressed").encode())
    assert found.code == "AP209"
    assert "4 references" in found.message


def lines_of(source: Source, span: Span) -> set[int]:
    return set(range(source.line_of(span.start), source.line_of(max(span.start, span.end - 1)) + 1))


def unreported(data: bytes) -> list[str]:
    """What DCMTK refuses or does not read, and no finding is about: neither where it is nor where it comes from."""
    source = Source(data)
    subject = Subject(source, LATEST, None)
    findings = [finding for finding in lint(source).findings if finding.code < "AP3"]
    errors = [finding for finding in findings if finding.severity == "error"]
    touched = set().union(*(lines_of(source, finding.span) for finding in errors))
    missed = []
    whole = subject.view("whole")
    still = {(refusal.problem.code, whole.back(refusal.problem.span)) for refusal in whole.refusals}
    still |= {(code, Span(0, 0)) for code, _ in still if code in MANDATORY}
    spoken_of = {
        (problem.code, problem.subject) for problem in subject.problems if lines_of(source, problem.span) & touched
    }
    for problem in subject.problems:
        if (problem.code, problem.subject) in spoken_of:
            continue
        follows = (problem.code, problem.span) not in still
        if not errors or not follows:
            missed.append(f"{problem.code} {problem.message}")
    touched |= set().union(*(lines_of(source, finding.span) for finding in findings))
    return missed + [f"{loss.cause} {loss.item}" for loss in _silent_losses(subject, source, touched)]


def _silent_losses(subject: Subject, source: Source, touched: set[int]) -> list[Loss]:
    """The losses of which no finding speaks. Those of one cause in one section are one finding."""
    whole = subject.view("whole")
    groups: dict[object, set[int]] = {}
    group_of: dict[int, object] = {}
    for loss in whole.losses:
        place = whole.back(Span(loss.place, loss.place))
        if place is not None:
            group = group_of[place.start] = (loss.cause, loss.supersection, id(loss.section))
            span = whole.back(loss.item.span) or place
            groups.setdefault(group, set()).update(lines_of(source, span), lines_of(source, place))
    return [
        loss
        for loss in subject.losses
        if not touched
        or (loss.place in group_of and not (groups[group_of[loss.place]] | lines_of(source, loss.item.span)) & touched)
    ]


EDITS = [
    "",
    " ",
    "  ",
    "\t",
    "#",
    "# x",
    ";",
    "=",
    "[",
    "]",
    "\\",
    "\n",
    "0",
    "1",
    "x",
    "\ufeff",
    "\0",
    "\u00a0",
    '"',
    "//",
    "\r",
]


@st.composite
def slightly_wrong(draw: st.DrawFn) -> bytes:
    """The sound file with a few slips of the table and a few of no table."""
    text = SOUND
    for slip in draw(st.lists(st.sampled_from(list(SLIPS.values())), max_size=3)):
        text = text.replace(slip.old, slip.new, 1)
    for _ in range(draw(st.integers(0, 3))):
        lines = text.split("\n")
        number = draw(st.integers(0, len(lines) - 1))
        what = draw(st.sampled_from(["insert", "delete", "delete line", "double line", "move line", "indent"]))
        line = lines[number]
        place = draw(st.integers(0, len(line)))
        if what == "insert":
            lines[number] = line[:place] + draw(st.sampled_from(EDITS)) + line[place:]
        elif what == "delete":
            lines[number] = line[:place] + line[place + 1 :]
        elif what == "indent":
            lines[number] = "  " + line
        else:
            del lines[number]
            copies = {"delete line": 0, "double line": 2, "move line": 1}[what]
            where = number if copies == 2 else draw(st.integers(0, len(lines)))
            lines[where:where] = [line] * copies
        text = "\n".join(lines)
    return text.encode()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(slightly_wrong())
def test_whatever_is_refused_or_lost_is_reported(data: bytes) -> None:
    assert unreported(data) == []
