"""AP210: brackets that do not close a header where its line ends."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.text_slip import TextSlip
from asprofile.lint.subject import Subject, View

_MESSAGE = {
    "not opened": "`[` is missing, so DCMTK takes this for the beginning of the next key; open the header",
    "unclosed": "`]` is missing: DCMTK takes all up to the next one for the header and drops it; "
    "close the header on its line",
    "too many opened": "more `[` than `]`: DCMTK skips all up to the next `]`, and what it skips is "
    "lost; open one less",
    "too many closed": "`]` too many: DCMTK takes it for the beginning of the next key, and a header after it is lost",
    "no brackets": "no header to DCMTK, which takes this for the beginning of the next key: a header is "
    "`[name]`, or `[[name]]` for a supersection, and nothing is in front of it",
    "doubled": "two pairs of brackets make a supersection, which DCMTK does not ask for, so all that is in it is "
    "lost; a list or a profile has one pair",
}
_TITLE = {
    "not opened": "open the header",
    "unclosed": "close the header",
    "too many opened": "remove the surplus `[`",
    "too many closed": "make the brackets match",
    "no brackets": "write it in brackets",
    "doubled": "write one pair of brackets",
}


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("lines")
    return view.hits(_hit(view, slip) for slip in view.subject.text_slips if slip.kind == "unbalanced")


def _hit(view: View, slip: TextSlip) -> Hit:
    return Hit(
        slip.span, _MESSAGE[slip.what], Fix(_TITLE[slip.what], slip.mend, slip.certain and view.keeps(slip.mend))
    )


RULE = Rule(
    code="AP210",
    name="unclosed-header",
    severity="error",
    summary="The brackets of a header are wrong, so that text around it is lost",
    why="""\
DCMTK counts the `[` of a header, reads the name up to the first `]`, across line ends, and then skips everything until
it has seen as many `]`. If a `]` is missing, it goes on to the one of the next header: the entries in between become
part of a name, and the next header is lost. With one `]` too many, the rest is taken for the beginning of a key, and so
is a name in other brackets or after an invisible character. A list in two pairs of brackets is not a list.
""",
    reference="DCMTK asconfig.txt, 1",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            at="[[PresentationContexts]",
        ),
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = VerificationSOPClass\\Uncompressed
""",
            at="[Contexts",
        ),
    ),
    check=check,
)
