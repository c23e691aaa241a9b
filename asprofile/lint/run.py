"""Running rules over a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice

from asprofile.lint.extent import OF_READING, TOO_MANY_ENTRIES
from asprofile.lint.finding import Finding
from asprofile.lint.hit import Fix, Hit, Severity
from asprofile.lint.rule import Rule
from asprofile.lint.rules import all_rules, by_code
from asprofile.lint.select import ALL, selected
from asprofile.lint.subject import Subject
from asprofile.lint.suppress import Covering, SuppressedCode
from asprofile.model.inference import Inference
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.printing import brief
from asprofile.text import Edit, Source, without_lines
from asprofile.value import Value, replaced

UNUSED_SUPPRESSION = "AP001"
# The most findings of a rule in a file. More are not read; when those are fixed, the next ones are shown.
MOST_FINDINGS = 2000
# The only rule for bytes that are not text.
NO_PROFILE = "AP102"
_OF_LOST_TEXT = frozenset(("AP205", "AP206", "AP207", "AP208", "AP209", "AP210"))


# The program that stands for a side in a message.
PROGRAMS: Mapping[AssociationRole, str] = {"requestor": "storescu", "acceptor": "storescp"}


class LintOptions(Value):
    """How to lint.

    ``release`` is the DCMTK release that shall load the file, ``role`` who loads it (None: inferred from the file),
    ``select`` and ``ignore`` say which rules run.
    """

    release: str = LATEST
    role: AssociationRole | None = None
    select: tuple[str, ...] = (ALL,)
    ignore: tuple[str, ...] = ()


class LintReport(Value):
    """The findings of a file in the order of their positions, and how many more a comment in the file silences.

    ``role`` is who loads it, as the settings have it; where they leave it open, ``inferred`` is who does as far as the
    file shows it (None where it is no profile).
    """

    source: Source
    findings: tuple[Finding, ...]
    suppressed: int
    inferred: Inference | None = None
    role: AssociationRole | None = None

    def count(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)


def lint(source: Source, settings: LintOptions | None = None) -> LintReport:
    """What the selected rules find in a file. Any bytes are a file; raises ConfigurationError for a code that is no
    rule.
    """
    settings = settings or LintOptions()
    subject = Subject(source, settings.release, settings.role)
    rules = selected(settings.select, settings.ignore)
    if subject.binary is not None:
        rules = tuple(rule for rule in rules if rule.code == NO_PROFILE)
        return LintReport(source, tuple(_finding(rule, hit) for rule in rules for hit in rule.check(subject)), 0)
    if subject.extent != "all":
        rules = _for_large(rules, settings, subject)
    if subject.extent == "loading":
        # Comments that silence are not looked for either: that would take an object for each item.
        return LintReport(source, tuple(_finding(rule, hit) for rule in rules for hit in rule.check(subject)), 0)
    found: list[Finding] = []
    whole: list[Rule] = []
    for rule in rules:
        findings, all_of_them = _findings(rule, _hits(rule, subject) if _has_a_say(rule, subject) else ())
        found += findings
        whole += [rule] if all_of_them else []
    kept, used = _without_suppressed(subject, found)
    if any(rule.code == UNUSED_SUPPRESSION for rule in rules):
        # If a rule was cut short, it is not known what a comment would silence.
        unused, _ = _findings(by_code()[UNUSED_SUPPRESSION], _unused(subject, used, tuple(whole)))
        kept += _without_suppressed(subject, unused)[0]
        found += unused
    if subject.extent != "all":
        # Whether a fix keeps what is loaded was not tried.
        kept = [replaced(finding, fix=None) if finding.fix else finding for finding in kept]
    kept.sort(key=lambda finding: (finding.span, finding.code))
    inferred = subject.inferred if settings.role is None and not subject.is_foreign else None
    return LintReport(source, tuple(kept), len(found) - len(kept), inferred, settings.role)


def _for_large(rules: tuple[Rule, ...], settings: LintOptions, subject: Subject) -> tuple[Rule, ...]:
    """Those that look at a file of very many entries, and the one that says so though it was not selected."""
    note = by_code()[TOO_MANY_ENTRIES]
    noted = (note,) if note in selected((TOO_MANY_ENTRIES,), settings.ignore) else ()
    if subject.extent == "loading":
        return noted
    if subject.extent == "rules":
        return (*rules, *(rule for rule in noted if rule not in rules))
    return (*(rule for rule in rules if rule.code[2] in OF_READING), *noted)


def _has_a_say(rule: Rule, subject: Subject) -> bool:
    """In a file of another kind all text is lost; AP102 reports once that it is not a profile."""
    return rule.code not in _OF_LOST_TEXT or not subject.is_foreign


def _findings(rule: Rule, hits: Iterable[Hit]) -> tuple[list[Finding], bool]:
    """What a rule finds, up to ``MOST_FINDINGS``, and whether that is all."""
    rest = iter(hits)
    found = [_finding(rule, hit) for hit in islice(rest, MOST_FINDINGS)]
    if next(rest, None) is None:
        return found, True
    more = f"{found[-1].message} (there is more of this: asprofile says {MOST_FINDINGS:,} of a kind in a file)"
    return [*found[:-1], replaced(found[-1], message=more)], False


def _hits(rule: Rule, subject: Subject) -> Iterable[Hit]:
    """The rule's hits in the file, without those that only follow from another rule's.

    The rules on how a file is read look at it layer by layer. For the others, a hit in a file with slips counts if the
    file with its slips repaired has it, too; a rule with one hit for a list may then have it elsewhere.
    """
    if rule.code[2] in OF_READING or rule.code == TOO_MANY_ENTRIES:
        return rule.check(subject)
    hits = list(islice(rule.check(subject), MOST_FINDINGS + 1))
    whole = subject.view("whole") if hits else None
    if whole is None or whole.subject is subject:
        return hits
    mended = [whole.back(hit.span) for hit in islice(rule.check(whole.subject), MOST_FINDINGS + 1)]
    if len(mended) >= len(hits):
        return hits
    starts = {span.start for span in mended if span is not None}
    return [hit for hit in hits if hit.span.start in starts]


def _finding(rule: Rule, hit: Hit) -> Finding:
    fix = hit.fix
    if fix is not None and brief(fix.title) != fix.title:
        fix = replaced(fix, title=brief(fix.title))
    if hit.only_for is None:
        return Finding(rule, hit.severity or rule.severity, hit.span, brief(hit.message), fix)
    # What one side does with a file that may be the other's is only an info.
    return Finding(rule, "info", hit.span, brief(f"for {PROGRAMS[hit.only_for]}: {hit.message}"), fix, hit.only_for)


def _without_suppressed(subject: Subject, found: list[Finding]) -> tuple[list[Finding], set[int]]:
    """The findings that no comment covers, and the numbers of the comments' codes that cover any."""
    if not subject.suppressions.codes:
        return found, set()
    covering = Covering(subject.suppressions)
    kept = [finding for finding in found if not covering.covers(finding.code, finding.span)]
    return kept, covering.used


