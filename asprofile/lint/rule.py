"""What a rule is: one value in one file under ``rules/``.

Its examples are its tests, its documentation, the text of ``asprofile explain`` and the help in every output format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

from asprofile.lint.hit import Hit, Severity
from asprofile.names.releases import LATEST
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.lint.subject import Subject
    from asprofile.model.words import AssociationRole

# What is around an example, so that the page shows the lines that matter and the test runs a whole file. The
# lists and the profile that an example does not show are there, and clean.
Frame = Literal["file", "transfer syntaxes", "contexts", "roles", "extended negotiation", "profiles"]

_TRANSFER_SYNTAXES = """\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
"""
_CONTEXTS = """\
[[PresentationContexts]]
[Contexts]
PresentationContext1 = VerificationSOPClass\\Uncompressed
PresentationContext2 = CTImageStorage\\Uncompressed
"""
_PROFILES = """\
[[Profiles]]
[Default]
PresentationContexts = Contexts
"""

_FRAMES: dict[Frame, tuple[str, str]] = {
    "file": ("", ""),
    # The lists of an example are used by a context each, written as the example's last lines.
    "transfer syntaxes": ("[[TransferSyntaxes]]\n", _CONTEXTS + _PROFILES),
    "contexts": (_TRANSFER_SYNTAXES, _PROFILES),
    "roles": (_TRANSFER_SYNTAXES + _CONTEXTS, _PROFILES + "SCPSCURoleSelection = Roles\n"),
    "extended negotiation": (_TRANSFER_SYNTAXES + _CONTEXTS, _PROFILES + "ExtendedNegotiation = Extended\n"),
    "profiles": (_TRANSFER_SYNTAXES + _CONTEXTS, ""),
}


class Example(Value):
    r"""A text that the rule reports, and the corrected text, which it does not report.

    ``at`` is the text that the first finding in ``bad`` underlines ("" for an empty span). Where the rule has a fix,
    applying it to ``bad`` gives ``good``, byte for byte, unless ``fixed`` is False. ``frame`` says what is around
    both: with "contexts", the example is the supersection ``[[PresentationContexts]]`` with a list ``[Contexts]``,
    and ``[Uncompressed]`` (explicit and implicit little endian) can be referenced; "roles" has a list ``[Roles]``,
    "extended negotiation" ``[Extended]``; "transfer syntaxes" must define ``[Uncompressed]``.
    """

    bad: str
    good: str
    at: str
    frame: Frame = "file"
    release: str = LATEST
    role: AssociationRole | None = None
    fixed: bool = True

    def file(self, text: str) -> bytes:
        """The whole file around ``bad`` or ``good``."""
        before, behind = _FRAMES[self.frame]
        if text and not text.endswith("\n") and behind:
            text += "\n"
        return (before + text + behind).encode("utf-8", "surrogateescape")


class Rule(Value):
    """A rule of the linter.

    ``code`` is AP and three digits (the file's name begins with it), ``name`` a few words with hyphens, ``summary``
    one sentence without a full stop at its end, ``why`` Markdown: what DCMTK does, why it matters, what to write;
    ``reference`` the section of the standard or of DCMTK's asconfig.txt. ``check`` yields a hit for each place.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    reference: str
    examples: tuple[Example, ...]
    check: Callable[[Subject], Iterable[Hit]]

    @property
    def group(self) -> str:
        """The group of rules that the code's first digit says."""
        return RULE_GROUPS[self.code[2]]


RULE_GROUPS = {
    "0": "Suppression comments",
    "1": "DCMTK refuses the file",
    "2": "Text that is silently lost",
    "3": "Names and UIDs",
    "4": "Transfer syntax lists",
    "5": "SOP classes and their transfer syntaxes",
    "6": "Contexts, profiles and limits",
    "7": "Role selection",
    "8": "Extended negotiation",
    "9": "Services and retired classes",
}
