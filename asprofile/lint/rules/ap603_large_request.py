"""AP603: an association request that is too large to be sent, or to be taken."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.hit import Hit
from asprofile.lint.profiles import only_for
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model import size
from asprofile.model.config import PresentationContext, Profile
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.value import replaced

# DCMTK compares the length field, which does not count the 6 bytes in front of it (3.6.4 and later).
DCMTK_TAKES = 0x100000 + 6
_LARGE = 0x10000


def check(subject: Subject) -> Iterator[Hit]:
    for profile in subject.config.profiles.values():
        # More contexts than a request can have are reported by another rule.
        stance = subject.stance(profile.context_list, "requestor")
        if len(profile.contexts) <= MAX_CONTEXTS and stance != "no":
            for hit in _check(profile):
                yield replaced(hit, only_for=only_for(stance, "requestor"))


def _check(profile: Profile) -> Iterator[Hit]:
    too_long = next((c for c in profile.contexts if len(c.transfer_syntaxes) > 900 and _is_too_long(c)), None)
    user_information = size.user_information_item(profile)
    total = size.associate_request(profile)
    if too_long:
        message = (
            f"presentation context {too_long.id} of this profile, with {len(too_long.transfer_syntaxes)} transfer "
            "syntaxes, "
            "is longer than the 65,535 bytes that an item can have: no request can be made of it"
        )
        yield Hit(profile.span, message, severity="error")
    elif user_information > size.MAX_ITEM:
        message = (
            f"roles and extended negotiation of this profile take {user_information - 4:,} bytes, more than the "
            "65,535 that "
            "the user information item can have: no request can be made of it"
        )
        yield Hit(profile.span, message, severity="error")
    elif total > DCMTK_TAKES:
        message = (
            f"the association request has {total:,} bytes: DCMTK refuses to read more than 1 MiB; use shorter lists"
        )
        yield Hit(profile.span, message, severity="error")
    elif total > _LARGE:
        message = f"the association request has {total:,} bytes, more than many peers have room for; use shorter lists"
        yield Hit(profile.span, message)


def _is_too_long(context: PresentationContext) -> bool:
    return size.context_item(context.abstract_syntax, context.transfer_syntaxes) > size.MAX_ITEM


RULE = Rule(
    code="AP603",
    name="large-request",
    severity="warning",
    summary="The association request is too large",
    why="""\
Everything that a requestor's profile lists goes into one message, the A-ASSOCIATE-RQ: each context with the UIDs of
all its transfer syntaxes, each role, each extended negotiation item. For a usual profile it has 5 to 20 kB.

The length of the message is not limited, but that of its items is: a presentation context, and all the user information
together, have at most 65,535 bytes. DCMTK as the peer refuses a request of more than 1 MiB. Both are errors. A request
of more than 64 kB is a warning.

Use short lists of transfer syntaxes for a requestor: it knows how its objects are encoded. Long lists of everything are
for acceptors.
""",
    reference="PS3.8 9.3.2; DCMTK dcmAssociatePDUSizeLimit",
    examples=(
        Example(
            role="requestor",
            bad="[[TransferSyntaxes]]\n[Private]\n"
            + "".join(f"TransferSyntax{n} = 2.25.2701239876540987654321123456789000{n:02d}\n" for n in range(1, 41))
            + "[[PresentationContexts]]\n[Contexts]\n"
            + "".join(
                f"PresentationContext{n} = 2.25.3141592653589793238462643383279502{n:02d}\\Private\n"
                for n in range(1, 41)
            )
            + "[[Profiles]]\n[Large]\nPresentationContexts = Contexts\n",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
[[Profiles]]
[Small]
PresentationContexts = Contexts
""",
            at="[Large]",
            fixed=False,
        ),
    ),
    check=check,
)
