"""Fixes applied: a safe one keeps what DCMTK loads, on every example of every rule and on generated files, and there is
an end to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from strategies import PROPERTY, ROLES, everywhere_loaded, loaded, profile_files

from asprofile.lint import run
from asprofile.lint.finding import Finding
from asprofile.lint.fixes import rounds
from asprofile.lint.fixes.conflicts import Conflicts
from asprofile.lint.fixes.rounds import Fixed, fix
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.rules import all_rules
from asprofile.lint.run import LintOptions, lint
from asprofile.model.document import read
from asprofile.model.kept import Loadings, keeps_model, still_loads
from asprofile.text import Edit, Source, Span, apply_edits

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples, start=1)
]

FILE = b"""\
[[TransferSyntaxes]]
[U]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[C]
PresentationContext1 = CTImageStorage\\U
PresentationContext2 = MRImageStorage\\U
PresentationContext3 = VerificationSOPClass\\U
[[Profiles]]
[P]
PresentationContexts = C
"""


# -- what a safe fix keeps, by other means than those of the program


def assert_kept(before: bytes, after: bytes, roles: tuple[str, ...] = ROLES) -> None:
    new = everywhere_loaded(after)
    for case, old in everywhere_loaded(before).items():
        if old is not None and case[1] in roles:
            found = new[case]
            assert found is not None, f"{case} loads it no more"
            assert_same_or_more(old, found)


def assert_same_or_more(old: dict[str, Any], new: dict[str, Any]) -> None:
    for kind, lists in old.items():
        assert lists.keys() <= new[kind].keys()
        for label, items in lists.items():
            if kind == "profiles":
                if not (items["refused"]):
                    assert not new[kind][label]["refused"]
                assert_in_order([c[0] for c in items["contexts"]], [c[0] for c in new[kind][label]["contexts"]])
                assert_in_order(items["extended"], new[kind][label]["extended"])
            else:
                assert_in_order(items, new[kind][label])


def assert_in_order(old: list[Any], new: list[Any]) -> None:
    places = iter(new)
    assert all(item in places for item in old), f"{old} is not in {new}"


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_safe_fixes_of_the_examples_keep_the_model_and_none_is_withheld(rule: Rule, example: Example) -> None:
    before = example.file(example.bad)
    fixed = fix(Source(before), LintOptions(example.release, example.role))
    assert [finding.message for finding in fixed.withheld] == []
    assert_kept(before, fixed.data)
    assert_at_an_end(fixed, LintOptions(example.release, example.role), unsafe=False)
    if any(finding.code == rule.code and finding.fix and finding.fix.safe for finding in lint_example(example)):
        assert rule.code in codes(fixed.applied)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_unsafe_fixes_of_the_examples_come_to_an_end_and_load(rule: Rule, example: Example) -> None:
    # Alone, because of every entry of the longest example another rule has something to say.
    settings = LintOptions(example.release, example.role, (rule.code,))
    before = example.file(example.bad)
    fixed = fix(Source(before), settings, unsafe=True)
    assert [finding.message for finding in fixed.withheld] == []
    role = example.role or "requestor"
    if loaded(before, example.release, role) is not None:
        assert loaded(fixed.data, example.release, role) is not None
    assert_at_an_end(fixed, settings, unsafe=True)


def lint_example(example: Example) -> tuple[Finding, ...]:
    return lint(Source(example.file(example.bad)), LintOptions(example.release, example.role)).findings


def assert_at_an_end(fixed: Fixed, settings: LintOptions, *, unsafe: bool) -> None:
    withheld = {finding.code for finding in fixed.withheld}
    left = [f for f in fixed.report.findings if f.fix and (unsafe or f.fix.safe) and f.code not in withheld]
    assert [finding.message for finding in left] == []
    assert fix(Source(fixed.data), settings, unsafe=unsafe).data == fixed.data
    assert fixed.report == lint(fixed.report.source, settings)
    assert fixed.report.source.data == fixed.data


@pytest.mark.any_python
@PROPERTY
@given(profile_files(slips=3))
def test_safe_fixes_of_generated_files_keep_the_model(data: bytes) -> None:
    fixed = fix(Source(data))
    assert_kept(data, fixed.data)
    assert_at_an_end(fixed, LintOptions(), unsafe=False)


@pytest.mark.any_python
@PROPERTY
@given(profile_files(slips=3))
def test_unsafe_fixes_of_generated_files_come_to_an_end_and_load(data: bytes) -> None:
    fixed = fix(Source(data), unsafe=True)
    release = LintOptions().release
    if loaded(data, release, "requestor") is not None:
        assert loaded(fixed.data, release, "requestor") is not None
    assert_at_an_end(fixed, LintOptions(), unsafe=True)


@pytest.mark.any_python
@PROPERTY
@given(profile_files(slips=3))
def test_each_safe_fix_of_generated_files_keeps_the_model_alone(data: bytes) -> None:
    """For the role that is inferred: the rules look no further."""
    for finding in lint(Source(data)).findings:
        if finding.fix and finding.fix.safe:
            assert_kept(data, apply_edits(data, finding.fix.edits), ("requestor",))


def test_the_files_own_ways_are_kept() -> None:
    data = FILE.replace(b"Context3", b"Context5").replace(b"\n", b"\r\n").removesuffix(b"\r\n") + b"\t"
    assert fix(Source(data), LintOptions(select=("AP201",))).data == data.replace(b"Context5", b"Context3")


def test_only_selected_rules_and_findings_that_are_not_silenced_are_fixed() -> None:
    data = FILE.replace(b"Context3", b"Context5")
    assert fix(Source(data), LintOptions(ignore=("AP201",))).data == data
    silenced = data.replace(b"PresentationContext5", b"# asprofile: ignore[AP201] so be it\nPresentationContext5")
    assert fix(Source(silenced)).data == silenced


# -- rules that are at fault: made for this, in place of the real ones


def rule(code: str, *changes: tuple[bytes, bytes], safe: bool = True) -> Rule:
    """A rule that finds each ``before`` and says that writing ``after`` is a fix."""

    def check(subject: Any) -> Iterator[Hit]:
        for before, after in changes:
            place = subject.data.find(before)
            if place >= 0:
                span = Span(place, place + len(before))
                yield Hit(span, f"{before!r}", Fix("", (Edit(span, after),), safe))

    return Rule(code, code.lower(), "error", "", "", "", (), check)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(*found: Rule) -> None:
        monkeypatch.setattr(run, "selected", lambda *_: found)

    return use


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"LittleEndianExplicit", b"BigEndianExplicit"),
        (b"TransferSyntax2", b"TransferSyntax3"),
        (b"Storage\\U", b"Storage\\V"),
        (b"PresentationContext3", b"PresentationContext4"),
        (b"PresentationContext1 = CTImageStorage\\U\nPresentationContext2", b"PresentationContext1"),
        (b"[P]", b"[Q]"),
        (b"[U]\n", b""),
        # Loads in 3.7.0, and in 3.6.0 no more.
        (b"[C]\n", b"[D]\nPresentationContext1 = InventoryStorage\\U\n[C]\n"),
    ],
)
def test_a_safe_fix_that_changes_the_model_is_withheld(rules: Any, before: bytes, after: bytes) -> None:
    assert before in FILE
    rules(rule("AP998", (before, after)), rule("AP999", (b"[[Profiles]]", b"[[profiles]]")))
    fixed = fix(Source(FILE))
    assert codes(fixed.applied) == ["AP999"]
    assert codes(fixed.withheld) == ["AP998"]
    assert fixed.data == FILE.replace(b"[[Profiles]]", b"[[profiles]]")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"[P]\n", b"[P]\n# a comment\n"),
        (b"[P]", b"[p]"),
        (b"LittleEndianExplicit", b"1.2.840.10008.1.2.1"),
        (b"[[Profiles]]", b"PresentationContext4 = RTImageStorage\\U\n[[Profiles]]"),
        (b"[[PresentationContexts]]", b"TransferSyntax3 = JPEGBaseline\n[[PresentationContexts]]"),
        (b"PresentationContexts = C\n", b"PresentationContexts = C\n[Q]\nPresentationContexts = C\n"),
        (b"[[Profiles]]", b"[[SCPSCURoleSelection]]\n[R]\nRole1 = CTImageStorage\\BOTH\n[[Profiles]]"),
    ],
)
def test_a_safe_fix_that_keeps_the_model_or_adds_to_it_is_applied(
    rules: Any, monkeypatch: pytest.MonkeyPatch, before: bytes, after: bytes
) -> None:
    monkeypatch.setattr(rounds, "MAX_ROUNDS", 1)
    rules(rule("AP999", (before, after)))
    fixed = fix(Source(FILE))
    assert fixed.data == FILE.replace(before, after, 1)
    assert codes(fixed.applied) == ["AP999"]
    gains = everywhere_loaded(fixed.data) != everywhere_loaded(FILE)
    assert keeps_model(Loadings(fixed.data), Loadings(FILE)) is not gains


def test_an_unsafe_fix_is_applied_only_when_asked_for_and_when_the_file_still_loads(rules: Any) -> None:
    rules(rule("AP998", (b"[P]", b"[Q]"), safe=False), rule("AP999", (b"= C\n", b"= D\n"), safe=False))
    assert fix(Source(FILE)).data == FILE
    fixed = fix(Source(FILE), unsafe=True)
    assert fixed.data == FILE.replace(b"[P]", b"[Q]")
    assert codes(fixed.withheld) == ["AP999"]


def test_a_safe_fix_that_is_none_counts_as_unsafe(rules: Any) -> None:
    rules(rule("AP999", (b"[P]", b"[Q]")))
    fixed = fix(Source(FILE), unsafe=True)
    assert fixed.data == FILE.replace(b"[P]", b"[Q]")
    assert codes(fixed.withheld) == codes(fixed.applied) == ["AP999"]


def test_rules_that_undo_each_other_come_to_an_end(rules: Any) -> None:
    rules(rule("AP998", (b"[P]", b"[p]")), rule("AP999", (b"[p]", b"[P]")))
    fixed = fix(Source(FILE))
    assert fixed.data == FILE.replace(b"[P]", b"[p]")
    assert codes(fixed.applied) == ["AP998"]


def test_a_rule_that_never_has_enough_comes_to_an_end(rules: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "MAX_ROUNDS", 5)
    rules(rule("AP999", (b"[P]", b"#\n[P]")))
    assert len(fix(Source(FILE)).applied) == 5


def test_a_fix_that_changes_nothing_is_none(rules: Any) -> None:
    rules(rule("AP998", (b"[P]", b"[P]")), rule("AP999", (b"[C]", b"[c]")))
    assert codes(fix(Source(FILE)).applied) == ["AP999"]


def test_equal_edits_of_two_findings_are_made_once(rules: Any) -> None:
    rules(rule("AP998", (b"[P]", b"#\n[p]")), rule("AP999", (b"[P]", b"#\n[p]")))
    fixed = fix(Source(FILE))
    assert fixed.data == FILE.replace(b"[P]", b"#\n[p]")
    assert codes(fixed.applied) == ["AP998", "AP999"]


# -- many in one list


def test_every_entry_of_a_long_list_is_fixed() -> None:
    contexts = "".join(f"PresentationContext{n} = CTImageStorage\\U\n" for n in range(1, 42))
    head, _, rest = FILE.partition(b"PresentationContext1 ")
    data = head + contexts.encode() + rest[rest.index(b"[[Profiles]]") :]
    fixed = fix(Source(data), LintOptions(select=("AP601",)), unsafe=True)
    assert fixed.data.count(b"CTImageStorage") == 1
    assert not fixed.report.findings


# -- conflicts


def at(text: bytes, replacement: bytes = b"", data: bytes = FILE) -> Edit:
    start = data.index(text)
    return Edit(Span(start, start + len(text)), replacement)


def insert(before: bytes, text: bytes) -> Edit:
    start = FILE.index(before)
    return Edit(Span(start, start), text)


@pytest.mark.parametrize(
    ("first", "second", "fit"),
    [
        (at(b"[U]"), at(b"U]"), False),
        (at(b"[U]"), at(b"[C]"), True),
        (at(b"CTImageStorage", b"1.2"), at(b"MRImageStorage", b"1.3"), True),
        (at(b"CTImageStorage", b"1.2"), at(b"ImageStorage"), False),
        (at(b"CTImageStorage", b"1.2"), at(b"\\U"), True),
        # Numbers of one list.
        (at(b"Context1", b"Context7"), at(b"Context3", b"Context8"), False),
        (at(b"Context1", b"Context7"), at(b"Syntax1", b"Syntax8"), True),
        (at(b"Context1", b"Context7"), at(b"VerificationSOPClass", b"1.2"), True),
        # What is inserted in front of a header goes to the section before it.
        (at(b"Context1", b"Context7"), insert(b"[[Profiles]]", b"PresentationContext4 = 1.2\\U\n"), False),
        (at(b"[P]", b"[p]"), insert(b"[[Profiles]]", b"PresentationContext4 = 1.2\\U\n"), True),
        (insert(b"[[Profiles]]", b"x = 1\n"), insert(b"[[Profiles]]", b"y = 1\n"), False),
        # Comments get in nobody's way.
        (at(b"Context1", b"Context7"), insert(b"PresentationContext3", b"# a comment\n\n"), True),
        (at(b"Context1", b"Context7"), insert(b"PresentationContext3", b" # no comment\n"), False),
        (at(b"Context1", b"Context7"), at(b"\\U\nPresentationContext3", b"\\U"), False),
    ],
)
def test_conflicts(first: Edit, second: Edit, fit: bool) -> None:
    for one, other in ((first, second), (second, first)):
        chosen = Conflicts(read(FILE))
        assert chosen.add((one,))
        assert chosen.fits((other,)) is fit
        assert chosen.add((one,))


def test_edits_that_overlap_themselves_never_fit() -> None:
    assert not Conflicts(read(FILE)).fits((at(b"[U]"), at(b"U]")))


# -- loadings


def test_roles_may_be_gained_and_not_changed() -> None:
    def with_role(role: bytes) -> Loadings:
        roles = b"[[SCPSCURoleSelection]]\n[R]\nRole1 = CTImageStorage\\" + role + b"\n"
        return Loadings(FILE + b"SCPSCURoleSelection = R\n" + roles)

    assert keeps_model(Loadings(FILE), with_role(b"BOTH"))
    assert not keeps_model(with_role(b"BOTH"), Loadings(FILE))
    assert not keeps_model(with_role(b"BOTH"), with_role(b"SCP"))
    assert keeps_model(with_role(b"BOTH"), with_role(b"both"))


def test_a_safe_fix_keeps_what_both_roles_load_unless_the_role_is_given() -> None:
    """An acceptor may have a SOP class only once."""
    data = FILE.replace(b"Context3 = VerificationSOPClass", b"Context4 = CTImageStorage")
    gap = ("AP201",)
    left = fix(Source(data), LintOptions(select=gap))
    assert (left.data, codes(left.withheld)) == (data, [])
    assert [finding.fix and finding.fix.safe for finding in left.report.findings] == [False]
    assert codes(fix(Source(data), LintOptions(select=gap, role="requestor")).applied) == ["AP201"]


def test_still_loads_is_about_one_release_and_the_roles_given() -> None:
    many = b"".join(b"PresentationContext%d = 1.2.%d\\U\n" % (n, n) for n in range(4, 140))
    large = FILE.replace(b"[[Profiles]]", many + b"[[Profiles]]")
    assert still_loads(Loadings(FILE), Loadings(large), "3.7.0", ["acceptor"])
    assert not still_loads(Loadings(FILE), Loadings(large), "3.7.0")
    assert not still_loads(Loadings(FILE), Loadings(large), "3.6.7", ["acceptor"])
    assert still_loads(Loadings(large), Loadings(b""), "3.6.7")
