"""Logs of programs that write less than DCMTK's do: what they have is read, and what they lack is said."""

from __future__ import annotations

import pytest

from asprofile.logs import NO_ROLES, LoggedAssociation, associations

CT, MR, ECHO = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.1.1"
EXPLICIT, IMPLICIT, BASELINE = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.4.50"
US, OLD_US = "1.2.840.10008.5.1.4.1.1.6.1", "1.2.840.10008.5.1.4.1.1.6"


def read(text: str) -> list[LoggedAssociation]:
    return list(associations(text.splitlines(keepends=True)))


def offered(one: LoggedAssociation) -> list[tuple[str, tuple[str, ...], str | None]]:
    return [(context.abstract_syntax, context.proposed, context.accepted) for context in one.contexts]


FO_DICOM = """\
[INFO] PACS -> Association request:
Calling AE Title:       ME
Presentation Contexts:  3
  Presentation Context:  1 [Proposed]
       Abstract Syntax:  Verification SOP Class
       Transfer Syntax:  Implicit VR Little Endian: Default Transfer Syntax for DICOM
  Presentation Context:  3 [Proposed]
       Abstract Syntax:  CT Image Storage
       Transfer Syntax:  JPEG Baseline (Process 1): Default Transfer Syntax for Lossy JPEG 8 Bit Image Compression
       Transfer Syntax:  Explicit VR Little Endian
  Presentation Context:  5 [Proposed]
       Abstract Syntax:  Unknown [1.2.3]
       Transfer Syntax:  Explicit VR Little Endian
[INFO] PACS <- Association accept:
Presentation Contexts:  3
  Presentation Context:  1 [Accept]
       Abstract Syntax:  Verification SOP Class
       Transfer Syntax:  Implicit VR Little Endian: Default Transfer Syntax for DICOM
  Presentation Context:  3 [Accept]
       Abstract Syntax:  CT Image Storage
       Transfer Syntax:  Explicit VR Little Endian
  Presentation Context:  5 [RejectAbstractSyntaxNotSupported]
       Abstract Syntax:  Unknown [1.2.3]
       Transfer Syntax:  Explicit VR Little Endian
[INFO] PACS <- Association release request
"""


def test_fo_dicom() -> None:
    (one,) = read(FO_DICOM)
    assert offered(one) == [
        (ECHO, (IMPLICIT,), IMPLICIT),
        (CT, (BASELINE, EXPLICIT), EXPLICIT),
        ("1.2.3", (EXPLICIT,), None),
    ]
    assert (one.lacks, one.unknown) == ((NO_ROLES,), ())


def test_dcmjs_dimse() -> None:
    text = FO_DICOM.replace("CT Image Storage", "CtImageStorage").replace("Verification SOP Class", "Verification")
    text = text.replace("Abstract Syntax:", "Abstract:").replace("Transfer Syntax:", "Transfer:")
    text = text.replace("Implicit VR Little Endian: Default Transfer Syntax for DICOM", "ImplicitVRLittleEndian")
    assert [offered(one) for one in read(text)] == [offered(one) for one in read(FO_DICOM)]


GDCM = """\
List of PresentationContextRQ:
ItemLength: 46
PresentationContext ID: 1
1.2.840.10008.5.1.4.1.1.2
TransferSyntax: Name: 1.2.840.10008.1.2 (Implicit VR Little Endian: Default Transfer Syntax for DICOM)
TransferSyntax: Name: 1.2.840.10008.1.2.1 (Explicit VR Little Endian)
PresentationContext ID: 3
1.2.840.10008.1.1
TransferSyntax: Name: 1.2.840.10008.1.2 (Implicit VR Little Endian: Default Transfer Syntax for DICOM)
User Information:
ProtocolVersion: 1
List of PresentationContextAC:
ID: 1
Result: 0
TransferSyntax: Name: 1.2.840.10008.1.2.1 (Explicit VR Little Endian)
ID: 3
Result: 4
TransferSyntax: Name:
User Information:
"""


def test_gdcm() -> None:
    (one,) = read(GDCM)
    assert offered(one) == [(CT, (IMPLICIT, EXPLICIT), EXPLICIT), (ECHO, (IMPLICIT,), None)]
    (one,) = read(GDCM[GDCM.index("ProtocolVersion") :])
    assert (one.contexts, one.proposed) == ((), False)
    assert "numbers and no SOP classes" in one.lacks[0]


def test_conquest() -> None:
    head = '20250218 19:39:40     Presentation Context 0 "1.2.840.10008.5.1.4.1.1.2" 1\n'
    (one,) = read(head + '20250218 19:39:40     Presentation Context 1 "1.2.840.10008.1.1" 1\n')
    assert offered(one) == [(CT, (IMPLICIT,), None), (ECHO, (IMPLICIT,), None)]
    assert (one.answered, "does not have which transfer syntaxes" in one.lacks[0]) == (False, True)
    syntaxes = f'\t\tTransfer Syntax 0 "{BASELINE}" 0\n\t\tTransfer Syntax 1 "{EXPLICIT}" 1\n'
    first, again = read((head + syntaxes) * 2)
    assert offered(first) == offered(again) == [(CT, (BASELINE, EXPLICIT), EXPLICIT)]
    assert (first.answered, first.lacks) == (True, (NO_ROLES,))


def test_dicom_rs() -> None:
    proposed = (
        f'PresentationContextProposed {{ id: 1, abstract_syntax: "{CT}", transfer_syntaxes: ["{EXPLICIT}", '
        f'"{IMPLICIT}\\0"] }}, PresentationContextProposed {{ id: 3, abstract_syntax: "{MR}", transfer_syntaxes: '
        f'["{IMPLICIT}"] }}'
    )
    answer = (
        f'PresentationContextResult {{ id: 1, reason: Acceptance, transfer_syntax: "{IMPLICIT}" }}, '
        f'PresentationContextResult {{ id: 3, reason: AbstractSyntaxNotSupported, transfer_syntax: "{IMPLICIT}" }}'
    )
    (one,) = read(f"DEBUG dicom_ul: > [{proposed}]\nDEBUG dicom_ul: < [{answer}]\n")
    assert offered(one) == [(CT, (EXPLICIT, IMPLICIT), IMPLICIT), (MR, (IMPLICIT,), None)]
    pretty = f"[{proposed}]\n[{answer}]\n".replace("{ ", "{\n    ").replace(", ", ",\n    ")
    assert [offered(one) for one in read(pretty)] == [offered(one)]
    negotiated = answer.replace("Result", "Negotiated").replace(" }, P", f', abstract_syntax: "{CT}" }}, P')
    (one,) = read(negotiated)
    assert (offered(one), one.proposed) == ([(CT, (), IMPLICIT)], False)


@pytest.mark.parametrize(
    ("text", "uid", "is_told"),
    [
        ("=Ultrasound Image Storage", US, True),
        ("=Ultrasound Image Storage (Retired)", OLD_US, False),
        (f"={OLD_US}", OLD_US, False),
        (f"=Ultrasound Image Storage ({OLD_US})", OLD_US, False),
        (f"Ultrasound Image Storage [{US}]", US, False),
        ("=UltrasoundImageStorage", US, False),
        ("=CT Image Storage", CT, False),
    ],
)
def test_a_current_class_before_a_retired_one_of_its_name(text: str, uid: str, is_told: bool) -> None:
    (one,) = read(
        f"Context ID: 1 (Proposed)\n  Abstract Syntax: {text}\n  Proposed Transfer Syntax:\n      ={IMPLICIT}\n"
    )
    assert offered(one) == [(uid, (IMPLICIT,), None)]
    assert bool(one.either) == is_told
