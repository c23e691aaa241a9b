"""AP410: a transfer syntax list whose name contradicts its entries."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

from asprofile.lint.hit import Hit, Severity
from asprofile.lint.profiles import named
from asprofile.lint.rule import Example, Rule
from asprofile.lint.subject import Subject
from asprofile.lint.unfit import list_name
from asprofile.names.transfer_syntaxes import TransferSyntax

_WORD = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+"
# With one of these words in a name, the list need not have only what the other words say, or have it at all.
_OPEN = frozenset(
    (
        "all",
        "and",
        "any",
        "but",
        "default",
        "else",
        "except",
        "no",
        "non",
        "not",
        "or",
        "other",
        "plus",
        "with",
        "without",
    )
)
# A name with two of these is that of a list with both.
_MANNERS = frozenset(("uncompressed", "compressed", "lossless", "lossy", "near", "video", "deflated"))
_JPEG = frozenset(("jpeg", "jpeg-ls", "j2k", "j2k-mc", "htj2k", "jpegxl"))
# What a name says about the kind of compression, longer words first; the list must have one of these families.
_KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("htj2k", frozenset(("htj2k",))),
    ("jpeg2000", frozenset(("j2k", "j2k-mc", "htj2k"))),
    ("jpeg2k", frozenset(("j2k", "j2k-mc", "htj2k"))),
    ("j2k", frozenset(("j2k", "j2k-mc", "htj2k"))),
    ("jpegls", frozenset(("jpeg-ls",))),
    ("jpegxl", frozenset(("jpegxl",))),
    ("mpeg2", frozenset(("mpeg2",))),
    ("mpeg4", frozenset(("mpeg4",))),
    ("h264", frozenset(("mpeg4",))),
    ("hevc", frozenset(("hevc",))),
    ("h265", frozenset(("hevc",))),
    ("jpeg", _JPEG),
    ("rle", frozenset(("rle",))),
)
_Kind = Literal["compressed", "lossy", "possibly lossy"]


def check(subject: Subject) -> Iterator[Hit]:
    for label, found in subject.config.transfer_syntax_lists.items():
        syntaxes = subject.negotiations.syntaxes_of(label)
        # Nothing can be said about a list with unknown entries, or with entries that are not read.
        if len(syntaxes) < len(subject.negotiations.uids_of(label)) or not subject.negotiations.is_complete(found):
            continue
        name = list_name(subject, label)
        said = _contradiction(name, syntaxes) if syntaxes and all(one.vendor is None for one in syntaxes) else None
        if said is not None:
            message, severity = said
            yield Hit(found.spans[0], f"the list is called {name}, {message}: one of the two is wrong", None, severity)


def _contradiction(name: str, syntaxes: Collection[TransferSyntax]) -> tuple[str, Severity | None] | None:
    words = {word.lower() for word in re.findall(_WORD, name)}
    if not words.isdisjoint(_OPEN) or len(words & _MANNERS) > 1:
        return None
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    kinds = [families for word, families in _KINDS if _names(word, plain, words)][:1]
    if kinds and not any(syntax.family in kinds[0] for syntax in syntaxes):
        return f"and has {named(syntax.uid for syntax in syntaxes)}", None
    ways = words & {"implicit", "explicit"}
    if len(ways) == 1 and not kinds and not any(_is_coded(syntax, *ways) for syntax in syntaxes):
        return f"and has {named(syntax.uid for syntax in syntaxes)}", None
    if "uncompressed" in words and not kinds and (bad := _of(syntaxes, "compressed")):
        return f"and has {named(bad)}", None
    if "lossless" in plain and words.isdisjoint(_MANNERS - {"lossless"}):
        if bad := _of(syntaxes, "lossy"):
            return f"and has {named(bad)}, which is lossy", None
        if bad := _of(syntaxes, "possibly lossy"):
            return f"and has {named(bad)}, which may be lossy", "info"
    if "lossy" in words and "lossless" not in plain and all(syntax.lossless_only for syntax in syntaxes):
        return f"and has nothing that is lossy, but {named(syntax.uid for syntax in syntaxes)}", None
    return None


def _names(word: str, plain: str, words: set[str]) -> bool:
    """Whether the name says so. Three letters may be a part of another word."""
    return word in words if word == "rle" else word in plain


def _of(syntaxes: Collection[TransferSyntax], kind: _Kind) -> list[str]:
    return [syntax.uid for syntax in syntaxes if _is(syntax, kind)]


def _is_coded(syntax: TransferSyntax, way: str) -> bool:
    """Whether its data elements have implicit or explicit VR, as ``way`` says; all but one have explicit."""
    return (syntax.keyword == "ImplicitVRLittleEndian") == (way == "implicit")


def _is(syntax: TransferSyntax, kind: _Kind) -> bool:
    if kind == "compressed":
        return syntax.encoding == "encapsulated" and syntax.family != "encapsulated-uncompressed"
    return syntax.fidelity == ("lossy" if kind == "lossy" else "either")


RULE = Rule(
    code="AP410",
    name="misleading-name",
    severity="warning",
    summary="The name of a transfer syntax list contradicts what is in it",
    why="""\
If a context says `CTImageStorage\\Uncompressed`, a reader believes it. If the list of that name has JPEG in it, or one
called JPEGLossless has a lossy transfer syntax, images may be sent in another form than expected. Either an entry is in
the wrong list or the list has the wrong name. Only plain names are judged: "uncompressed", "lossless", "lossy",
"implicit", "explicit" and names of kinds of compression, but not those with "or", "and", "not", "any" and the like. It
is an info where a list called lossless has JPEG 2000 or the like, which may be lossy or not.
""",
    reference="DCMTK asconfig.txt, 2.1",
    examples=(
        Example(
            bad="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGLossless]
TransferSyntax1 = JPEGBaseline
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\JPEGLossless
PresentationContext2 = UltrasoundImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            good="""\
[[TransferSyntaxes]]
[Uncompressed]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[JPEGLossless]
TransferSyntax1 = JPEGLossless:Non-hierarchical-1stOrderPrediction
[[PresentationContexts]]
[Contexts]
PresentationContext1 = UltrasoundImageStorage\\JPEGLossless
PresentationContext2 = UltrasoundImageStorage\\Uncompressed
[[Profiles]]
[Default]
PresentationContexts = Contexts
""",
            at="[JPEGLossless]",
            fixed=False,
        ),
    ),
    check=check,
)