def _unused(subject: Subject, used: set[int], rules: tuple[Rule, ...]) -> Iterator[Hit]:
    """One hit for each comment with codes that silence nothing though all their rules ran."""
    ran = {rule.code for rule in rules}
    numbered = enumerate(subject.suppressions.codes)
    for _, comment in groupby(numbered, key=lambda pair: pair[1].comment):
        codes = list(comment)
        unused = [code for number, code in codes if number not in used and _all_ran(code, ran)]
        if unused:
            kept = [code for number, code in codes if number in used or not _all_ran(code, ran)]
            names = " and ".join(code.code for code in unused)
            verb = "silences" if len(unused) == 1 else "silence"
            yield Hit(unused[0].span, f"{names} {verb} nothing here; remove it", _removed(subject, unused, kept))


def _all_ran(code: SuppressedCode, ran: set[str]) -> bool:
    """Whether every rule that the code names ran, so that the code can be reported as unused. A code of no rule is
    reported by AP002.
    """
    meant = [rule.code for rule in all_rules() if rule.code.startswith(code.code.upper())]
    # Whether AP001 itself is unused is known only when it is too late to report it.
    return bool(meant) and ran.issuperset(meant) and code.code.upper() not in (UNUSED_SUPPRESSION, "AP00", "AP0")


def _removed(subject: Subject, unused: list[SuppressedCode], kept: list[SuppressedCode]) -> Fix:
    if not kept:
        edit = without_lines(subject.data, unused[0].comment)
        return Fix("remove the comment", (edit,), safe=True)
    codes = sorted((*unused, *kept), key=lambda code: code.span)
    remaining = set(kept)
    text = ", ".join(code.code for code in codes if code in remaining).encode()
    whole = codes[0].span._replace(end=codes[-1].span.end)
    return Fix("remove what silences nothing", (Edit(whole, text),), safe=True)
