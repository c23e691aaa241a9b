"""AP206: text without `=` that becomes part of the next key."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.lists import single_removals
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.text_slip import TextSlip
from asprofile.lint.subject import Subject, View
from asprofile.model.words import NUMBERED_KEYS
from asprofile.printing import plural
from asprofile.syntax import Entry
from asprofile.text import Edit, Span

_ADVICE = {
    "comment": "begin a comment with `#` as the first character of the line",
    "no equals sign": "write `=` after the key",
    "no value": "write ` = ` and a value, or remove it",
    "text": "make it a comment with `#` as the first character of the line, or remove it",
    "rest": "it seems to be the rest of the value above: write that on one line",
}
_TITLE = {
    "comment": "make it a comment",
    "live comment": "make it a comment",
    "no equals sign": "write the `=`",
    "text": "make it a comment",
    "rest": "join it to the value above",
}


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("lines")
    return view.hits(_hit(view, slip) for slip in view.subject.text_slips if slip.kind == "glued")


def _hit(view: View, slip: TextSlip) -> Hit:
    fix = None
    edits = _mend(view, slip)
    if slip.what in _TITLE and edits:
        # The fix removes an entry that is read although it looks commented out; stray text may have been meant for
        # something.
        fix = Fix(_TITLE[slip.what], edits, slip.certain and view.keeps(edits))
    return Hit(slip.span, _message(view, slip), fix, "info" if slip.harmless else None)


def _mend(view: View, slip: TextSlip) -> tuple[Edit, ...]:
    """With an entry that becomes a comment, those after it in the list get the numbers that close the gap."""
    if slip.what != "live comment" or not isinstance(slip.item, Entry):
        return slip.mend
    span = slip.item.span
    # The whole entry, so that no other fix puts another value in it at the same time.
    *edits, mark = slip.mend
    entry = Span(mark.span.start, slip.item.value_span.end)
    edits.append(Edit(entry, mark.replacement + view.subject.data[mark.span.end : entry.end]))
    for supersection, prefix in NUMBERED_KEYS.items():
        for section in view.subject.outline.sections(supersection):
            if any(entry.span == span for entry in section.numbered(prefix)):
                removed = single_removals(view.subject, supersection, section.name, (span,)).get(span)
                return (*edits, *removed[1:]) if removed else ()
    return tuple(edits)


def _message(view: View, slip: TextSlip) -> str:
    assert isinstance(slip.item, Entry)
    if slip.what == "live comment":
        mark = view.subject.text(slip.span)
        return f"`{mark}` here begins no comment, so the entry after it is read; begin the line with `#`"
    what = "this is no comment" if slip.what == "comment" else "this has no `=`"
    more = f" ({plural(slip.lines, 'line')})" if slip.lines > 1 else ""
    if slip.item.raw_key.end == slip.item.raw_value.start:
        effect = "so DCMTK takes it for an unfinished key at the end of the file"
    elif slip.harmless:
        effect = "so DCMTK takes it for part of a key; it does no harm as it is"
    else:
        effect = "so DCMTK takes it for the beginning of the next key, and all up to the next `=` is lost"
    return f"{what}{more}, {effect}: {_ADVICE[slip.what]}"


RULE = Rule(
    code="AP206",
    name="glued-text",
    severity="error",
    summary="Text without `=` becomes part of the next key, which is then lost",
    why="""\
For DCMTK a key is everything up to the next `=`, including line ends. So a line without `=` is joined to the line
below, and the next entry (or even header) is lost with it. The usual causes are comments that begin with `;` or `//`,
comments after a header, indented comments and a `:` instead of `=`: only `#` as the first character of a line begins a
comment.

An entry that is commented out with `;` may even be read: characters that cannot be in a key are dropped, so
`;TransferSyntax1 = ...` is `TransferSyntax1`. A value that was wrapped onto two lines ends at the end of the first.
""",
    reference="DCMTK asconfig.txt, 1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
; what the scanner sends
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
# what the scanner sends
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            at="; what the scanner sends",
        ),
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]  # what the scanner sends
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2: CTImageStorage\\Uncompressed
PresentationContext3 = MRImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
# what the scanner sends
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
PresentationContext3 = MRImageStorage\\Uncompressed
""",
            at="# what the scanner sends",
        ),
    ),
    check=check,
)
