"""Why a SOP class and a transfer syntax fit or not: a verdict of ``fit`` in the words of the standard.

Only sentences, built from the two rows and their sections; decisions belong in ``fit``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from asprofile.names import uids
from asprofile.names.fit import FitKind, Verdict
from asprofile.names.pixel_formats import GRAYSCALE, PALETTE, PixelFormat, common, families
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from asprofile.names.sop_classes import StorageSopClass
    from asprofile.names.transfer_syntaxes import TransferSyntax

_Values: TypeAlias = frozenset[Any]

_NOBODY = "no object can use this context"


def reason(verdict: Verdict) -> str:
    """One sentence without a full stop: it names both, the conflict or restriction, and the sections of the
    standard.
    """
    name = uids.display_name(verdict.abstract_syntax)
    codec = uids.display_name(verdict.transfer_syntax)
    return _SENTENCES[verdict.kind](verdict, name + _integer(verdict), codec)


def restriction(verdict: Verdict) -> str:
    """The same where a table names both already: of a verdict that some objects fit, what those are like; what is not
    known, without the names. The section is one for all transfer syntaxes of a kind (PS3.5 8.2, not 8.2.7), so that
    what holds for all is said once.
    """
    if verdict.kind is FitKind.UNKNOWN and verdict.syntax is not None and not verdict.both_known:
        return _unknown_pair("its objects can be encoded so")
    if _SENTENCES[verdict.kind] is not _partial:
        return reason(verdict)
    found = f"only objects{_integer(verdict)} that have {_what_fits(verdict)}"
    return re.sub(r"\((PS3\.5 \w+\.\d+)\b[^()]*\)", r"(\1)", found, count=1)


def _integer(verdict: Verdict) -> str:
    """Float Pixel Data is for native transfer syntaxes only."""
    either = verdict.both_known and _class(verdict).pixel == "conditional-or-float" and not _syntax(verdict).is_native
    return " with integer Pixel Data" if either else ""


def _class(verdict: Verdict) -> StorageSopClass:
    """The Storage SOP class of a verdict that depends on pixel formats."""
    assert verdict.sop_class is not None
    return verdict.sop_class


def _syntax(verdict: Verdict) -> TransferSyntax:
    """The transfer syntax of a verdict that depends on it."""
    assert verdict.syntax is not None
    return verdict.syntax


def _obsolete(_: Verdict, __: str, codec: str) -> str:
    return f"{codec} is retired and was never used to send objects on an association (PS3.6 Table A-1)"


def _real_time(verdict: Verdict, name: str, codec: str) -> str:
    what = codec if verdict.syntax is not None and verdict.syntax.encoding == "real-time" else name
    return f"{what} is for DICOM Real-Time Video, which uses no association (PS3.22)"


def _media_only(_: Verdict, name: str, __: str) -> str:
    return f"{name} is the DICOMDIR, which never leaves its medium (PS3.10 8): {_NOBODY}"


def _not_a_class(_: Verdict, name: str, __: str) -> str:
    return f"{name} is no SOP class, so it cannot be an abstract syntax (PS3.8 9.3.2.2.1)"


def _not_a_syntax(_: Verdict, __: str, codec: str) -> str:
    return f"{codec} is no transfer syntax"


def _no_pixel_data(verdict: Verdict, name: str, codec: str) -> str:
    syntax = _syntax(verdict)
    section = "PS3.5 A.4" if syntax.encoding == "encapsulated" else _section(syntax.ref, "PS3.5")
    if verdict.of == "service":
        return f"{name} has no Pixel Data in its messages, and {codec} is only for data sets that have it ({section})"
    if verdict.of == "private":
        return (
            f"{name} has no Pixel Data as far as is known, and {codec} is only for data sets that have it ({section})"
        )
    return f"{name} has no Pixel Data, and {codec} is only for data sets that have it ({section}): {_NOBODY}"


def _float_pixel_data(verdict: Verdict, name: str, codec: str) -> str:
    in_iod = _cite(_class(verdict).ref, "PS3.3")
    return f"{name} has Float Pixel Data only{in_iod}, and {codec} is only for Pixel Data (PS3.5 A.4): {_NOBODY}"


def _referenced(_: Verdict, __: str, codec: str) -> str:
    return f"{codec} sends a URL in place of the Pixel Data: fit to retrieve, not to store (PS3.5 10.8)"


def _unknown(verdict: Verdict, name: str, codec: str) -> str:
    if verdict.syntax is None:
        return f"{codec} is in no table of transfer syntaxes"
    if not verdict.both_known:
        return _unknown_pair(f"{name} can go in {codec}")
    return f"which pixel formats {name} permits is not known"


def _unknown_pair(what: str) -> str:
    return f"whether {what} is not known; see the conformance statement of its vendor"


def _single_frame_video(verdict: Verdict, name: str, codec: str) -> str:
    in_codec = _cite(_syntax(verdict).ref, "PS3.5")
    return f"{name} is a single-frame class, {codec} is a video stream{in_codec}"


def _full(verdict: Verdict, name: str, codec: str) -> str:
    if _syntax(verdict).is_native:
        what = "every object" if verdict.of in ("storage", "private", "unknown") else "every message"
        return f"{codec} can carry {what} of {name}"
    return f"{codec} codes every pixel format of {name}{_lossy_remark(verdict)}"


def _impossible(verdict: Verdict, name: str, codec: str) -> str:
    sop_class, syntax = _class(verdict), _syntax(verdict)
    if syntax.is_video and sop_class.no_video:
        return f"{name} forbids motion video such as {codec} ({sop_class.no_video}): {_NOBODY}"
    has, codes = _clash(sop_class.formats, syntax.formats)
    in_iod, in_codec = _cite(sop_class.ref, "PS3.3"), _cite(syntax.ref, "PS3.5")
    return f"{name} has {has}{in_iod}, {codec} codes {codes}{in_codec}: {_NOBODY}"


def _partial(verdict: Verdict, name: str, codec: str) -> str:
    return f"{codec} codes only objects of {name} that have {_what_fits(verdict)}"


def _what_fits(verdict: Verdict) -> str:
    """What an object must be like to fit."""
    sop_class, syntax = _class(verdict), _syntax(verdict)
    both = common(sop_class.formats, syntax.formats)
    what = _listed(_limits(sop_class.formats, both)) or _alternatives(both)
    return f"{what}{_cite(syntax.ref, 'PS3.5')}{_lossy_remark(verdict)}"


_SENTENCES: dict[FitKind, Callable[[Verdict, str, str], str]] = {
    FitKind.FULL: _full,
    FitKind.PARTIAL: _partial,
    FitKind.VIDEO: _partial,
    FitKind.FULL_VIDEO: _full,
    FitKind.SINGLE_FRAME_VIDEO: _single_frame_video,
    FitKind.REFERENCED: _referenced,
    FitKind.UNKNOWN: _unknown,
    FitKind.IMPOSSIBLE: _impossible,
    FitKind.NO_PIXEL_DATA: _no_pixel_data,
    FitKind.FLOAT_PIXEL_DATA: _float_pixel_data,
    FitKind.MEDIA_ONLY: _media_only,
    FitKind.REAL_TIME: _real_time,
    FitKind.OBSOLETE: _obsolete,
    FitKind.NOT_A_CLASS: _not_a_class,
    FitKind.NOT_A_SYNTAX: _not_a_syntax,
}


def _lossy_remark(verdict: Verdict) -> str:
    if not verdict.lossy_unwise:
        return ""
    verb = "loses" if verdict.loss == "always" else "may lose"
    return f", but it {verb} information, which makes no sense here: {_class(verdict).lossy_unwise}"


# Attributes in words


class _Attribute(Value):
    """One attribute of a pixel format: how to get its values, how to write them alone and with the noun, and what "any
    value" means in practice.
    """

    values: Callable[[PixelFormat], _Values | None]
    words: Callable[[_Values], str]
    noun: str
    any_value: _Values

    def phrase(self, values: _Values) -> str:
        plural = self.noun.replace("(s)", "" if values == {1} else "s")
        return f"{self.words(values)} {plural}"


def _numbers(values: _Values) -> str:
    numbers = sorted(values)
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} to {numbers[-1]}"
    return _joined([str(number) for number in numbers], "or")


def _signs(values: _Values) -> str:
    return _joined([("unsigned", "signed")[value] for value in sorted(values)], "or")


def _photometric(values: _Values) -> str:
    return _joined(sorted(values), "or")


_ATTRIBUTES = (
    _Attribute(lambda one: one.samples, _numbers, "sample(s) per pixel", frozenset((1, 3))),
    _Attribute(lambda one: one.bits_allocated, _numbers, "bit(s) allocated", frozenset((8, 16))),
    _Attribute(lambda one: one.bits_stored, _numbers, "bit(s) stored", frozenset(range(2, 17))),
    _Attribute(lambda one: one.representation, _signs, "pixel values", frozenset((0, 1))),
    _Attribute(lambda one: one.photometric, _photometric, "pixels", GRAYSCALE | PALETTE | frozenset(("RGB",))),
)
"""In the order in which a conflict is reported, the plainest first."""


def _clash(permitted: Sequence[PixelFormat], codable: Sequence[PixelFormat]) -> tuple[str, str]:
    """The attribute for which IOD and codec have no value in common: what the IOD has, what the codec codes. If no
    single attribute is the cause but a combination, all formats of the two.
    """
    for attribute in _ATTRIBUTES:
        has, codes = _values(permitted, attribute), _values(codable, attribute)
        if has is not None and codes is not None and has.isdisjoint(codes):
            return attribute.phrase(has), attribute.words(codes)
    return _alternatives(permitted), _alternatives(codable)


def _limits(permitted: Sequence[PixelFormat], left: Sequence[PixelFormat]) -> list[str]:
    """The attributes that have fewer values left than the IOD permits."""
    limits = [
        attribute.phrase(values)
        for attribute in _ATTRIBUTES
        if (values := _values(left, attribute)) is not None
        and _narrower(values, _values(permitted, attribute), attribute)
    ]
    text = "\n".join(limits)
    return re.sub(r"^(.+) allocated\n\1 stored$", r"\1 allocated and stored", text, flags=re.MULTILINE).splitlines()


def _values(formats: Iterable[PixelFormat], attribute: _Attribute) -> _Values | None:
    """Every value of the attribute in any of the formats; None if one of them takes any value."""
    parts = [attribute.values(one) for one in formats]
    if any(part is None for part in parts):
        return None
    return frozenset(item for part in parts if part is not None for item in part)


def _narrower(left: _Values, wanted: _Values | None, attribute: _Attribute) -> bool:
    """Whether to mention that only these values are left. Fewer photometric interpretations of one family (grayscale,
    palette, colour) are not mentioned: an object may be converted within the family.
    """
    wanted = attribute.any_value if wanted is None else wanted
    if attribute.words is _photometric:
        return any(not left & family for family in families(wanted) if family)
    return not wanted <= left


def _alternatives(formats: Iterable[PixelFormat]) -> str:
    return _joined([_format(one) for one in dict.fromkeys(formats)], "or")


def _format(one: PixelFormat) -> str:
    parts = [attribute.phrase(values) for attribute in _ATTRIBUTES if (values := attribute.values(one)) is not None]
    return " with ".join(parts)


def _listed(phrases: Sequence[str]) -> str:
    """A list of phrases that may contain commas or an "and" themselves."""
    return ", and ".join(filter(None, (", ".join(phrases[:-1]), *phrases[-1:])))


def _joined(words: Sequence[str], conjunction: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


# Sections


def _cite(ref: str, part: str) -> str:
    section = _section(ref, part)
    return f" ({section})" if section else ""


def _section(ref: str, part: str) -> str:
    """The first section of that part of the standard in a ref column, which is the one with the pixel formats."""
    pieces = (piece.strip() for piece in ref.replace(";", ",").split(","))
    return next((piece for piece in pieces if piece.startswith(part)), "")
