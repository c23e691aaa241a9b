"""Short logs as programs write them, each with one thing that went wrong, and what that is.

Made for this from the texts in the programs' sources and from logs that they wrote here; names are made up.
"""

from __future__ import annotations

from typing import NamedTuple

CT, MR, US = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.6.1"
IMPLICIT, EXPLICIT, JPEG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.50"


class ProgramLog(NamedTuple):
    """A log; the kind of its first cause, what its first screen says, and who asked whom."""

    text: str
    kind: str
    says: tuple[str, ...]
    titles: tuple[str, str]
    operations: tuple[tuple[str, int | None], ...] = ()


def dcmtk(
    answers: str, end: str, *, begin: str = "BEGIN", version: str = "3.6.7", mark: str = "D: ", called: str = "ARCHIVE"
) -> str:
    """A storescu that proposes CT and MR, up to ``end``."""
    head = f"$dcmtk: storescu v{version} 2022-04-22 $\n" if version else ""
    request = f"""\
====================== {begin} A-ASSOCIATE-RQ =====================
Our Implementation Class UID:      1.2.276.0.7230010.3.0.3.6.7
Our Implementation Version Name:   OFFIS_DCMTK_367
Their Implementation Class UID:
Their Implementation Version Name:
Calling Application Name:    SCANNER
Called Application Name:     {called}
Our Max PDU Receive Size:    16384
Their Max PDU Receive Size:  0
Presentation Contexts:
  Context ID:        1 (Proposed)
    Abstract Syntax: =CTImageStorage
    Proposed SCP/SCU Role: Default
    Proposed Transfer Syntax(es):
      =LittleEndianImplicit
  Context ID:        3 (Proposed)
    Abstract Syntax: =MRImageStorage
    Proposed SCP/SCU Role: Default
    Proposed Transfer Syntax(es):
      =LittleEndianImplicit
======================= END A-ASSOCIATE-RQ ======================
"""
    answer = f"""\
====================== BEGIN A-ASSOCIATE-AC =====================
Our Implementation Class UID:      1.2.276.0.7230010.3.0.3.6.7
Their Implementation Class UID:    1.2.40.0.13.1.3
Their Implementation Version Name: dcm4che-5.33.1
Calling Application Name:    SCANNER
Called Application Name:     {called}
Our Max PDU Receive Size:    16384
Their Max PDU Receive Size:  32768
Presentation Contexts:
{answers}======================= END A-ASSOCIATE-AC ======================
"""
    lines = (head + request + (answer if answers else "")).splitlines()
    return "".join(f"{mark}{line}\n" for line in lines) + end


