"""AP117: more transfer syntaxes in a list than an old release takes."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.syntax_lists import TOO_MANY, removed, repeated
from asprofile.lint.hit import Hit
from asprofile.lint.profiles import only_for
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject, View
from asprofile.model.words import MAX_TRANSFER_SYNTAXES


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("whole")
    return view.hits(_hits(view))


def _hits(view: View) -> Iterator[Hit]:
    seen: set[str] = set()
    for profile in view.subject.config.profiles.values():
        refusal = profile.refusal
        if refusal is None or refusal.code != TOO_MANY or refusal.subject in seen:
            continue
        seen.add(refusal.subject)
        found = view.subject.config.transfer_syntax_lists[refusal.subject]
        again = repeated(found)
        message = (
            f"this list has {len(found.items)} transfer syntaxes, of which DCMTK {view.subject.release} takes "
            f"{MAX_TRANSFER_SYNTAXES}, so it refuses to use the profile; shorten the list"
        )
        if again:
            message += f": {len(again)} of them repeat earlier ones"
        stance = view.subject.stance(profile.context_list, "requestor")
        if stance != "no":
            fix = removed(view.subject, found, again) if again else None
            yield Hit(refusal.span, message, fix, only_for=only_for(stance, "requestor"))


RULE = Rule(
    code="AP117",
    name="too-many-transfer-syntaxes",
    severity="error",
    summary="A transfer syntax list is longer than this release takes",
    why="""\
DICOM sets no limit to the transfer syntaxes of a presentation context, but DCMTK up to 3.6.7 loads a list of more
than 128 and then refuses to use any profile that needs it (condition 1067). There are about sixty transfer syntaxes, so
a list of this length has most of them twice.
""",
    reference="DCMTK 3.6.8, CHANGES; PS3.8 9.3.2.2.2",
    examples=(
        Example(
            frame="transfer syntaxes",
            release="3.6.7",
            role="requestor",
            bad="[Uncompressed]\n"
            + "".join(f"TransferSyntax{number} = LittleEndianImplicit\n" for number in range(1, 130)),
            good="[Uncompressed]\nTransferSyntax1 = LittleEndianImplicit\n",
            at="Uncompressed",
        ),
    ),
    check=check,
)
