"""Logs of each program, line by line: what was proposed, what was answered."""

from __future__ import annotations

from asprofile.logs import NO_REQUEST, LoggedAssociation, LoggedContext, associations

CT = "1.2.840.10008.5.1.4.1.1.2"
VERIFICATION = "1.2.840.10008.1.1"
EXPLICIT, IMPLICIT, JPEG_LOSSLESS = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.4.70"

DCMTK = """\
D: $dcmtk: storescu v3.6.7 2022-04-22 $
D: Request Parameters:
D: ====================== BEGIN A-ASSOCIATE-RQ =====================
D: Calling Application Name:    STORESCU
D: Presentation Contexts:
D:   Context ID:        1 (Proposed)
D:     Abstract Syntax: =CTImageStorage
D:     Proposed SCP/SCU Role: SCP/SCU
D:     Proposed Transfer Syntax(es):
D:       =LittleEndianExplicit
D:       1.2.3.4
D:   Context ID:        3 (Proposed)
D:     Abstract Syntax: 1.2.3
D:     Proposed SCP/SCU Role: Default
D:     Proposed Transfer Syntax(es):
D:       =LittleEndianImplicit
D: Requested Extended Negotiation:
D:   =CTImageStorage (1.2.840.10008.5.1.4.1.1.2)
D:     [0x02, 0x00, 0xfF, 0x00, 0x00, 0x00,
D:      0x01]
D: Accepted Extended Negotiation:  none
D: Requested User Identity Negotiation: none
D: ======================= END A-ASSOCIATE-RQ ======================
I: Requesting Association
D: ====================== BEGIN A-ASSOCIATE-AC =====================
D:   Context ID:        1 (Accepted)
D:     Abstract Syntax: =CTImageStorage
D:     Proposed SCP/SCU Role: SCP/SCU
D:     Accepted SCP/SCU Role: SCU
D:     Accepted Transfer Syntax: =LittleEndianExplicit
D:   Context ID:        3 (Abstract Syntax Not Supported)
D:     Abstract Syntax: 1.2.3
D:     Proposed SCP/SCU Role: Default
D:     Accepted SCP/SCU Role: Default
D: Requested Extended Negotiation:
D:   =CTImageStorage (1.2.840.10008.5.1.4.1.1.2)
D:     [0x01]
D: Accepted Extended Negotiation:  none
D: ======================= END A-ASSOCIATE-AC ======================
"""

DCM4CHE = """\
11:27:23.710 DEBUG - A-ASSOCIATE-RQ[
  calledAET: ARCHIVE
  callingAET: STORESCU
  applicationContext: 1.2.840.10008.3.1.1.1 - DICOM Application Context Name
  implClassUID: 1.2.40.0.13.1.3
  implVersionName: dcm4che-5.31.0
  maxPDULength: 16378
  maxOpsInvoked/maxOpsPerformed: 0/0
  PresentationContext[id: 1
    as: 1.2.840.10008.1.1 - Verification SOP Class
    ts: 1.2.840.10008.1.2 - Implicit VR Little Endian
  ]
  PresentationContext[id: 3
    as: 1.2.840.10008.5.1.4.1.1.2 - CT Image Storage
    ts: 1.2.840.10008.1.2.1 - Explicit VR Little Endian
    ts: 1.2.840.10008.1.2.4.70 - JPEG Lossless, Non-Hierarchical
  ]
  PresentationContext[id: 5
    as: 1.2.3 - ?
    ts: 1.2.840.10008.1.2 - Implicit VR Little Endian
  ]
  RoleSelection[
    sopClass: 1.2.840.10008.5.1.4.1.1.2 - CT Image Storage
    scu: true
    scp: true
  ]
  ExtendedNegotiation[
    sopClass: 1.2.840.10008.5.1.4.1.1.2 - CT Image Storage
    info: [2, 0, -1, 0, ]
  ]
  CommonExtendedNegotiation[
    sopClass: 1.2.3 - ?
    serviceClass: 1.2.840.10008.4.2 - Storage Service Class
    relatedSOPClasses:
      1.2.840.10008.5.1.4.1.1.88.22 - Enhanced SR Storage
  ]
]
11:27:23.835 INFO  - STORESCU->ARCHIVE(1) >> A-ASSOCIATE-AC
11:27:23.835 DEBUG - A-ASSOCIATE-AC[
  calledAET: ARCHIVE
  callingAET: STORESCU
  PresentationContext[id: 1
    result: 0 - acceptance
    ts: 1.2.840.10008.1.2 - Implicit VR Little Endian
  ]
  PresentationContext[id: 3
    result: 0 - acceptance
    ts: 1.2.840.10008.1.2.4.70 - JPEG Lossless, Non-Hierarchical
  ]
  PresentationContext[id: 5
    result: 3 - abstract-syntax-not-supported (provider rejection)
    ts: 1.2.840.10008.1.2 - Implicit VR Little Endian
  ]
  RoleSelection[
    sopClass: 1.2.840.10008.5.1.4.1.1.2 - CT Image Storage
    scu: false
    scp: true
  ]
]
"""

