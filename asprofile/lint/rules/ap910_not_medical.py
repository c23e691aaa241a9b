"""AP910: SOP classes of security screening and of material testing among medical ones."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject

FOREIGN = ("DICOS", "DICONDE")


def check(subject: Subject) -> Iterator[Hit]:
    for items, only_for in profiles.proposed_with_status(subject, FOREIGN):
        contexts = next(found for found in subject.config.context_lists.values() if items[0] in found.items)
        if all(
            _is_foreign(item.abstract_syntax)
            for item in contexts.items
            if profiles.kind(item.abstract_syntax) == "storage"
        ):
            continue
        message = (
            f"{profiles.named(item.abstract_syntax for item in items)} among medical SOP classes: DICOS is for "
            "security "
            "screening, DICONDE for the testing of materials; no medical peer accepts them"
        )
        yield Hit(items[0].abstract_syntax_span, message, only_for=only_for)


def _is_foreign(uid: str) -> bool:
    found = profiles.info(uid)
    return found is not None and found.status in FOREIGN


RULE = Rule(
    code="AP910",
    name="not-medical",
    severity="info",
    summary="A requestor proposes SOP classes of DICOS or DICONDE among medical ones",
    why="""\
Two other standards build on DICOM and have registered Storage SOP classes in its root: DICOS for baggage and persons
at a checkpoint, DICONDE for the testing of materials. In a hospital they get into a profile when DCMTK's list of
everything is copied. Their contexts are wasted. A list that has nothing else is not reported, nor is an acceptor's.
""",
    reference="PS3.6 Table A-1; NEMA IIC 1 (DICOS); ASTM E2339 (DICONDE)",
    examples=(
        Example(
            frame="contexts",
            role="requestor",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = DICOS_CTImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
PresentationContext2 = MRImageStorage\\Uncompressed
""",
            at="DICOS_CTImageStorage",
            fixed=False,
        ),
    ),
    check=check,
)
