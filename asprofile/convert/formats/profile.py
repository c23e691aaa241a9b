"""DCMTK's format, which is not read here but loaded by ``model``, with the position of every mistake."""

from __future__ import annotations

from asprofile.convert import profiles
from asprofile.convert.formats.form import Format
from asprofile.syntax.recognise import is_meant
from asprofile.text import encode

FORMAT = Format(
    "profile",
    "DCMTK's association profiles",
    "either",
    True,
    None,
    profiles.write,
    (r".*\.cfg", r"asconfig.*"),
    lambda text: is_meant(encode(text)),
    merge=profiles.merge,
)
