"""What each rule says to a requestor, to an acceptor, and where either may load the file; and that no fix takes a file
from either.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from strategies import PROPERTY, ROLES, profile_files

from asprofile.lint.finding import Finding
from asprofile.lint.fixes import rounds
from asprofile.lint.hit import SEVERITIES
from asprofile.lint.rule import Example, Rule
from asprofile.lint.rules import all_rules
from asprofile.lint.run import LintOptions, lint
from asprofile.model.document import read
from asprofile.model.loader import Loading
from asprofile.model.words import AssociationRole
from asprofile.resources import directory
from asprofile.text import Source, apply_edits

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples, start=1)
]
FEW = settings(PROPERTY, max_examples=40)
SAMPLES = sorted(directory("sample_profiles").glob("*.cfg"))

# By rule and example, what is said of its bad file: to a requestor, to an acceptor, and where the name of the file and
# all that is in it leave it open. "if" is an info that holds for one side alone and says so. Every other rule says the
# same to all. Where the third column is the first, a SOP class is twice: that is a requestor's file.
SAID = {
    ("AP116", 1): ("error", "", "if"),  # over 128 contexts are an acceptor's, as far as nothing else shows
    ("AP117", 1): ("error", "", "if"),
    ("AP121", 1): ("", "error", ""),
    ("AP308", 2): ("warning", "info", "info"),
    ("AP401", 1): ("warning", "info", "warning"),  # of no use to either
    ("AP402", 1): ("warning", "", "warning"),
    ("AP405", 1): ("", "warning", "if"),
    ("AP405", 2): ("", "info", "if"),
    ("AP406", 1): ("", "info", ""),
    ("AP407", 1): ("warning", "", "if"),
    ("AP409", 1): ("info", "", "info"),
    ("AP411", 1): ("info", "", "if"),
    ("AP502", 1): ("warning", "", "warning"),
    ("AP504", 1): ("info", "", "info"),
    ("AP505", 1): ("warning", "", "warning"),
    ("AP505", 2): ("warning", "", "warning"),
    ("AP506", 1): ("warning", "", "warning"),
    ("AP506", 2): ("info", "", "info"),
    ("AP508", 1): ("info", "", "info"),
    ("AP509", 1): ("error", "warning", "warning"),
    ("AP509", 2): ("error", "warning", "warning"),
    ("AP511", 1): ("info", "", "info"),
    ("AP514", 1): ("info", "", "if"),
    ("AP601", 1): ("warning", "", "warning"),
    ("AP601", 2): ("info", "", "info"),
    ("AP602", 1): ("", "info", ""),  # an acceptor's wish, and no reason to doubt a requestor's file
    ("AP603", 1): ("warning", "", "if"),
    ("AP604", 1): ("warning", "", "if"),
    ("AP605", 1): ("info", "warning", "info"),  # an acceptor that does not accept it does not support it
    ("AP605", 2): ("", "warning", "if"),
    ("AP606", 1): ("", "info", ""),
    ("AP607", 1): ("info", "", "if"),
    ("AP701", 1): ("warning", "", "warning"),
    ("AP702", 1): ("info", "", "if"),
    ("AP704", 1): ("warning", "", ""),  # AP708 speaks of it where it is open
    ("AP705", 1): ("warning", "", "if"),
    ("AP706", 1): ("", "warning", ""),
    ("AP708", 1): ("", "", "info"),
    ("AP803", 1): ("warning", "", ""),
    ("AP806", 1): ("info", "", "if"),
    ("AP807", 1): ("", "warning", ""),
    ("AP903", 1): ("info", "", "if"),
    ("AP906", 1): ("info", "", ""),
    ("AP908", 1): ("info", "", "if"),
    ("AP909", 1): ("info", "", "if"),
    ("AP910", 1): ("info", "", "if"),
    ("AP911", 1): ("", "info", ""),  # a requestor may be a program that only asks
}
SIDES: tuple[AssociationRole | None, ...] = ("requestor", "acceptor", None)


def found(data: bytes, role: AssociationRole | None, release: str, name: str = "x.cfg") -> list[Finding]:
    return list(lint(Source(data, name), LintOptions(release, role)).findings)


def said(rule: Rule, example: Example, role: AssociationRole | None) -> str:
    of_rule = [one for one in found(example.file(example.bad), role, example.release) if one.code == rule.code]
    return "" if not of_rule else "if" if of_rule[0].only_for else of_rule[0].severity


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_what_is_said_to_each_side(rule: Rule) -> None:
    for number, example in enumerate(rule.examples, start=1):
        told = tuple(said(rule, example, role) for role in SIDES)
        same = (told[0],) * 3
        assert told == SAID.get((rule.code, number), same) and (told != same or (rule.code, number) not in SAID)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_the_name_of_the_file_is_as_good_as_the_role(rule: Rule) -> None:
    for example in rule.examples:
        for role, name in (("requestor", "storescu.cfg"), ("acceptor", "storescp.cfg")):
            as_given = found(example.file(example.bad), role, example.release)  # type: ignore[arg-type]
            by_name = found(example.file(example.bad), None, example.release, name)
            # That a list is too long for the other side is worth a word until somebody says who loads it.
            assert [(one.code, one.message) for one in by_name if (one.code, one.severity) != ("AP116", "info")] == [
                (one.code, one.message) for one in as_given
            ]


OF_UIDS = {
    "AP301": "1.2..840.10008.5.1.4.1.1.2",
    "AP302": "1.2.3." + "4" * 60,
    "AP303": "StorageServiceClass",
    "AP310": "1.3.12.2.1107.5.9.1",
    "AP310 of an object": "1.2.276.0.7230010.3.1.4.8323329.4711.1495927169.335276",
}


@pytest.mark.parametrize("name", OF_UIDS)
def test_what_becomes_of_a_uid_is_said_of_the_side_that_loads_it(name: str) -> None:
    text = (
        "[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = LittleEndianImplicit\n[[PresentationContexts]]\n[C]\n"
        f"PresentationContext1 = VerificationSOPClass\\U\nPresentationContext2 = {OF_UIDS[name]}\\U\n"
        "[[Profiles]]\n[P]\nPresentationContexts = C\n"
    )
    told = {
        role: next(one.message for one in found(text.encode(), role, "3.7.0") if one.code == name[:5]) for role in SIDES
    }
    assert "propose" in told["acceptor"]
    assert "accept" not in told["acceptor"] and "sends" not in told["acceptor"]
    assert "propose" not in told["requestor"]


def assert_no_false_alarm(data: bytes, release: str) -> None:
    """Where it is open, nothing is worse than it is for the side for which it is mildest."""
    report = lint(Source(data, "x.cfg"), LintOptions(release))
    if report.inferred is None or report.inferred.role is not None or report.inferred.is_mixed:
        return
    told = {role: found(data, role, release) for role in ROLES}
    for one in report.findings:
        if one.only_for is not None:
            program = "storescu" if one.only_for == "requestor" else "storescp"
            assert one.severity == "info" and one.message.startswith(f"for {program}: ")
            assert (one.code, one.span) in {(other.code, other.span) for other in told[one.only_for]}
        elif one.code not in ("AP401", "AP708"):
            for role in ROLES:
                same = [other for other in told[role] if (other.code, other.span) == (one.code, one.span)]
                assert same, f"{one.code} is not said to the {role}"
                assert SEVERITIES.index(one.severity) >= max(SEVERITIES.index(other.severity) for other in same)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_no_example_is_a_false_alarm_for_either_side(rule: Rule) -> None:
    for example in rule.examples:
        assert_no_false_alarm(example.file(example.bad), example.release)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_no_sample_is_a_false_alarm_for_either_side(path: Path) -> None:
    """Without its header, which says who loads it."""
    text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.MULTILINE)
    assert_no_false_alarm(text.encode(), "3.7.0")


def assert_no_error_that_dcmtk_has_not(data: bytes, release: str, name: str) -> None:
    """Where it is open who loads the file: an error is either one of both sides or DCMTK refuses the file for one."""
    loadings = [Loading(read(data), release, role) for role in ROLES]
    refused = any(one.problems or any(profile.refusal for profile in one.config.profiles.values()) for one in loadings)
    open_errors = {one.code for one in found(data, None, release, name) if one.severity == "error"}
    of_sides = [{one.code for one in found(data, role, release, name) if one.severity == "error"} for role in ROLES]
    if not refused:
        assert open_errors <= of_sides[0] & of_sides[1]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_no_example_has_an_error_that_dcmtk_has_not(rule: Rule) -> None:
    for example in rule.examples:
        data = example.file(example.bad)
        report = lint(Source(data, "x.cfg"), LintOptions(example.release))
        if report.inferred is not None and report.inferred.role is None:
            assert_no_error_that_dcmtk_has_not(data, example.release, "x.cfg")


@given(profile_files())
@FEW
def test_no_generated_file_is_a_false_alarm_for_either_side(data: bytes) -> None:
    assert_no_false_alarm(data, "3.7.0")


# -- fixes


def usable(data: bytes, release: str) -> dict[AssociationRole, set[str]]:
    """The profiles that each side would use: the file loads, and an acceptor does not refuse the profile."""
    document = read(data)
    made = {role: Loading(document, release, role) for role in ROLES}
    return {
        role: set()
        if loading.problems
        else {name for name, one in loading.config.profiles.items() if one.refusal is None}
        for role, loading in made.items()
    }


def assert_fixes_keep_both_sides(
    data: bytes, release: str, role: AssociationRole | None, name: str, *select: str
) -> None:
    before = usable(data, release)
    sides = ROLES if role is None else (role,)
    for one in found(data, role, release, name):
        if one.fix is not None:
            after = usable(apply_edits(data, one.fix.edits), release)
            assert all(before[side] <= after[side] for side in sides), f"{one.code}: {one.fix.title}"
    after = usable(
        rounds.fix(Source(data, name), LintOptions(release, role, select or ("ALL",)), unsafe=True).data, release
    )
    assert all(before[side] <= after[side] for side in sides)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_fixes_of_examples_keep_the_file_for_both_sides(rule: Rule) -> None:
    for example in rule.examples:
        assert_fixes_keep_both_sides(example.file(example.bad), example.release, None, "x.cfg", rule.code)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_fixes_of_samples_keep_the_file_for_both_sides(path: Path) -> None:
    assert_fixes_keep_both_sides(path.read_bytes(), "3.7.0", None, path.name)


@given(profile_files())
@settings(PROPERTY, max_examples=8)
def test_fixes_of_generated_files_keep_the_file_for_both_sides(data: bytes) -> None:
    assert_fixes_keep_both_sides(data, "3.7.0", None, "x.cfg")
