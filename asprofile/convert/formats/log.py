"""A debug log of any program that ``logs`` knows."""

from __future__ import annotations

from asprofile.convert.exchange import ConversionSource, Reading
from asprofile.convert.formats.form import Format, json_of
from asprofile.errors import ConversionError
from asprofile.syntax.recognise import is_meant
from asprofile.text import encode

_SIGNS = ("A-ASSOCIATE-", "Presentation Context", "PresentationContext")

_is_json = json_of(lambda node: node.kind == "object")


def _looks_like(text: str) -> bool:
    """A profile, or one document of JSON, may have such words in it, and is no log."""
    return any(sign in text for sign in _SIGNS) and not is_meant(encode(text)) and not _is_json(text)


def _read(source: ConversionSource) -> Reading:
    # Not needed by the other formats.
    from asprofile.convert.seen import reading
    from asprofile.logs import associations
    from asprofile.logs.encoded import Packed, text_of

    try:
        return reading(associations(text_of(source.stream)), source, "log")
    except Packed as error:
        raise ConversionError(error.template) from None


FORMAT = Format("log", "debug log", "either", False, _read, None, (), _looks_like, binary=True)
