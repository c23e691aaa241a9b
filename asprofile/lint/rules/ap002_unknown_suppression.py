"""AP002: a suppression comment that cannot be read, or that names no rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.select import known, near
from asprofile.lint.subject import Subject
from asprofile.lint.suppress import SuppressedCode
from asprofile.text import Edit, Span, encode

# Other tools' forms: `ignore AP201`, `disable=AP201,AP202 reason`, `ignore(AP201)`.
_OTHER_FORM = r"(?i)#[ \t]*asprofile:[ \t]*([\w-]+)[\s:=(\[]*((?:AP[0-9]{1,3}[,\s]*)+)[\])]?[ \t]*(.*)"


def check(subject: Subject) -> Iterator[Hit]:
    for code in subject.suppressions.codes:
        if not known(code.code) or code.code.upper() == "ALL":
            yield _unknown(code)
    for comment in subject.suppressions.malformed:
        message = (
            "this silences nothing: write `# asprofile: ignore[CODE] reason`, or `ignore-file[CODE]` for the whole file"
        )
        yield Hit(comment, message, _rewritten(subject, comment))


def _unknown(code: SuppressedCode) -> Hit:
    meant = near(code.code)
    hint = f"; did you mean {' or '.join(meant)}?" if meant else "; write a code such as AP201, or the beginning of one"
    fix = None
    if len(meant) == 1:
        fix = Fix(f"write {meant[0]}", (Edit(code.span, encode(meant[0])),), safe=False)
    return Hit(code.span, f"there is no rule {code.code}, so this silences nothing{hint}", fix)


def _rewritten(subject: Subject, comment: Span) -> Fix | None:
    match = re.match(_OTHER_FORM, subject.text(comment))
    if match is None:
        return None
    word, codes, reason = match.groups()
    form = "ignore-file" if "file" in word.lower() else "ignore"
    text = f"# asprofile: {form}[{', '.join(re.findall('AP[0-9]+', codes.upper()))}] {reason}".rstrip()
    return Fix("write it in the form that is read", (Edit(comment, encode(text)),), safe=True)


RULE = Rule(
    code="AP002",
    name="unknown-suppression",
    severity="warning",
    summary="A suppression comment cannot be read or names no rule",
    why="""\
`# asprofile: ignore[AP201] reason` silences rule AP201 for the next header or entry, `# asprofile: ignore-file[AP4]
reason` a whole group of rules for the file. A comment of another form, or with a code that no rule has, silences
nothing.
""",
    reference="asprofile, suppression comments",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
# asprofile: disable=AP203 both are kept for the archive
PresentationContext1 = MRImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
# asprofile: ignore[AP203] both are kept for the archive
PresentationContext1 = MRImageStorage\\Uncompressed
""",
            at="# asprofile: disable=AP203 both are kept for the archive",
        ),
    ),
    check=check,
)
