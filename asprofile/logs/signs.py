"""The lines of a log outside dumps that say what became of an association.

A row for each way in which a program says something; what is in a row, and no more, is known about that program. The
sources are the texts of DCMTK 3.5.4 to 3.7.0, pynetdicom 1 to 3, dcm4che 2 to 5, Orthanc 1.x, fo-dicom 4 and 5,
dcmjs-dimse, dicom-rs, GDCM, Conquest and ClearCanvas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

SignKind = Literal[
    "opens", "rejected", "reason", "result", "aborted", "released", "no-context", "nothing-accepted", "too-many",
    "connection", "tls", "forced", "request", "field", "response", "no-answer",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sign:
    """What a line says: its kind, and the words it has for it by name. ``program``: whose row it is."""

    kind: SignKind
    words: dict[str, str]
    program: str


@dataclass(frozen=True, slots=True)
class _Row:
    kind: SignKind
    program: str
    needle: str
    pattern: re.Pattern[str]
    fixed: dict[str, str]


def _row(kind: SignKind, program: str, needle: str, pattern: str = "", **fixed: str) -> _Row:
    return _Row(kind, program, needle, re.compile(pattern or re.escape(needle)), fixed)


_AET = r"[^\s()<>]{1,64}"
_ROWS: Final = (
    # --- it begins
    _row("opens", "DCMTK", "Requesting Association", side="requestor"),
    _row(
        "opens", "DCMTK", "Association Received",
        r"Association Received(?:(?::)? (?P<address>\S+?)(?:: (?P<calling>.+?) -> (?P<called>.+))?)?\s*$", side="acceptor",
    ),
    _row("opens", "DCMTK", "Association Received in ", side="acceptor"),
    _row(
        "opens", "Orthanc", "Association Received from AET",
        r"Association Received from AET (?P<calling>.+?) on IP (?P<address>\S+)", side="acceptor",
    ),
    _row(
        "opens", "Orthanc", "Opening a DICOM SCU connection",
        r'from AET "(?P<calling>[^"]*)" to AET "(?P<called>[^"]*)" on host (?P<host>\S+)', side="requestor",
    ),
    _row("opens", "pynetdicom", "Accepting Association", side="acceptor"),
    _row(
        "opens", "dcm4che", " A-ASSOCIATE-RQ",
        rf"(?P<calling>{_AET})->(?P<called>{_AET})\([0-9]+\) << A-ASSOCIATE-RQ\s*$", side="requestor",
    ),
    _row(
        "opens", "dcm4che", " A-ASSOCIATE-RQ",
        rf"(?P<called>{_AET})<-(?P<calling>{_AET})\([0-9]+\) >> A-ASSOCIATE-RQ\s*$", side="acceptor",
    ),
    _row(
        "opens", "dcm4che", " A-ASSOCIATE-RQ",
        rf"(?P<calling>{_AET})->(?P<called>{_AET})\([0-9]+\) >> A-ASSOCIATE-RQ\s*$", side="acceptor",
    ),
    _row(
        "opens", "dcm4che 2", ": A-ASSOCIATE-RQ",
        rf"Association\([0-9]+\): A-ASSOCIATE-RQ (?P<calling>{_AET}) >> (?P<called>{_AET})", side="acceptor",
    ),
    _row(
        "opens", "dcm4che 2", ": A-ASSOCIATE-RQ",
        rf"Association\([0-9]+\): A-ASSOCIATE-RQ (?P<called>{_AET}) << (?P<calling>{_AET})", side="requestor",
    ),
    _row("opens", "dcm4che", "Initiate connection from", r"Initiate connection from \S+ to (?P<host>[^\s:]+:\d+)", side="requestor"),
    _row("opens", "dcm4che", "Accept connection Socket", r"Accept connection Socket\[addr=/?(?P<address>[^,\]]+)", side="acceptor"),
    _row("opens", "dcm4che 2", " accepted Socket[", r"accepted Socket\[addr=/?(?P<address>[^,\]]+)", side="acceptor"),
    _row(
        "opens", "fo-dicom", "Sending association request",
        r"Sending association request from (?P<calling>\S+) to (?P<called>\S+)", side="requestor",
    ),
    _row("opens", "any", "-> Association request", side="requestor"),
    _row("opens", "any", "<- Association request", side="acceptor"),
    _row("opens", "dcmjs-dimse", "Connecting to ", r"Connecting to (?P<host>[^\s:]+:\d+) ", side="requestor"),
    _row("opens", "dicom-rs", "New association from", r"New association from (?P<calling>.+?)\s*$", side="acceptor"),
    _row("opens", "dicom-rs", "Establishing association with", r"Establishing association with '(?P<host>[^']+)'", side="requestor"),
    _row("opens", "Conquest", "UPACS THREAD", r"UPACS THREAD +\d+: +STARTED AT", side="acceptor"),
    _row("opens", "Conquest", "Connected by address", r"Connected by address: (?P<hex>[0-9a-fA-F]{8})", side="acceptor"),
    _row("opens", "ClearCanvas", "Received association:", side="acceptor"),
    _row(
        "opens", "ClearCanvas", "Preparing to connect to AE",
        r"Preparing to connect to AE (?P<called>\S+) on host (?P<host>\S+ on port \d+)", side="requestor",
    ),
    # --- it is rejected
    _row("rejected", "DCMTK", "Association Rejected: Bad Application Context", source="1", reason="2", side="acceptor"),
    _row("rejected", "DCMTK", "Association Rejected: No Implementation", source="1", reason="1", side="acceptor", why="the request has no implementation class UID"),
    _row("rejected", "DCMTK", "Association Rejected", r"Association Rejected:?\s*$"),
    _row("rejected", "DCMTK", "Refusing Association", r"Refusing Association \((?:.*called AE title not recognized)\)", source="1", reason="7", side="acceptor"),
    _row("rejected", "DCMTK", "Refusing Association", r"Refusing Association \((?:.*calling AE title not recognized)\)", source="1", reason="3", side="acceptor"),
    _row("rejected", "DCMTK", "Refusing Association", r"Refusing Association \((?:.*too many associations)\)", source="3", reason="2", side="acceptor"),
    _row("rejected", "DCMTK", "Refusing Association", r"Refusing Association \((?:.*bad application context)\)", source="1", reason="2", side="acceptor"),
    _row("rejected", "DCMTK", "Refusing Association", r"Refusing Association \((?P<why>forced via command line)\)", source="1", reason="1", side="acceptor"),
    _row("rejected", "DCMTK", "Refusing Association", r"Refusing Association \((?P<why>[^()]*)\)", source="1", reason="1", side="acceptor"),
    _row("result", "DCMTK", "Result: Rejected", r"Result:\s+(?P<result>Rejected.*?)(?:, Source: (?P<source>.*?))?\s*$"),
    _row("result", "pynetdicom", "Source:    DUL", r"Source:\s+(?P<source>DUL.*?)\s*$"),
    _row("reason", "DCMTK", "Reason: ", r"(?:^|[A-Z]:? |: ?|\s)Reason:\s+(?P<reason>\S.*?)\s*$"),
    _row("rejected", "Orthanc", "Rejected association", r"Rejected association, because of a bad called AET in the request \((?P<called>[^)]*)\)", source="1", reason="7", side="acceptor"),
    _row("rejected", "Orthanc", "Rejected association", r"Rejected association, because of a bad application context name", source="1", reason="2", side="acceptor"),
    _row("rejected", "Orthanc", "Rejected association", r"Rejected association for remote AET (?P<calling>.+?) on hostname", source="1", reason="3", side="acceptor"),
    _row("forced", "Orthanc", "DICOM authorization rejected", r"DICOM authorization rejected +for AET (?P<calling>.+?) on IP (?P<address>[^:]+): (?P<why>.+?)\s*$"),
    _row("forced", "Orthanc", "request from remote DICOM modality", r"Rejected (?P<command>\w+) request from remote DICOM modality with AET"),
    _row("rejected", "dcm4che", "A-ASSOCIATE-RJ[", r"(?P<way><<|>>) A-ASSOCIATE-RJ\[result[:=] ?(?P<result>\d+).*?source[:=] ?(?P<source>\d+).*?reason[:=] ?(?P<reason>\d+)"),
    _row("rejected", "dcm4che", "A-ASSOCIATE-RJ[", r"A-ASSOCIATE-RJ\[result[:=] ?(?P<result>\d+).*?source[:=] ?(?P<source>\d+).*?reason[:=] ?(?P<reason>\d+)"),
    _row("rejected", "any", "ssociation reject", r"ssociation reject(?:ed)? (?:\(A-ASSOCIATE-RJ\) )?\[result: (?P<result>[^;,\]]+)[;,] source: (?P<source>[^;,\]]+)[;,] reason: (?P<reason>[^\]]+)"),
    _row("rejected", "dicom-rs", "association rejected", r"association rejected (?P<source>.+?)\s*$", side="requestor"),
    _row("rejected", "ClearCanvas", "Invalid Called AE Title", r"Rejecting association from (?P<calling>.+?): Invalid Called AE Title \((?P<called>[^)]*)\)", source="1", reason="7", side="acceptor"),
    _row("nothing-accepted", "ClearCanvas", "No valid presentation contexts", r"Rejecting association from (?P<calling>.+?): No valid presentation contexts", source="1", reason="1", side="acceptor", rejected="1"),
    _row("nothing-accepted", "ClearCanvas", "None of the proposed presentation context", r"Rejecting association from (?P<calling>.+?) to (?P<called>.+?)\s*$", source="1", reason="1", side="acceptor", rejected="1"),
    _row("rejected", "ClearCanvas", "Association rejected from", r"Association rejected from (?P<calling>.+?) to (?P<called>.+?)\s*$", side="acceptor"),
    _row("nothing-accepted", "Conquest", "Association rejected: you may need", rejected="1", side="acceptor"),
    # --- nothing of it is accepted
    _row("nothing-accepted", "DCMTK", "No Acceptable Presentation Contexts"),
    _row("nothing-accepted", "DCMTK", "(but no valid presentation contexts)", side="acceptor"),
    _row("nothing-accepted", "pynetdicom", "No accepted presentation contexts", r"(?i)no accepted presentation contexts"),
    _row("nothing-accepted", "dicom-rs", "no accepted presentation contexts", r"no accepted presentation contexts"),
    # --- no context for an object
    _row("no-context", "DCMTK", "No presentation context for:", r"No presentation context for: \((?P<modality>[^)]*)\) ?(?P<sop>\S+)"),
    _row("no-context", "DCMTK", "No presentation context found", r"No presentation context found for sending \S+ with SOP Class / Transfer Syntax: (?P<sop>.+?) / (?P<ts>.+?)\s*$"),
    _row("no-context", "DCMTK", "no valid presentation context", r"(?i)no (?:valid |acceptable )?presentation context .{0,40}?for SOP class:? ?(?P<sop>[^,]+?)(?:,? (?:with|and) transfer syntax:? ?(?P<ts>.+?))?\s*$"),
    _row("no-context", "Orthanc", "Cannot transcode from", r"Cannot transcode from (?P<ts>[0-9.]+) to one of \["),
    _row("no-context", "Orthanc", "The remote modality does not", r"(?P<all>.*remote modality does not.*)"),
    _row("no-context", "pynetdicom", "No presentation context for '", r"No presentation context for '(?P<sop>[^']+)' has been accepted by the peer(?: with '(?P<ts>[^']+)')?"),
    _row("no-context", "pynetdicom", "No accepted Presentation Context", r"(?i)No accepted presentation context for:? '?(?P<sop>[^']+?)'?\s*$"),
    _row("no-context", "dcm4che", "No Presentation Context for", r"No Presentation Context for Abstract Syntax: (?P<sop>[0-9.]+)[^\n]*?(?: with Transfer Syntax: (?P<ts>[0-9.]+).*)? negotiated"),
    _row("no-context", "dcm4che", "No Role Selection for SOP Class", r"No Role Selection for SOP Class (?P<sop>[0-9.]+).* as (?P<role>\w+) negotiated"),
    _row("no-context", "dcm4che 2", "not supported by", r"SOP Class (?P<sop>[0-9.]+)\S* not supported by \S+"),
    _row("no-context", "dcm4che 2", "Transfer Syntax", r"SOP Class (?P<sop>[0-9.]+).{0,80}? with Transfer Syntax (?P<ts>[0-9.]+)"),
    _row("no-context", "fo-dicom", "No accepted presentation context found", r"No accepted presentation context found for abstract syntax: (?P<sop>.+?)\s*$"),
    _row("no-context", "dcmjs-dimse", "Could not find an accepted presentation context", r"Could not find an accepted presentation context for request (?P<all>.+?)\.? Skipping"),
    _row("no-context", "dicom-rs", "Could not choose a presentation context"),
    _row("no-context", "dicom-rs", "No presentation context", r"(?i)No presentation context accepted (?:for .*)?"),
    _row("no-context", "GDCM", "Could not find Pres Cont ID"),
    _row("no-context", "Conquest", "does not accept type of forwarded image", r"DICOM server (?P<called>\S+) does not accept type of forwarded image"),
    _row("no-context", "any", "presentation context", r"(?P<all>(?:Unable to find|Cannot find|cannot negotiate|no|No) .{0,30}presentation context.{0,200})"),
    _row("too-many", "DCMTK", "Too many presentation contexts"),
    _row("too-many", "pynetdicom", "maximum", r"(?i)maximum allowed (?:number of )?(?:requested |supported )?(?:presentation )?contexts|maximum number of (?:requested )?presentation contexts"),
    # --- there is no connection
    _row("connection", "DCMTK", "TCP Initialization Error", r"TCP Initialization Error: (?P<why>.+?)\s*$"),
    _row("connection", "pynetdicom", "TCP Initialisation Error", r"TCP Initialisation Error: (?P<why>.+?)\s*$"),
    _row("connection", "pynetdicom", "unable to connect to remote", why="unable to connect"),
    _row("connection", "dcm4che", "ConnectException", r"ConnectException: (?P<why>.+?)\s*$"),
    _row("connection", "dcm4che", "UnknownHostException", r"UnknownHostException: (?P<host>\S+)", why="unknown host"),
    _row("connection", "dcm4che", "SocketTimeoutException", r"SocketTimeoutException: (?P<why>.+?)\s*$"),
    _row("connection", "dcmjs-dimse", "ECONNREFUSED", r"connect ECONNREFUSED (?P<host>\S+)", why="connection refused"),
    _row("connection", "dcmjs-dimse", "ETIMEDOUT", r"connect ETIMEDOUT (?P<host>\S+)", why="timed out"),
    _row("connection", "dcmjs-dimse", "ENOTFOUND", r"getaddrinfo ENOTFOUND (?P<host>\S+)", why="unknown host"),
    _row("connection", "any", "onnection refused", why="connection refused"),
    _row("connection", "fo-dicom", "actively refused", why="connection refused"),
    _row("connection", "GDCM", "Failed to establish connection", why="failed to establish connection"),
    _row("connection", "Conquest", "ailed to connect to host", r"ailed to connect to host (?P<host>\S+)", why="failed to connect"),
    _row("connection", "ClearCanvas", "Exception attempting connection", r"Exception attempting connection to RemoteHost (?P<called>\S+)", why="failed to connect"),
    # --- TLS
    _row("tls", "DCMTK", "Unrecognized PDU type: 1", r"Unrecognized PDU type: 1[56]\b", why="the other side speaks TLS", plain="1"),
    _row("connection", "DCMTK", "Unrecognized PDU type", r"Unrecognized PDU type: (?P<pdu>[0-9a-fA-F]+)", why="the other side does not speak DICOM"),
    _row("tls", "DCMTK", "OpenSSL", r"(?P<why>(?:OpenSSL|SSL|TLS)[^\n]*(?:error|fail|alert|handshake|certificate|unknown|wrong|ERROR)[^\n]*)"),
    _row("tls", "DCMTK", "TLS", r"(?P<why>(?:[Ii]llegal|[Ff]ailed|[Ee]rror|[Cc]annot|peer|secure)[^\n]{0,80}TLS[^\n]*)"),
    _row("tls", "DCMTK", "TLS", r"(?P<why>TLS (?:not enabled|error|handshake|alert|configuration is required|connection, does)[^\n]*)"),
    _row("tls", "dcm4che", "javax.net.ssl", r"javax\.net\.ssl\.(?P<why>.+?)\s*$"),
    _row("tls", "any", "certificate verify failed", r"(?P<why>certificate verify failed.*)"),
    _row("tls", "any", "WRONG_VERSION_NUMBER", why="wrong version number"),
    _row("tls", "any", "wrong version number", why="wrong version number"),
    _row("tls", "any", "handshake failure", r"(?P<why>.{0,40}handshake failure.*)"),
    # --- it ends
    _row("aborted", "DCMTK", "Peer aborted Association", side="peer"),
    _row("aborted", "DCMTK", "Peer Aborted Association", side="peer"),
    _row("aborted", "DCMTK", "Received Association Abort Request", side="peer"),
    _row("aborted", "DCMTK", "Association Aborted", r"Association Aborted\b", side="peer"),
    _row("aborted", "DCMTK", "Aborting Association", side="us"),
    _row("aborted", "dcm4che", "A-ABORT", r"(?P<way><<|>>) A-ABORT\[source[:=] ?(?P<source>\d+).*?reason[:=] ?(?P<reason>\d+)"),
    _row("aborted", "any", "Abort [source", r"(?P<way><-|->) (?:Association )?[Aa]bort (?:\(A-ABORT\) )?\[source: (?P<source>[^;,\]]+)[;,] reason: (?P<reason>[^\]]+)"),
    _row("aborted", "dcmjs-dimse", "(A-ABORT)", r"(?P<way><-|->) (?:Association )?[Aa]bort \(A-ABORT\) \[source: (?P<source>[^;,\]]+)[;,] reason: (?P<reason>[^\]]+)"),
    _row("aborted", "fo-dicom", "ssociation Abort", r"ssociation Abort \[source: (?P<source>[^;,\]]+)[;,] reason: (?P<reason>[^\]]+)", side="peer"),
    _row("aborted", "dicom-rs", "Aborted connection from", side="peer"),
    _row("aborted", "ClearCanvas", "Received association abort", side="peer"),
    _row("aborted", "ClearCanvas", "Aborting association from", side="us"),
    _row("released", "DCMTK", "Releasing Association", side="us"),
    _row("released", "DCMTK", "Association Release", r"Association Release(?:d)?\s*$|Association Released", side="peer"),
    _row("released", "DCMTK", "Received Association Release Request", side="peer"),
    _row("released", "Orthanc", "Association Release with AET", side="peer"),
    _row("aborted", "Orthanc", "Association Abort with AET", side="peer"),
    _row("aborted", "Orthanc", "DIMSE failure (aborting association", side="us"),
    _row("released", "dcm4che", "A-RELEASE-RQ", r"(?P<way><<|>>) A-RELEASE-RQ"),
    _row("released", "any", "ssociation release request", r"(?P<way><-|->) Association release request"),
    _row("released", "dicom-rs", "Released association with", side="peer"),
    _row("released", "ClearCanvas", "Received association release request", side="peer"),
    _row("no-answer", "any", "DUL network read timeout", why="no answer in time"),
    _row("no-answer", "DCMTK", "No Answer", r"(?i)(?:DIMSE )?No (?:valid )?(?:answer|response|data available \(timeout)", why="no answer in time"),
    _row("no-answer", "dcm4che", "timeout expired", r"(?P<why>\S+ timeout expired)"),
    # --- messages
    _row("request", "DCMTK", "Message Type", r"Message Type\s+: (?P<command>[CN]-[A-Z-]+) RQ"),
    _row("response", "DCMTK", "Message Type", r"Message Type\s+: (?P<command>[CN]-[A-Z-]+) RSP"),
    _row("field", "DCMTK", "SOP Class UID", r"(?:Affected|Requested) SOP Class UID\s+: (?P<sop>\S.*?)\s*$"),
    _row("field", "DCMTK", "SOP Instance UID", r"(?:Affected|Requested) SOP Instance UID\s+: (?P<instance>[0-9.]+)"),
    _row("field", "DCMTK", "Message ID", r"Message ID(?: Being Responded To)?\s+: (?P<id>\d+)"),
    _row("field", "DCMTK", "Presentation Context ID", r"Presentation Context ID\s+: (?P<pc>\d+)"),
    _row("field", "DCMTK", "Status", r"(?:DIMSE )?Status\s+: 0x(?P<status>[0-9a-fA-F]{4})"),
    _row("field", "DCMTK", "Error Comment", r"Error Comment\s+: (?P<comment>\S.*?)\s*$"),
    _row("request", "dcm4che", "-RQ[pcid=", r"(?P<id>\d+):(?P<command>[CN]-[A-Z-]+)-RQ\[pcid=(?P<pc>\d+)"),
    _row("response", "dcm4che", "-RSP[pcid=", r"(?P<id>\d+):(?P<command>[CN]-[A-Z-]+)-RSP\[pcid=(?P<pc>\d+).*?status=(?P<status>[0-9a-fA-F]+)H(?:.*?errorComment=(?P<comment>[^\]\n]*))?"),
    _row("field", "dcm4che", "cuid=", r"\bcuid=(?P<sop>[0-9.]+)"),
    _row("field", "dcm4che", "iuid=", r"\biuid=(?P<instance>[0-9.]+)"),
    _row("field", "dcm4che", "tsuid=", r"\btsuid=(?P<ts>[0-9.]+)"),
    _row("response", "fo-dicom", "response [", r"(?:<-|->) (?P<command>[CN]-[A-Za-z-]+) response \[(?P<id>\d+)\](?:: (?:Failure|Warning) \[(?P<status>[0-9a-fA-F]{4}))?(?:: (?P<success>Success))?"),
    _row("request", "fo-dicom", "request [", r"(?:<-|->) (?P<command>[CN]-[A-Za-z-]+) request \[(?P<id>\d+)\]"),
    _row("request", "dcmjs-dimse", "HasDataset:", r"(?:<-|->) (?P<command>[CN]-[A-Z-]+) RQ \[HasDataset[^\]]*\] \[id: (?P<id>\d+)\](?: \[pc: (?P<pc>\d+))?"),
    _row("response", "dcmjs-dimse", "HasDataset:", r"(?:<-|->) (?P<command>[CN]-[A-Z-]+) RSP \[HasDataset[^\]]*\] \[id: (?P<id>\d+); status: (?:0x)?(?P<status_words>[^\]]+)\](?: \[pc: (?P<pc>\d+))?"),
    _row("request", "DCMTK", "Received Store Request", r"Received Store Request(?: \(MsgID (?P<id>\d+))?", command="C-STORE", brief="1", side="acceptor"),
    _row("request", "DCMTK", "Sending Store Request", r"Sending (?:C-STORE|Store) Request(?::? \(?MsgID (?P<id>\d+))?", command="C-STORE", brief="1"),
    _row("response", "DCMTK", "Received Store Response", r"Received (?:C-STORE|Store) Response \((?:Status: )?(?:0x(?P<status>[0-9a-fA-F]{4})|(?P<status_words>[^()]+))", command="C-STORE", brief="1"),
    _row("response", "dicom-rs", "storing instance", r"(?:storing|store) instance `(?P<instance>[0-9.]+)`.*?\(status code (?P<status>[0-9A-F]{4})H\)", command="C-STORE"),
    _row("response", "dicom-rs", "Successfully stored instance", r"Successfully stored instance (?P<instance>[0-9.]+)", command="C-STORE", status="0000"),
    _row("response", "dicom-rs", "Could not store instance", r"Could not store instance `(?P<instance>[0-9.]+)`.*?\(status code (?P<status>[0-9A-F]{4})H\)", command="C-STORE"),
)  # fmt: skip

_LIKELY = re.compile("|".join(sorted({re.escape(row.needle) for row in _ROWS})))
_BY_NEEDLE: dict[str, list[_Row]] = {}
for _one in _ROWS:
    _BY_NEEDLE.setdefault(_one.needle, []).append(_one)
_LONGEST = 500
# A mark is at the front of a line.
_FRONT = 300
# Lines of a data set that is shown with an error.
_DATA = re.compile(r"[EF]: (?:\s*$|\s*#|\s*\([0-9a-f]{4},[0-9a-f]{4}\))")
_COMPLAINT = re.compile(r"^(?:\S+ ){0,6}(?:[EF]: |E[0-9]{4} |.{0,40}\b(?:ERROR|FATAL|Error:|error:)\b|\*\*\*)")


def sign_of(line: str) -> Sign | None:
    """What a line says of an association; None if it is nothing of that. The first row that fits counts."""
    if not _LIKELY.search(line):
        return None
    line = line[:_LONGEST]
    for needle, rows in _BY_NEEDLE.items():
        if needle not in line:
            continue
        for row in rows:
            if found := row.pattern.search(line):
                words = {name: value.strip() for name, value in found.groupdict().items() if value}
                return Sign(row.kind, {**row.fixed, **words}, row.program)
    return None


def complains(line: str) -> bool:
    """Whether the program marks the line as an error."""
    return _COMPLAINT.match(line[:_FRONT]) is not None and not _DATA.search(line[:_FRONT])