PYNETDICOM = """\
I: Requesting Association
D: ======================= OUTGOING A-ASSOCIATE-RQ PDU ========================
D: Presentation Context:
D:   Context ID:        1 (Proposed)
D:     Abstract Syntax: =CT Image Storage
D:     Proposed SCP/SCU Role: Default
D:     Proposed Transfer Syntaxes:
D:       =Explicit VR Little Endian
D:       =JPEG Extended (Process 2 & 4)
D: Requested Extended Negotiation:
D:   SOP Class: =1.2.840.10008.5.1.4.1.1.2
D:     02  00  00  00  0a  00
D: Requested Common Extended Negotiation: None
D: ========================== END A-ASSOCIATE-RQ PDU ==========================
D: ======================= INCOMING A-ASSOCIATE-AC PDU ========================
D: Presentation Contexts:
D:   Context ID:        1 (Rejected - Transfer Syntax Not Supported)
D:     Abstract Syntax: =CT Image Storage
D: Accepted Extended Negotiation: None
D: ========================== END A-ASSOCIATE-AC PDU ==========================
"""


def read(text: str) -> list[LoggedAssociation]:
    return list(associations(text.splitlines(keepends=True)))


def test_dcmtk() -> None:
    assert read(DCMTK) == [
        LoggedAssociation(
            (
                LoggedContext(1, CT, (EXPLICIT, "1.2.3.4"), EXPLICIT, "both", "scu"),
                LoggedContext(3, "1.2.3", (IMPLICIT,), None, "default", "default"),
            ),
            ((CT, b"\x02\x00\xff\x00\x00\x00\x01"),),
            answered=True,
            unknown=(),
        )
    ]


def test_dcm4che() -> None:
    assert read(DCM4CHE) == [
        LoggedAssociation(
            (
                LoggedContext(1, VERIFICATION, (IMPLICIT,), IMPLICIT, "default", "default"),
                LoggedContext(3, CT, (EXPLICIT, JPEG_LOSSLESS), JPEG_LOSSLESS, "both", "scp"),
                LoggedContext(5, "1.2.3", (IMPLICIT,), None, "default", "default"),
            ),
            ((CT, b"\x02\x00\xff\x00"),),
            answered=True,
            unknown=(),
        )
    ]


def test_pynetdicom_with_a_name_of_an_older_edition() -> None:
    assert read(PYNETDICOM) == [
        LoggedAssociation(
            (LoggedContext(1, CT, (EXPLICIT, "1.2.840.10008.1.2.4.51"), None, "default", "default"),),
            ((CT, b"\x02\x00\x00\x00\x0a\x00"),),
            answered=True,
            unknown=(),
        )
    ]


def test_prefixes_and_line_ends_are_of_no_matter() -> None:
    plain = read(DCMTK)
    assert read("".join(line.removeprefix("D: ") for line in DCMTK.splitlines(keepends=True))) == plain
    assert read("".join(f"2026-01-01 12:00:00,123 host {line}" for line in DCMTK.splitlines(keepends=True))) == plain
    assert read(DCMTK.replace("\n", "\r\n")) == plain


def test_several_associations_of_several_programs() -> None:
    assert read(DCMTK + "noise\n" + DCM4CHE + PYNETDICOM) == read(DCMTK) + read(DCM4CHE) + read(PYNETDICOM)


def test_a_request_without_an_answer() -> None:
    request = DCMTK.partition("I: Requesting")[0]
    (one, other) = read(request + DCMTK)
    assert (one.answered, one.contexts[0].accepted) == (False, None)
    assert other == read(DCMTK)[0]


def test_a_log_that_ends_in_the_middle() -> None:
    (one,) = read(DCMTK.partition("D:   Context ID:        3")[0])
    assert [context.abstract_syntax for context in one.contexts] == [CT]
    (one,) = read(DCM4CHE.partition("  PresentationContext[id: 5")[0])
    assert [context.abstract_syntax for context in one.contexts] == [VERIFICATION, CT]


def test_an_answer_alone() -> None:
    """dcm4che's has numbers and no SOP classes, DCMTK's and pynetdicom's repeat them."""
    (one,) = read(DCM4CHE[DCM4CHE.index("11:27:23.835 DEBUG") :])
    assert (one.contexts, one.proposed) == ((), False)
    assert "the part with the request" in one.lacks[0]
    (one,) = read(DCMTK[DCMTK.index("D: ====================== BEGIN A-ASSOCIATE-AC") :])
    assert [(context.abstract_syntax, context.accepted) for context in one.contexts] == [
        (CT, EXPLICIT),
        ("1.2.3", None),
    ]
    assert (one.proposed, one.lacks) == (False, (NO_REQUEST,))
    assert read("no log at all\n\x00\n") == []


def test_names_that_nobody_knows() -> None:
    (one,) = read(DCMTK.replace("=CTImageStorage", "=FutureImageStorage").replace("1.2.3.4", "=FutureSyntax"))
    assert one.unknown == ("FutureImageStorage", "FutureSyntax")
    assert [context.abstract_syntax for context in one.contexts] == ["1.2.3"]


def test_a_name_means_what_it_meant_in_the_release_of_the_log() -> None:
    old = DCMTK.replace("=CTImageStorage", "=RETIRED_VLMultiFrameImageStorage").replace("v3.6.7", "v3.6.2")
    (one,) = read(old)
    assert one.contexts[0].abstract_syntax == "1.2.840.10008.5.1.4.1.1.77.2"
