"""AP209: names and keys with characters that DCMTK drops."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.dropped import Dropped, dropped_characters
from asprofile.lint.subject import Subject, View
from asprofile.model.words import PROFILES
from asprofile.printing import plural


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("keys")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    found = view.subject.dropped
    yield from (_header(view, one) for one in found if one.what == "header")
    keys = [one for one in found if one.what == "key"]
    if keys:
        yield _keys(view, keys)


def _header(view: View, found: Dropped) -> Hit:
    dropped = dropped_characters(view.subject.data[slice(*found.span)])
    if found.collides is not None:
        line = view.subject.source.line_of(found.collides.span.start)
        message = (
            f"DCMTK keeps letters, digits, `-` and `_` of a name, so this is {found.name}, as in line "
            f"{line}: it joins the two"
        )
        return Hit(found.span, message + "; give them different names")
    fix = None
    if found.mend:
        fix = Fix("leave out what is dropped", found.mend, view.keeps(found.mend))
    if found.failing:
        message = (
            f"DCMTK drops {dropped} from the name in a header but not from a reference to it, so "
            f"{plural(len(found.failing), 'reference')} to this list "
            f"{'fails' if len(found.failing) == 1 else 'fail'}; use letters, digits, `-` and `_`"
        )
        return Hit(found.span, message, fix)
    known = f"the profile is chosen as {found.name}" if found.supersection == PROFILES else f"the name is {found.name}"
    return Hit(found.span, f"DCMTK drops {dropped} from a name: {known}", fix, "info")


def _keys(view: View, found: list[Dropped]) -> Hit:
    dropped = dropped_characters(b"".join(view.subject.data[slice(*one.span)] for one in found))
    edits = tuple(edit for one in found for edit in one.mend)
    more = f" (and from {plural(len(found) - 1, 'other key')})" if len(found) > 1 else ""
    message = f"DCMTK drops {dropped} from a key{more}: it reads {found[0].name}"
    return Hit(found[0].span, message, Fix("leave out what is dropped", edits, view.keeps(edits)), "info")


RULE = Rule(
    code="AP209",
    name="dropped-characters",
    severity="error",
    summary="A name has characters that DCMTK drops, so that references to it fail",
    why="""\
In the name of a header and in a key DCMTK keeps only letters, digits, `-` and `_`, and silently drops everything else,
such as a dot, a quote or an umlaut. From a *reference* to a list it removes only white space. So a list `[CT.Lossless]`
has the name `CTLOSSLESS`, a context that refers to `\\CT.Lossless` asks for `CT.LOSSLESS`, and DCMTK refuses the file.
Two names that differ only in dropped characters are the same.

Where it does no harm it is reported as info.
""",
    reference="DCMTK asconfig.txt, 1",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed.1]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed.1
PresentationContext2 = VerificationSOPClass\\Uncompressed.1
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed1]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed1
PresentationContext2 = VerificationSOPClass\\Uncompressed1
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="Uncompressed.1",
        ),
    ),
    check=check,
)