DCMTK_ANSWERS = """\
  Context ID:        1 (Accepted)
    Abstract Syntax: =CTImageStorage
    Accepted SCP/SCU Role: Default
    Accepted Transfer Syntax: =LittleEndianImplicit
  Context ID:        3 (Abstract Syntax Not Supported)
    Abstract Syntax: =MRImageStorage
"""
DCMTK_END = """\
I: Association Accepted (Max Send PDV: 16372)
I: Sending file: mr.dcm
E: No presentation context for: (MR) 1.2.840.10008.5.1.4.1.1.4
E: Store SCU Failed: 0006:0208 DIMSE No valid Presentation Context ID
I: Aborting Association
"""
DCMTK_REJECTED = """\
I: Requesting Association
F: Association Rejected:
F: Result: Rejected Permanent, Source: Service User
F: Reason: Calling AE Title Not Recognized
"""
PYNETDICOM = """\
I: Requesting Association
D: Request Parameters:
D: ======================= OUTGOING A-ASSOCIATE-RQ PDU ========================
D: Our Implementation Class UID:      1.2.826.0.1.3680043.9.3811.2.1.0
D: Our Implementation Version Name:   PYNETDICOM_210
D: Calling Application Name:    PYSCU
D: Called Application Name:     ANY-SCP
D: Our Max PDU Receive Size:    16382
D: Presentation Context:
D:   Context ID:        1 (Proposed)
D:     Abstract Syntax: =CT Image Storage
D:     Proposed SCP/SCU Role: Default
D:     Proposed Transfer Syntax:
D:       =Explicit VR Little Endian
D: Requested User Identity Negotiation: None
D: ========================== END A-ASSOCIATE-RQ PDU ==========================
D: Accept Parameters:
D: ======================= INCOMING A-ASSOCIATE-AC PDU ========================
D: Their Implementation Class UID:    1.2.3
D: Their Max PDU Receive Size:  16384
D: Presentation Contexts:
D:   Context ID:        1 (Accepted)
D:     Abstract Syntax: =CT Image Storage
D:     Accepted SCP/SCU Role: Default
D:     Accepted Transfer Syntax: =Explicit VR Little Endian
D: ========================== END A-ASSOCIATE-AC PDU ==========================
I: Association Accepted
I: Sending Store Request: MsgID 1, (CT)
D: ========================== OUTGOING DIMSE MESSAGE ==========================
D: Message Type                  : C-STORE RQ
D: Message ID                    : 1
D: Affected SOP Class UID        : CT Image Storage
D: Affected SOP Instance UID     : 1.2.3.4.1
D: ============================ END DIMSE MESSAGE =============================
I: Received Store Response (Status: 0xA700 - Failure)
D: ========================== INCOMING DIMSE MESSAGE ==========================
D: Message Type                  : C-STORE RSP
D: Presentation Context ID       : 1
D: Message ID Being Responded To : 1
D: Affected SOP Class UID        : CT Image Storage
D: Affected SOP Instance UID     : 1.2.3.4.1
D: Status                        : 0xA700 - Failure
D: ============================ END DIMSE MESSAGE =============================
I: Releasing Association
"""
DCM4CHE = """\
09:00:00.001 INFO  - Initiate connection from 0.0.0.0/0.0.0.0:0 to pacs:11112
09:00:00.010 INFO  - STORESCU->PACS(1) << A-ASSOCIATE-RQ
09:00:00.011 DEBUG - A-ASSOCIATE-RQ[
  calledAET: PACS
  callingAET: STORESCU
  implClassUID: 1.2.40.0.13.1.3
  implVersionName: dcm4che-5.31.2
  maxPDULength: 16378
  maxOpsInvoked/maxOpsPerformed: 0/0
  PresentationContext[id: 1
    as: 1.2.840.10008.5.1.4.1.1.2 - CT Image Storage
    ts: 1.2.840.10008.1.2.4.50 - JPEG Baseline (Process 1)
  ]
  PresentationContext[id: 3
    as: 1.2.840.10008.5.1.4.1.1.2 - CT Image Storage
    ts: 1.2.840.10008.1.2 - Implicit VR Little Endian
  ]
]
09:00:00.020 INFO  - STORESCU->PACS(1) >> A-ASSOCIATE-AC
09:00:00.021 DEBUG - A-ASSOCIATE-AC[
  calledAET: PACS
  callingAET: STORESCU
  implClassUID: 1.2.3.4
  implVersionName: SOMEPACS
  maxPDULength: 32768
  PresentationContext[id: 1
    result: 4 - transfer-syntaxes-not-supported (provider rejection)
    ts: 1.2.840.10008.1.2 - Implicit VR Little Endian
  ]
  PresentationContext[id: 3
    result: 0 - acceptance
    ts: 1.2.840.10008.1.2 - Implicit VR Little Endian
  ]
]
Cannot send file: No Presentation Context for Abstract Syntax: 1.2.840.10008.5.1.4.1.1.2 - CT Image Storage with \
Transfer Syntax: 1.2.840.10008.1.2.4.50 - JPEG Baseline (Process 1) negotiated
09:00:00.030 INFO  - STORESCU->PACS(1) << 1:C-STORE-RQ[pcid=3, prior=0
  cuid=1.2.840.10008.5.1.4.1.1.2 - CT Image Storage
  iuid=1.2.3.4.5 - ?
  tsuid=1.2.840.10008.1.2 - Implicit VR Little Endian]
09:00:00.040 INFO  - STORESCU->PACS(1) >> 1:C-STORE-RSP[pcid=3, status=0H
  cuid=1.2.840.10008.5.1.4.1.1.2 - CT Image Storage
  iuid=1.2.3.4.5 - ?]
09:00:00.050 INFO  - STORESCU->PACS(1) << A-RELEASE-RQ
09:00:00.051 INFO  - STORESCU->PACS(1) >> A-RELEASE-RP
"""
DCM4CHE_2 = """\
INFO  [RSIStorage-1] (Association.java:148) - Association(7) accepted Socket[addr=/192.0.2.10,port=50620,localport=104]
INFO  [RSIStorage-2] (Association.java:964) - Association(7): A-ASSOCIATE-RQ USDEVICE >> ANY-SCP
INFO  [RSIStorage-2] (PDUEncoder.java:106) - USDEVICE(7) << A-ASSOCIATE-RJ[result=1, source=1, reason=7]: permanent \
called-AE-title-not-recognized
INFO  [RSIStorage-2] (Association.java:916) - USDEVICE(7): close Socket[addr=/192.0.2.10,port=50620,localport=104]
"""
DCM4CHEE = """\
2025-03-01 09:00:00,100 INFO  [org.dcm4che3.net.Association] (EE-ManagedExecutorService-default-Thread-3) \
DCM4CHEE<-MODALITY(12) >> A-ASSOCIATE-RQ
2025-03-01 09:00:00,101 INFO  [org.dcm4che3.net.Association] (EE-ManagedExecutorService-default-Thread-3) \
DCM4CHEE<-MODALITY(12) << A-ASSOCIATE-RJ[result: 1 - rejected-permanent, source: 1 - service-user, reason: 3 - \
calling-AE-title-not-recognized]
"""
ORTHANC = """\
W0301 09:00:00.000001 main.cpp:2017] Orthanc version: 1.12.1
T0301 09:00:01.000001 CommandDispatcher.cpp:292] (dicom) Received Association Parameters:
====================== BEGIN A-ASSOCIATE-RQ =====================
Our Implementation Class UID:      1.2.276.0.7230010.3.0.3.6.7
Our Implementation Version Name:   OFFIS_DCMTK_367
Their Implementation Class UID:    1.2.826.0.1.3680043.9.3811.2.1.0
Their Implementation Version Name: PYNETDICOM_210
Calling Application Name:    WORKSTATION
Called Application Name:     ORTHANC
Our Max PDU Receive Size:    16384
Their Max PDU Receive Size:  16382
Presentation Contexts:
  Context ID:        1 (Proposed)
    Abstract Syntax: =FINDStudyRootQueryRetrieveInformationModel
    Proposed SCP/SCU Role: Default
    Proposed Transfer Syntax(es):
      =LittleEndianImplicit
======================= END A-ASSOCIATE-RQ ======================
I0301 09:00:01.000002 CommandDispatcher.cpp:333] (dicom) Association Received from AET WORKSTATION on IP 192.0.2.7
T0301 09:00:01.000003 CommandDispatcher.cpp:670] (dicom) Association Acknowledged Details:
====================== BEGIN A-ASSOCIATE-AC =====================
Presentation Contexts:
  Context ID:        1 (Accepted)
    Abstract Syntax: =FINDStudyRootQueryRetrieveInformationModel
    Proposed SCP/SCU Role: Default
    Accepted SCP/SCU Role: Default
    Accepted Transfer Syntax: =LittleEndianImplicit
======================= END A-ASSOCIATE-AC ======================
T0301 09:00:01.000004 CommandDispatcher.cpp:758] (dicom) Received Command:
Message Type                  : C-FIND RQ
Message ID                    : 1
Affected SOP Class UID        : FINDStudyRootQueryRetrieveInformationModel
Data Set                      : present
W0301 09:00:01.000005 main.cpp:404] DICOM authorization rejected  for AET WORKSTATION on IP 192.0.2.7: This AET is \
not listed in configuration option "DicomModalities"
I0301 09:00:01.000006 CommandDispatcher.cpp:947] (dicom) DIMSE failure (aborting association with AET WORKSTATION on \
IP 192.0.2.7): DIMSE Caller passed in an illegal association
"""
FO_DICOM = """\
[DEBUG] Sending association request from VIEWER to PACS
[INFO] PACS -> Association request:
Calling AE Title:       VIEWER
Called AE Title:        PACS
Remote host:
Remote port:            0
Implementation Class:   Implementation Class UID [1.3.6.1.4.1.30071.8]
Implementation Version: fo-dicom 5.1.2
Maximum PDU Length:     262144
Async Ops Invoked:      1
Async Ops Performed:    1
Presentation Contexts:  2
  Presentation Context:  1 [Proposed]
       Abstract Syntax:  CT Image Storage
       Transfer Syntax:  Explicit VR Little Endian
  Presentation Context:  3 [Proposed]
       Abstract Syntax:  MR Image Storage
       Transfer Syntax:  Explicit VR Little Endian
[INFO] PACS <- Association accept:
Calling AE Title:       VIEWER
Called AE Title:        PACS
Presentation Contexts:  2
  Presentation Context:  1 [Accept]
       Abstract Syntax:  CT Image Storage
       Transfer Syntax:  Explicit VR Little Endian
  Presentation Context:  3 [RejectAbstractSyntaxNotSupported]
       Abstract Syntax:  MR Image Storage
       Transfer Syntax:  Explicit VR Little Endian
[INFO] PACS -> C-Store request [1]
[INFO] PACS <- C-Store response [1]: Failure [0110: Processing failure]
[ERROR] No accepted presentation context found for abstract syntax: MR Image Storage [1.2.840.10008.5.1.4.1.1.4]
[INFO] PACS -> Association release request
"""
FO_DICOM_REJECTED = """\
[DEBUG] Sending association request from VIEWER to PACS
[INFO] PACS <- Association reject [result: Permanent; source: ServiceUser; reason: CallingAENotRecognized]
"""
DCMJS = """\
2025-09-19T16:18:13.100Z -- INFO -- Connecting to 192.0.2.5:104
2025-09-19T16:18:13.110Z -- INFO -- PACS -> Association request:
Application Context:     1.2.840.10008.3.1.1.1
Implementation Class:    1.2.826.0.1.3680043.10.854
Implementation Version:  DCMJS-DIMSE-V0.1
Maximum PDU Length:      262144
Called AE Title:         PACS
Calling AE Title:        WEBAPP
Presentation Contexts:   1
  Presentation Context:  1 [Proposed]
      Abstract:  MrImageStorage
      Transfer:  ExplicitVRLittleEndian
2025-09-19T16:18:13.210Z -- INFO -- PACS <- Association accept:
Application Context:     1.2.840.10008.3.1.1.1
Called AE Title:         PACS
Calling AE Title:        WEBAPP
Presentation Contexts:   1
  Presentation Context:  1 [Reject - Transfer Syntaxes Not Supported]
      Abstract:  MrImageStorage
2025-09-19T16:18:13.220Z -- ERROR -- Could not find an accepted presentation context for request C-STORE RQ \
[HasDataset: true] [id: 1]. Skipping...
"""
DICOM_RS = """\
2025-10-10T10:00:00.000000Z  INFO dicom_storescp: New association from STORE-SCU
2025-10-10T10:00:00.000100Z DEBUG dicom_storescp: > Presentation contexts: [PresentationContextNegotiated { id: 1, \
reason: AbstractSyntaxNotSupported, transfer_syntax: "1.2.840.10008.1.2", abstract_syntax: \
"1.2.840.10008.5.1.4.1.1.4" }]
2025-10-10T10:00:00.000200Z  WARN dicom_storescp: Aborted connection from: ServiceUser
"""
GDCM = """\
CalledAETitle: PACS
CallingAETitle: GDCMSCU
ApplicationContext: Application Context Name: 1.2.840.10008.3.1.1.1
PresentationContext(s):
PresentationContext ID: 1
AbstractSyntax: Name: 1.2.840.10008.5.1.4.1.1.4 (MR Image Storage)
TransferSyntax: Name: 1.2.840.10008.1.2 (Implicit VR Little Endian: Default Transfer Syntax for DICOM)
ProtocolVersion: 1
Reserved11_26: [PACS            ]
Reserved27_42: [GDCMSCU         ]
Application Context Name: 1.2.840.10008.3.1.1.1
List of PresentationContextAC:
ID: 1
Result: 3
TransferSyntax: Name:
User Information:
"""
CONQUEST = """\
20250218 19:39:40 Connected by address: 0100007f
20250218 19:39:40 UPACS THREAD 3: STARTED AT: Tue Feb 18 19:39:40 2025
20250218 19:39:40     Calling Application Title : "CTSCANNER       "
20250218 19:39:40     Called Application Title : "CONQUESTSRV1    "
20250218 19:39:40     Application Context : "1.2.840.10008.3.1.1.1", PDU length: 16384
20250218 19:39:40     Presentation Context 0 "1.2.840.10008.5.1.4.1.1.104.4" 0
20250218 19:39:40 *** Association rejected: you may need to add the listed presentation context as sop to dgatesop.lst
"""
CLEARCANVAS = """\
2025-01-02 10:00:00,000 INFO - Received association:
Application Context:     1.2.840.10008.3.1.1.1
Implementation Class:    1.2.276.0.7230010.3.0.3.6.7
Implementation Version:  OFFIS_DCMTK_367
Local Maximum PDU Size:  65536
Remote Maximum PDU Size: 16384
Called AE Title:         CCSERVER
Calling AE Title:        SCANNER
Presentation Contexts:   2
\tPresentation Context 1 [Accept] Abstract: CT Image Storage\tTransfer: Implicit VR Little Endian
\tPresentation Context 3 [Reject - Abstract Syntax Not Supported] Abstract: MR Image Storage
\t\tTransfer: Implicit VR Little Endian
2025-01-02 10:00:01,000 INFO - Received association release request from SCANNER to CCSERVER.
"""
CLEARCANVAS_REJECTED = "ERROR - Rejecting association from MACHINE: No valid presentation contexts.\n"

