"""AP807: an acceptor with extended negotiation, which DCMTK answers even where the requestor sent none."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes import lists
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.words import EXTENDED_NEGOTIATION


def check(subject: Subject) -> Iterator[Hit]:
    for profile in subject.config.profiles.values():
        if not profile.extended or subject.role_of(profile.context_list) != "acceptor":
            continue
        message = (
            "an acceptor sends these items for every SOP class it accepts, also to a requestor that sent none, "
            "where the standard says that they shall be omitted"
        )
        title = "do without extended negotiation"
        yield from lists.unwanted(subject, profile.name, EXTENDED_NEGOTIATION, message, title)


RULE = Rule(
    code="AP807",
    name="acceptor-answers-extended",
    severity="warning",
    summary="An acceptor answers extended negotiation that the requestor did not ask for",
    why="""\
Extended negotiation is a question and an answer: if the request has no item for a SOP class, the answer shall have
none. DCMTK as acceptor does not look at the request: it sends the items of its profile for each SOP class that it
accepts, whatever the requestor sent. Most requestors ignore items that they did not ask for; strict ones abort the
association.

Keep such a list in a profile only if all your peers negotiate it.
""",
    reference="PS3.7 D.3.3.5; PS3.4 B.3.1, C.5.1.1, K.5.1.1; DCMTK dcasccfg.cc, evaluateAssociationParameters",
    examples=(
        Example(
            role="acceptor",
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
[[ExtendedNegotiation]]
[Level2]
ExtendedNegotiation1 = CTImageStorage\\020003000000
[[Profiles]]
[Default]
PresentationContexts = Contexts
ExtendedNegotiation  = Level2
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
[[ExtendedNegotiation]]
[Level2]
ExtendedNegotiation1 = CTImageStorage\\020003000000
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="Level2",
        ),
    ),
    check=check,
)
