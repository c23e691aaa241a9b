"""AP207: a key that DCMTK does not ask for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from asprofile.edit.numbering import number_of
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.loss import Loss
from asprofile.lint.subject import Subject, View
from asprofile.model.words import LIST_OF, NUMBERED_IN, PROFILES, SPELLED
from asprofile.printing import plural
from asprofile.syntax import Entry


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("keys")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    lost = [loss for loss in view.losses if loss.cause in ("misspelt key", "other key", "foreign key")]
    for (cause, _), group in groupby(lost, key=lambda loss: (loss.cause, id(loss.section))):
        if cause == "misspelt key":
            yield from (_misspelt(view, loss) for loss in group)
        elif cause == "other key":
            yield _other(view, list(group))
        else:
            yield from _foreign(view, list(group))


def _misspelt(view: View, loss: Loss) -> Hit:
    written = view.subject.text(loss.entry.key_span)
    if loss.meant:
        message = f"DCMTK does not ask for {written}, so the entry is never read; write {loss.meant}"
        return Hit(loss.entry.key_span, message, Fix(f"write {loss.meant}", loss.mend, view.keeps(loss.mend)))
    if isinstance(loss.first, Entry):
        first = view.subject.text(loss.first.key_span)
        return Hit(loss.entry.key_span, f"DCMTK does not ask for {written} and never reads it; {first} is here already")
    return Hit(loss.entry.key_span, f"DCMTK does not ask for {written} and never reads it; check the number")


def _other(view: View, lost: list[Loss]) -> Hit:
    """Entries of another supersection: one hit, for the first."""
    written = view.subject.text(lost[0].entry.key_span)
    home = SPELLED[NUMBERED_IN.get(number_of(lost[0].entry.key)[0], PROFILES)]
    more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
    message = (
        f"{written}{more} is never read here: this is a {LIST_OF[lost[0].supersection]}; "
        f"move it to a section under [[{home}]]"
    )
    mend = lost[0].mend
    fix = Fix(f"move {'them' if len(lost) > 1 else 'it'} there", mend, view.keeps(mend)) if mend else None
    return Hit(lost[0].entry.key_span, message, fix)


def _foreign(view: View, lost: list[Loss]) -> Iterator[Hit]:
    others = []
    for loss in lost:
        if loss.entry.key or not loss.entry.value.strip(b"="):
            others.append(loss)
            continue
        yield Hit(
            loss.entry.span._replace(end=loss.entry.raw_value.start),
            "no key in front of `=`, so DCMTK never reads the entry",
        )
    if others:
        first = others[0].entry
        more = f" and {plural(len(others) - 1, 'other key')} here" if len(others) > 1 else ""
        message = f"DCMTK does not ask for {view.subject.text(first.key_span) or '`=`'}{more}, and ignores it"
        yield Hit(first.key_span, message, severity="info")


RULE = Rule(
    code="AP207",
    name="unknown-key",
    severity="error",
    summary="DCMTK does not ask for this key, so the entry is never read",
    why="""\
DCMTK asks each section for the keys it knows: `TransferSyntaxN`, `PresentationContextN`, `RoleN`,
`ExtendedNegotiationN`, and in a profile `PresentationContexts`, `SCPSCURoleSelection` and `ExtendedNegotiation`. It
silently ignores any other key. After a misspelt key the rest of the list is lost too, because reading stops at the
missing number. The fix moves an entry, or a whole list, that is under the wrong supersection, if it is clear to which
list it belongs.

Keys that are not similar to any of these are reported as info: they may be notes.
""",
    reference="DCMTK asconfig.txt, 2",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentaionContext2 = MRImageStorage\\Uncompressed
PresentationContext3 = VerificationSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
PresentationContext3 = VerificationSOPClass\\Uncompressed
""",
            at="PresentaionContext2",
        ),
        Example(
            frame="profiles",
            bad="""\
[[Profiles]]
[Default]
PresentationContext = Contexts
""",
            good="""\
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="PresentationContext",
        ),
    ),
    check=check,
)
