"""AP103: a name that no release of DCMTK knows."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.slips.refusal import swapped
from asprofile.lint.slips.uid_fields import UidField
from asprofile.lint.subject import Subject, View
from asprofile.model import uid as uids
from asprofile.names.mistyped import together, with_digits
from asprofile.text import Edit, decode, encode


def check(subject: Subject) -> Iterator[Hit]:
    view = subject.view("values")
    return view.hits(_hit(view, field) for field, diagnosis in view.not_uids if diagnosis.cause == "unknown")


def _hit(view: View, field: UidField) -> Hit:
    other_way = swapped(view.subject.config, field.entry) if field.place in ("abstract syntax", "role") else None
    if other_way is not None:
        edit = Edit(field.entry.part(0, len(field.entry.value)), other_way)
        what = "role" if field.place == "role" else "transfer syntax list"
        message = (
            f"{decode(field.text).strip()} is a {what}, and what is after the backslash is a SOP class, so DCMTK "
            f"refuses the whole file; write {decode(other_way)}"
        )
        return Hit(field.span, message, Fix("exchange the two", (edit,), safe=False))
    both = (
        ()
        if with_digits(decode(field.text))
        else together(decode(field.text), lambda word: uids.resolve(encode(word), view.subject.release) is not None)
    )
    if both:
        named = f"{', '.join(both[:-1])} and {both[-1]}"
        what = "transfer syntaxes" if field.place == "transfer syntax" else "SOP classes"
        message = f"{len(both)} {what} in one entry, {named}, where DCMTK takes one, so it refuses the whole file"
        return Hit(field.span, f"{message}; give each an entry of its own")
    near = view.subject.suggestions(field)
    fix = None
    if len(near) == 1:
        fix = Fix(f"write {near[0]}", (Edit(field.span, encode(near[0])),), safe=False)
    return Hit(field.span, f"{_what(field)}, so it refuses the whole file{_hint(near)}", fix)


def _what(field: UidField) -> str:
    text = decode(field.text)
    if uids.is_number(field.text):
        return f"DCMTK takes digits and dots for a UID, and `{text}` has other characters"
    return f"DCMTK knows no {'transfer syntax' if field.place == 'transfer syntax' else 'SOP class'} `{text}`"


def _hint(near: list[str]) -> str:
    if not near:
        return "; write a name of DCMTK's, or the UID"
    names = [f"`{name}`" for name in near]
    return f"; did you mean {', '.join(names[:-1]) + ' or ' if names[1:] else ''}{names[-1]}?"


RULE = Rule(
    code="AP103",
    name="unknown-name",
    severity="error",
    summary="No release of DCMTK knows this name, so the file is refused",
    why="""\
Transfer syntaxes and SOP classes are written as UIDs or by the names in DCMTK's table of UIDs. One name that is not in
the table, in any list of the file, makes DCMTK refuse the whole file ("not a valid ... UID", conditions 1024 to 1026
and 1028), even for profiles that do not use that list.
""",
    reference="DCMTK asconfig.txt, 2.1 and 2.2; dcmdata/libsrc/dcuid.cc",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = GrayscaleSoftcopyPresentatonStateStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = GrayscaleSoftcopyPresentationStateStorage\\Uncompressed
""",
            at="GrayscaleSoftcopyPresentatonStateStorage",
            fixed=False,
        ),
    ),
    check=check,
)
