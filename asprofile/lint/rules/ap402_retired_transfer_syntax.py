"""AP402: a requestor that proposes retired transfer syntaxes."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.syntax_lists import removed
from asprofile.lint.hit import Hit
from asprofile.lint.profiles import named, only_for
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names.well_known import EXPLICIT_VR_BIG_ENDIAN


def check(subject: Subject) -> Iterator[Hit]:
    for label, found in subject.config.transfer_syntax_lists.items():
        retired = {syntax.uid for syntax in subject.negotiations.syntaxes_of(label) if syntax.retired}
        # DCMTK's own lists have it, and peers that know it do no harm.
        retired.discard(EXPLICIT_VR_BIG_ENDIAN)
        stance = subject.negotiations.stance(label, "requestor")
        if not retired or subject.negotiations.is_catch_all(label) or stance == "no":
            continue
        items = [item for item in found.items if item.uid in retired]
        what, them = ("retired transfer syntaxes", "them") if len(retired) > 1 else ("a retired transfer syntax", "it")
        message = (
            f"the list has {what}, {named(item.uid for item in items)}: "
            f"peers no longer implement {them}, and hardly any object needs {them}; remove {them}"
        )
        fix = removed(subject, found, items)
        yield Hit(items[0].span, message, fix, only_for=only_for(stance, "requestor"))


RULE = Rule(
    code="AP402",
    name="retired-transfer-syntax",
    severity="warning",
    summary="A requestor's list has a retired transfer syntax",
    why="""\
Most processes of JPEG (all but 1, 2 & 4, and 14) were retired from DICOM in 2001, RFC 2557 MIME and XML encoding
later; DCMTK still has their names, and calls some of them standard. Proposing them makes every association request
longer, and no peer accepts them. An acceptor that still accepts them, as DCMTK's own storescp.cfg does, is right and is
not reported, nor is Explicit VR Big Endian.
""",
    reference="PS3.6 Annex A; PS3.5 10",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[JPEGLossy]
TransferSyntax1 = JPEGBaseline
TransferSyntax2 = JPEGExtended:Process3+5
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\JPEGLossy
PresentationContext2 = UltrasoundImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
[JPEGLossy]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\JPEGLossy
PresentationContext2 = UltrasoundImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="JPEGExtended:Process3+5",
        ),
    ),
    check=check,
)
