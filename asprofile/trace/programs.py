"""Which program an implementation is, and where a program is told what it takes.

A row for each: how it is recognised by its implementation version name or class UID (PS3.7 D.3.3.2), and what its
administrator changes. ``{uid}`` is the SOP class, ``{ts}`` a transfer syntax, ``{calling}`` and ``{called}`` are
titles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.names.uids import display_name

if TYPE_CHECKING:
    from asprofile.trace.model import TracedAssociation, TracedSide


@dataclass(frozen=True, slots=True)
class KnownProgram:
    """``for_class``: how it is told to take a SOP class; ``for_syntax``: to take one in a transfer syntax;
    ``for_titles``: to take a calling AE title, ``for_called``: to take a called one. Empty where that is not known."""

    name: str
    version: str
    class_uid: str
    for_class: str
    for_syntax: str
    for_titles: str = ""
    for_called: str = ""


PROGRAMS: Final = (
    KnownProgram(
        "Orthanc",
        r"^Orthanc",
        r"^1\.2\.276\.0\.7230010\.3\.0\.3\.6\.\d+\.orthanc$",
        'in orthanc.json "UnknownSopClassAccepted": true takes SOP classes that it does not know',
        'in orthanc.json list {ts} in "AcceptedTransferSyntaxes" (Orthanc 1.9 and later), or leave that option out',
        'in orthanc.json list {calling} in "DicomModalities"',
        'in orthanc.json "DicomAet" is its title; "DicomCheckCalledAet": false takes any',
    ),
    KnownProgram(
        "dcm4chee-arc",
        r"^dcm4che-arc|dcm4chee",
        "",
        "give its AE a Transfer Capability for {uid} with the role SCP (Configuration, Devices, Network AE)",
        "add {ts} to the Transfer Capability for {uid} with the role SCP",
        "its AE has a list of accepted calling AE titles: add {calling}, or leave the list empty",
        "each of its titles is a Network AE of its device (Configuration, Devices, Network AE)",
    ),
    KnownProgram(
        "dcm4che",
        r"^dcm4che",
        r"^1\.2\.40\.0\.13\.1\.",
        "add {uid} to its file of SOP classes (storescp --sop-classes, getscu and movescu --store-tcs)",
        "add {ts} to the line for {uid} in its file of SOP classes",
        "it takes any calling AE title unless its connection says otherwise",
    ),
    KnownProgram(
        "DCMTK",
        r"^OFFIS_DCMTK",
        r"^1\.2\.276\.0\.7230010\.3\.0\.3\.6\.",
        "start storescp with a profile that has {uid} (-xf FILE PROFILE), or with +xa, which takes every storage SOP "
        "class that it knows; of others it takes none without a profile",
        "start storescp with a profile that has {uid} with {ts} (-xf FILE PROFILE), or with +xa, which takes every "
        "transfer syntax",
        "storescp takes any titles; dcmqrscp has them in dcmqrscp.cfg (HostTable, AETable)",
        "storescp takes any title; dcmqrscp has its own in dcmqrscp.cfg (AETable)",
    ),
    KnownProgram(
        "pynetdicom",
        r"^PYNETDICOM",
        r"^1\.2\.826\.0\.1\.3680043\.9\.3811\.",
        'call ae.add_supported_context("{uid}") in it',
        'call ae.add_supported_context("{uid}", ["{ts_uid}"]) in it',
        "ae.require_calling_aet says which titles it takes",
        "ae.ae_title is its title, and with ae.require_called_aet = False it takes any",
    ),
    KnownProgram(
        "fo-dicom",
        r"^fo-dicom",
        r"^1\.3\.6\.1\.4\.1\.30071\.8",
        "accept {uid} where its OnReceiveAssociationRequestAsync goes through the contexts",
        "have {ts} in the list that it gives to AcceptTransferSyntaxes for {uid}",
        "its OnReceiveAssociationRequestAsync decides on titles",
        "its OnReceiveAssociationRequestAsync decides on titles",
    ),
    KnownProgram(
        "dcmjs-dimse",
        r"^DCMJS-DIMSE",
        r"^1\.2\.826\.0\.1\.3680043\.10\.854",
        "set the result of contexts for {uid} in its associationRequested()",
        "accept {ts} for {uid} in its associationRequested()",
        "its associationRequested() decides on titles",
        "its associationRequested() decides on titles",
    ),
    KnownProgram(
        "dicom-rs",
        r"^DICOM-rs",
        r"^2\.25\.214312761802046835989399652652980912193$",
        "start dicom-storescp with --promiscuous, which takes every SOP class",
        "start dicom-storescp without --uncompressed-only",
    ),
    KnownProgram(
        "Conquest",
        r"^(?:CONQUEST|1\.[45]\.\d+.*)",
        r"^1\.2\.826\.0\.1\.3680043\.2\.135\.",
        "add a line with {uid} and the word sop to its dgatesop.lst, and restart it",
        "add a line with {ts_uid} and the word transfer to its dgatesop.lst, and restart it",
        "with acrnema.map it has the titles of those that it sends to; it takes any calling AE title",
    ),
    KnownProgram(
        "ClearCanvas",
        r"^(?:ClearCanvas|Dicom 0\.1)",
        r"^1\.3\.6\.1\.4\.1\.25403\.",
        "enable {uid} for the partition (Configure, Server Partitions, SOP classes)",
        "enable {ts} for the partition",
        "add {calling} to its devices, or let the partition accept any device",
        "each of its titles is a server partition (Configure, Server Partitions)",
    ),
    KnownProgram(
        "GDCM", r"^GDCM", r"^1\.2\.826\.0\.1\.3680043\.2\.1143\.", "", "", ""
    ),
    KnownProgram(
        "asprofile",
        r"^ASPROFILE",
        r"^2\.25\.260817234388079704578482171798144288848$",
        "add {uid} to the acceptor's profile that it runs with",
        "add {ts} for {uid} to the acceptor's profile that it runs with",
        "its option --allow says which titles it takes",
    ),
)  # fmt: skip
_PATTERNS = tuple(
    (one, re.compile(one.version), re.compile(one.class_uid) if one.class_uid else None) for one in PROGRAMS
)
# What is longer is no name of a version, or UID.
_LONGEST = 64


def program_of(side: TracedSide, written_by: str = "") -> KnownProgram | None:
    """The program on a side; ``written_by``: what wrote the log, if it is that side's."""
    for name in filter(None, (written_by[:_LONGEST], side.version_name[:_LONGEST])):
        for one, version, _ in _PATTERNS:
            if version.search(name) or name.lower().startswith(one.name.lower()):
                return one
    for one, _, class_uid in _PATTERNS:
        if class_uid is not None and class_uid.search(side.class_uid[:_LONGEST]):
            return one
    return None


def acceptors_of(association: TracedAssociation) -> tuple[KnownProgram, ...]:
    """What the acceptor's program may be; none where that is not known. Programs that are made with DCMTK or
    dcm4che say that they are those: unless the log is the acceptor's own, Orthanc and dcm4chee-arc may be meant."""
    own = association.program if association.seen_by == "acceptor" else ""
    found = program_of(association.acceptor, own)
    if found is None:
        return ()
    orthanc, archive = PROGRAMS[:2]
    if found.name == "dcm4che" and not own:
        return archive, found
    if found.name != "DCMTK" or own:
        return (found,)
    return (orthanc,) if "ORTHANC" in association.acceptor.title.upper() else (found, orthanc)


def told(text: str, association: TracedAssociation, uid: str = "", syntax: str = "") -> str:
    """The text of a row for this association."""
    return text.format(
        uid=uid,
        ts=display_name(syntax) if syntax else "the transfer syntax",
        ts_uid=syntax,
        calling=association.requestor.title or "the calling AE title",
        called=association.acceptor.title or "the called AE title",
    )
