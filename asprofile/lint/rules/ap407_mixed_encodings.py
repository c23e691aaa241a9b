"""AP407: one context with transfer syntaxes that cannot replace each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from asprofile.lint.hit import Hit, Severity
from asprofile.lint.profiles import listed, named, only_for
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names.transfer_syntaxes import ONLY_FOR_8_BITS, TransferSyntax

_Encoding = Literal["lossy", "possibly lossy", "lossless", "uncompressed"]
_LOSING = frozenset(("lossy", "possibly lossy"))


def check(subject: Subject) -> Iterator[Hit]:
    for label, found in subject.config.transfer_syntax_lists.items():
        stance = subject.negotiations.stance(label, "requestor")
        if stance == "no" or not subject.negotiations.is_used(label):
            continue
        known = [(syntax, encoding) for syntax in subject.negotiations.syntaxes_of(label) if (encoding := _of(syntax))]
        known = _without_companions(known)
        encodings = list(dict.fromkeys(encoding for _, encoding in known))
        compressed = [syntax.uid for syntax, encoding in known if encoding != "uncompressed"]
        lossy = not _LOSING.isdisjoint(encodings) and len(encodings) > 1
        if not lossy and len(compressed) + ("uncompressed" in encodings) < 2:
            continue
        what = f"{listed(list(encodings))} transfer syntaxes" if len(encodings) > 1 else named(compressed)
        advice = "make a list of each, and a context for each list"
        if stance == "perhaps":
            # In this file that would make an acceptor refuse the profile.
            advice = "a profile of its own with a context for each would do, which no acceptor takes"
        message = (
            f"one context with {what}: the acceptor chooses one for all objects of the context, and those in another "
            f"must be converted or cannot be sent; {advice}"
        )
        severity: Severity | None = None if lossy else "info"
        yield Hit(found.spans[0], message, None, severity, only_for(stance, "requestor"))


def _of(syntax: TransferSyntax) -> _Encoding | None:
    """How it encodes objects; None where that is not known, or where nothing is sent in it."""
    if syntax.is_native or syntax.family == "encapsulated-uncompressed":
        return "uncompressed"
    if syntax.encoding != "encapsulated" or syntax.fidelity is None:
        return None
    return "lossless" if syntax.lossless_only else "lossy" if syntax.fidelity == "lossy" else "possibly lossy"


def _without_companions(known: list[tuple[TransferSyntax, _Encoding]]) -> list[tuple[TransferSyntax, _Encoding]]:
    """Without those of the same kind of compression that must go with another one: AP510 asks for them."""
    uids = {syntax.uid for syntax, _ in known}
    wanted = {
        (companion, syntax.family)
        for syntax, _ in known
        for companions in (*syntax.companions, *ONLY_FOR_8_BITS.get(syntax.uid, ()))
        for companion in companions
        if companion in uids and companion != syntax.uid
    }
    return [(syntax, encoding) for syntax, encoding in known if (syntax.uid, syntax.family) not in wanted]


RULE = Rule(
    code="AP407",
    name="mixed-encodings",
    severity="warning",
    summary="One context proposes lossy and other transfer syntaxes together",
    why="""\
The acceptor chooses one transfer syntax for each context. If a context proposes JPEG Baseline together with
uncompressed ones and the peer chooses JPEG Baseline, storescu cannot send its uncompressed files in it; if the peer
chooses an uncompressed one, JPEG files have to be decompressed. DCMTK's own storescu.cfg has a list for each encoding
and a context for each list: then the peer accepts all of them, and each file is sent as it is. It is a warning where
lossy ones, or ones that may be lossy, are mixed with others, and an info for several lossless compressed ones, or for
one of them together with uncompressed ones. What must go with another one of its kind, as JPEG Lossless with Selection
Value 1 with any lossless JPEG (AP510), counts as one with it.
""",
    reference="PS3.8 7.1.1.13 and 9.3.3.2; DCMTK asconfig.txt, 2.1",
    examples=(
        Example(
            role="requestor",
            bad="""\
[[TransferSyntaxes]]
[All]
TransferSyntax1 = JPEGBaseline
TransferSyntax2 = LittleEndianExplicit
TransferSyntax3 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\All
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[JPEGBaseline]
TransferSyntax1 = JPEGBaseline
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\JPEGBaseline
PresentationContext2 = UltrasoundImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="[All]",
            fixed=False,
        ),
    ),
    check=check,
)