LOGS: dict[str, ProgramLog] = {
    "DCMTK": ProgramLog(
        dcmtk(DCMTK_ANSWERS, DCMTK_END),
        "class",
        ("does not take MR Image Storage (abstract syntax not supported)", "Transfer Capability"),
        ("SCANNER", "ARCHIVE"),
    ),
    "DCMTK 3.5.4, without marks": ProgramLog(
        dcmtk(DCMTK_ANSWERS, DCMTK_END.replace("E: ", "").replace("I: ", ""), version="", mark=""),
        "class",
        ("does not take MR Image Storage",),
        ("SCANNER", "ARCHIVE"),
    ),
    "DCMTK, calling title": ProgramLog(
        dcmtk("", DCMTK_REJECTED), "rejected", ("does not know the calling AE title SCANNER",), ("SCANNER", "ARCHIVE")
    ),
    "DCMTK, a port without TLS": ProgramLog(
        "D: Association Received: 192.0.2.1\nE: Receiving Association failed: 0006:0321 Unrecognized PDU type: 16\n",
        "tls",
        ("one side speaks TLS on this connection and the other does not",),
        ("", ""),
    ),
    "DCMTK, nobody listens": ProgramLog(
        "I: Requesting Association\n"
        "F: Association Request Failed: 0006:031c TCP Initialization Error: Connection refused\n",
        "connection",
        ("nothing listens there",),
        ("", ""),
    ),
    "DCMTK, not proposed": ProgramLog(
        dcmtk(DCMTK_ANSWERS, DCMTK_END.replace("1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.20")),
        "not-proposed",
        ("the requestor does not propose Nuclear Medicine Image Storage",),
        ("SCANNER", "ARCHIVE"),
    ),
    "pynetdicom": ProgramLog(
        PYNETDICOM,
        "status",
        ("1 C-STORE of CT Image Storage answered with A700H refused: out of resources",),
        ("PYSCU", "ANY-SCP"),
        (("C-STORE", 0xA700),),
    ),
    "dcm4che": ProgramLog(
        DCM4CHE,
        "syntax",
        ("accepted with Implicit VR Little Endian only, not with JPEG Baseline", "--convert lossy"),
        ("STORESCU", "PACS"),
        (("C-STORE", 0),),
    ),
    "dcm4che 2": ProgramLog(
        DCM4CHE_2, "rejected", ("the acceptor's AE title is not ANY-SCP",), ("USDEVICE", "ANY-SCP")
    ),
    "dcm4chee-arc": ProgramLog(
        DCM4CHEE, "rejected", ("does not know the calling AE title MODALITY",), ("MODALITY", "DCM4CHEE")
    ),
    "Orthanc": ProgramLog(
        ORTHANC,
        "not-allowed",
        ('not listed in configuration option "DicomModalities"', 'list WORKSTATION in "DicomModalities"'),
        ("WORKSTATION", "ORTHANC"),
        (("C-FIND", None),),
    ),
    "fo-dicom": ProgramLog(
        FO_DICOM,
        "class",
        ("does not take MR Image Storage with Explicit VR Little Endian", "answered with 0110H"),
        ("VIEWER", "PACS"),
        (("C-STORE", 0x0110),),
    ),
    "fo-dicom, calling title": ProgramLog(
        FO_DICOM_REJECTED, "rejected", ("does not know the calling AE title VIEWER",), ("VIEWER", "PACS")
    ),
    "dcmjs-dimse": ProgramLog(
        DCMJS,
        "syntax",
        ("takes MR Image Storage, but in none of the transfer syntaxes that were proposed",),
        ("WEBAPP", "PACS"),
    ),
    "dicom-rs": ProgramLog(
        DICOM_RS, "class", ("does not take MR Image Storage", "--promiscuous"), ("STORE-SCU", "")
    ),
    "GDCM": ProgramLog(GDCM, "class", ("does not take MR Image Storage",), ("GDCMSCU", "PACS")),
    "Conquest": ProgramLog(
        CONQUEST,
        "nothing-accepted",
        ("takes none of the presentation contexts", "dgatesop.lst"),
        ("CTSCANNER", "CONQUESTSRV1"),
    ),
    "ClearCanvas": ProgramLog(
        CLEARCANVAS, "class", ("does not take MR Image Storage", "Server Partitions"), ("SCANNER", "CCSERVER")
    ),
    "ClearCanvas, nothing": ProgramLog(
        CLEARCANVAS_REJECTED, "nothing-accepted", ("takes none of the presentation contexts",), ("MACHINE", "")
    ),
}  # fmt: skip
