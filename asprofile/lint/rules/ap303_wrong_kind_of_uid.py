"""AP303: a transfer syntax where a SOP class belongs, or the reverse, or what is neither."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.names import private, uids
from asprofile.names.registry import UidKind
from asprofile.names.well_known import STANDARD_ROOT

_WORDS: dict[UidKind, str] = {
    "transfer-syntax": "a transfer syntax",
    "storage": "a Storage SOP class",
    "service-class-uid": "a service class, which stands for its SOP classes and is not one of them",
    "application-context-name": "an application context name",
    "application-hosting-model": "an application hosting model",
    "well-known-sop-instance": "a well-known SOP instance, not its SOP class",
    "well-known-frame-of-reference": "a frame of reference",
    "coding-scheme": "a coding scheme",
    "mapping-resource": "a mapping resource",
    "ldap-oid": "an attribute of an LDAP directory",
}


def check(subject: Subject) -> Iterator[Hit]:
    for field in subject.uid_fields:
        if field.uid is None:
            continue
        what = _not_a_transfer_syntax(field.uid) if field.place == "transfer syntax" else _not_a_sop_class(field.uid)
        if what:
            wanted = "transfer syntax" if field.place == "transfer syntax" else "SOP class"
            of_peer = "no peer proposes it" if subject.side(field) == "acceptor" else "no peer can accept it"
            message = (
                f"{uids.display_name(field.uid)} is {what}; DCMTK takes it as a {wanted} all the same, "
                f"and {of_peer}; write a {wanted}"
            )
            yield Hit(field.span, message)


@lru_cache(maxsize=4096)
def _not_a_transfer_syntax(uid: str) -> str:
    info = uids.describe(uid)
    if info is None or info.kind == "transfer-syntax" or _is_unsure(uid):
        return ""
    return _WORDS.get(info.kind, "a SOP class")


@lru_cache(maxsize=4096)
def _not_a_sop_class(uid: str) -> str:
    info = uids.describe(uid)
    if info is None or info.is_abstract_syntax or _is_unsure(uid):
        return ""
    return _WORDS[info.kind]


def _is_unsure(uid: str) -> bool:
    known = private.get(uid) if not uid.startswith(STANDARD_ROOT) else None
    return known is not None and "kind" in known.unsure


RULE = Rule(
    code="AP303",
    name="wrong-kind-of-uid",
    severity="error",
    summary="A UID of the wrong kind, where a SOP class or a transfer syntax belongs",
    why="""\
DCMTK looks names up in one table of everything that has a UID. So it accepts a transfer syntax as a SOP class, a SOP
class as a transfer syntax, and service classes, well-known instances or the application context name as either, and
proposes what it found. A presentation context has one abstract syntax, which is a SOP class or a meta SOP class, and
transfer syntaxes; no peer can accept anything else.
""",
    reference="PS3.8 9.3.2.2; PS3.6 Annex A",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = StorageServiceClass\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
""",
            at="StorageServiceClass",
            fixed=False,
        ),
        Example(
            frame="transfer syntaxes",
            bad="""\
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = CTImageStorage
""",
            good="""\
[Uncompressed]
TransferSyntax1 = LittleEndianImplicit
TransferSyntax2 = LittleEndianExplicit
""",
            at="CTImageStorage",
            fixed=False,
        ),
    ),
    check=check,
)
