r"""Realistic mistakes and correct files: what must be found, for a requestor and where nobody says who loads it.

A row is the lines of the transfer syntax list ``[Special]``, those of the context list, and the code of the rule.
"""

from __future__ import annotations

import pytest

from asprofile.lint import Settings, lint
from asprofile.model import AssociationRole
from asprofile.text import Source

CT = r"CTImageStorage\Uncompressed"
J2K = "JPEG2000LosslessOnly"
MISTAKES = {
    "swapped digits": ("RLELossless", r"1.2.840.10008.5.1.4.1.1.848.1\Uncompressed", "AP304"),
    "query root cut short": ("RLELossless", r"1.2.840.10008.5.1.4.1.2.1\Uncompressed", "AP304"),
    "two UIDs in one": ("1.2.840.10008.1.21.2.840.10008.1.2.1", r"MRImageStorage\Special", "AP304"),
    "letter for a digit": ("1.2.840.l0008.1.2.4.70", r"MRImageStorage\Special", "AP103"),
    "comma between two": ("1.2.840.10008.1.2.1,1.2.840.10008.1.2", r"MRImageStorage\Special", "AP103"),
    "instance UID": ("RLELossless", r"1.2.276.0.7230010.3.1.4.8323329.4711.1495927169.335276\Uncompressed", "AP310"),
    "private component lost": ("RLELossless", r"1.3.12.2.1107.59.1\Uncompressed", "AP310"),
    "film in a class of images": ("MPEG4HighProfile/Level4.1", r"VLMicroscopicImageStorage\Special", "AP505"),
    "blank behind": (J2K + " ", r"MRImageStorage\Special", "AP104"),
    "comment behind": (J2K + " # lossless", r"MRImageStorage\Special", "AP105"),
    "keyword of the standard": ("ExplicitVRLittleEndian", r"MRImageStorage\Special", "AP119"),
    "no such list": (J2K, r"MRImageStorage\Specal", "AP108"),
    "no backslash": (J2K, "MRImageStorage/Special", "AP107"),
    "C-GET without roles": (J2K, r"GETStudyRootQueryRetrieveInformationModel\Uncompressed", "AP703"),
    "service class": (J2K, r"1.2.840.10008.4.2\Uncompressed", "AP303"),
    "DICOMDIR": (J2K, r"MediaStorageDirectoryStorage\Uncompressed", "AP507"),
}
CORRECT = {
    "lossless beside uncompressed": (J2K, (r"MRImageStorage\Special", r"MRImageStorage\Uncompressed")),
    "several classes": ("RLELossless", (r"UltrasoundImageStorage\Special", r"UltrasoundImageStorage\Uncompressed")),
}
SIDES: tuple[AssociationRole | None, ...] = ("requestor", None)


def codes(syntax: str, contexts: tuple[str, ...], role: AssociationRole | None) -> dict[str, str]:
    lines = "".join(f"PresentationContext{number} = {text}\n" for number, text in enumerate((CT, *contexts), start=1))
    text = (
        "[[TransferSyntaxes]]\n[Uncompressed]\nTransferSyntax1 = LittleEndianExplicit\n"
        f"TransferSyntax2 = LittleEndianImplicit\n[Special]\nTransferSyntax1 = {syntax}\n"
        f"[[PresentationContexts]]\n[Send]\n{lines}[[Profiles]]\n[Default]\nPresentationContexts = Send\n"
    )
    findings = lint(Source(text.encode(), "send.cfg"), Settings(role=role)).findings
    return {finding.code: finding.severity for finding in findings}


@pytest.mark.parametrize("role", SIDES)
@pytest.mark.parametrize("name", MISTAKES)
def test_it_is_found_and_no_other_error(name: str, role: AssociationRole | None) -> None:
    syntax, context, code = MISTAKES[name]
    found = codes(syntax, (context,), role)
    assert code in found
    assert {one for one, severity in found.items() if severity == "error"} <= {code}


@pytest.mark.parametrize("role", SIDES)
@pytest.mark.parametrize("name", CORRECT)
def test_nothing_but_hints(name: str, role: AssociationRole | None) -> None:
    assert set(codes(*CORRECT[name], role).values()) <= {"info"}
