"""AP507: a DICOMDIR on an association."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.fixes.lists import removal
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.profiles import is_referenced
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.model.words import PRESENTATION_CONTEXTS
from asprofile.names.well_known import MEDIA_STORAGE_DIRECTORY

_MESSAGE = (
    "Media Storage Directory is the DICOMDIR of a CD or memory stick, which is never sent over an association "
    "(PS3.10 8): no object can use this context; remove it"
)


def check(subject: Subject) -> Iterator[Hit]:
    for label, contexts in subject.config.context_lists.items():
        items = [item for item in contexts.items if item.abstract_syntax == MEDIA_STORAGE_DIRECTORY]
        if not items:
            continue
        needed = is_referenced(subject, contexts, MEDIA_STORAGE_DIRECTORY)
        for item in items:
            edits = None if needed else removal(subject, PRESENTATION_CONTEXTS, label, [item.span])
            fix = Fix("remove the context", edits, safe=False) if edits else None
            yield Hit(item.abstract_syntax_span, _MESSAGE, fix)


RULE = Rule(
    code="AP507",
    name="media-directory",
    severity="error",
    summary="A DICOMDIR cannot be sent",
    why="""\
Media Storage Directory Storage is the SOP class of the DICOMDIR, the table of contents of an exchange medium. It
exists on the medium only; to send a CD, send the objects that its DICOMDIR lists.
""",
    reference="PS3.10 8; PS3.4 Annex I",
    examples=(
        Example(
            frame="contexts",
            bad="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = MediaStorageDirectoryStorage\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
""",
            good="""\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\\Uncompressed
""",
            at="MediaStorageDirectoryStorage",
        ),
    ),
    check=check,
)
