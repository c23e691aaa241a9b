"""Correct files as DCMTK and others ship them, made anew from our tables of what each release knows.

Belongs here: the files. Does not belong here: what lints as what (``test_real_files``).
"""

from __future__ import annotations

from asprofile.names.dcmtk import proposed_by_storescu, storage_classes
from asprofile.names.releases import RELEASES, at_least
from asprofile.names.symbols import name_of, names_in
from asprofile.names.transfer_syntaxes import get

UNCOMPRESSED = ("LocalEndianExplicit", "OppositeEndianExplicit", "LittleEndianImplicit")
SINGLE = {
    "JPEGBaseline": ("JPEGBaseline", "LittleEndianExplicit"),
    "JPEGLossless": ("JPEGLossless:Non-hierarchical-1stOrderPrediction",),
    "RLE": ("RLELossless",),
    "MPEG2": ("MPEG2MainProfile@MainLevel",),
}
VIDEOS = tuple(f"1.2.840.10008.5.1.4.1.1.77.1.{number}.1" for number in (1, 2, 4))
QUERY = (
    "FINDPatientRootQueryRetrieveInformationModel",
    "MOVEPatientRootQueryRetrieveInformationModel",
    "GETPatientRootQueryRetrieveInformationModel",
    "FINDStudyRootQueryRetrieveInformationModel",
    "MOVEStudyRootQueryRetrieveInformationModel",
    "GETStudyRootQueryRetrieveInformationModel",
)
PRESENTATION_STATES = (
    "GrayscaleSoftcopyPresentationStateStorage",
    "BasicTextSRStorage",
    "EnhancedSRStorage",
    "ComprehensiveSRStorage",
    "KeyObjectSelectionDocumentStorage",
    "HardcopyGrayscaleImageStorage",
)


def known_storage(release: str) -> list[str]:
    """The names of the storage classes of a release, in the order of their UIDs."""
    found = [
        name_of(uid, release) for uid, entry in storage_classes().items() if at_least(release, entry.first_release)
    ]
    return [name for name in found if name is not None]


def any_syntax(release: str) -> tuple[str, ...]:
    """The names of a release for DICOM's own encapsulated transfer syntaxes of stored objects, then those of native."""
    known = {uid: name for name, uid in names_in(release).items() if uid.startswith("1.2.840.10008.1.2.4.")}
    named = [name for uid, name in known.items() if (found := get(uid)) and not found.is_native and "JPIP" not in name]
    return (*named, "RLELossless", "DeflatedLittleEndianExplicit", *UNCOMPRESSED)


def file(
    lists: dict[str, tuple[str, ...]], contexts: dict[str, list[str]], profiles: dict[str, str], *, head: str = ""
) -> str:
    """``contexts``: `class\\list` by list; ``profiles``: name to the lines of the profile."""
    parts = [head, "[[TransferSyntaxes]]"]
    for label, names in lists.items():
        parts.append(f"[{label}]")
        parts += [f"TransferSyntax{at} = {name}" for at, name in enumerate(names, start=1)]
    parts.append("[[PresentationContexts]]")
    for label, entries in contexts.items():
        parts.append(f"[{label}]")
        parts += [f"PresentationContext{at} = {entry}" for at, entry in enumerate(entries, start=1)]
    parts.append("[[Profiles]]")
    parts += [f"[{name}]\n{lines}" for name, lines in profiles.items()]
    return "\n".join(parts) + "\n"


def storescu(release: str) -> str:
    """Each class that storescu proposes by itself, once compressed and once not; films as such, and as many more of the
    images in RLE as there is room for.
    """
    entries = compressed_and_not(release)
    return file(
        {
            "Uncompressed": UNCOMPRESSED,
            "JPEGLossless": SINGLE["JPEGLossless"],
            "MPEG2": SINGLE["MPEG2"],
            "RLE": SINGLE["RLE"],
        },
        {"StorageCompressedAndUncompressed": entries},
        {"Default": "PresentationContexts = StorageCompressedAndUncompressed"},
    )


def compressed_and_not(release: str) -> list[str]:
    """The contexts of storescu's own list."""
    names = [name for uid in proposed_by_storescu() if (name := name_of(uid, release)) is not None]
    videos = [name for uid in VIDEOS if (name := name_of(uid, release)) is not None]
    entries = [f"{name}\\{label}" for name in names if name not in videos for label in _labels(name)]
    entries += [f"{name}\\MPEG2" for name in videos]
    images = [name for name in names if name not in videos and "ImageStorage" in name]
    return [*entries, *(f"{name}\\RLE" for name in images)][:128]


def _labels(name: str) -> tuple[str, ...]:
    return ("JPEGLossless", "Uncompressed") if "ImageStorage" in name else ("Uncompressed",)


def uncompressed_scu(release: str) -> str:
    """As much as a requestor can propose, without compression."""
    entries = [f"{name}\\Uncompressed" for name in ("VerificationSOPClass", *known_storage(release))][:120]
    return file({"Uncompressed": UNCOMPRESSED}, {"Storage": entries}, {"Default": "PresentationContexts = Storage"})


def storescp(release: str) -> str:
    """All storage classes; up to 3.6.7 as many as it takes."""
    names = known_storage(release)
    if not at_least(release, "3.6.8"):
        names = names[:127]
    entries = ["VerificationSOPClass\\Uncompressed", *(f"{name}\\AnyTransferSyntax" for name in names)]
    return file(
        {"Uncompressed": UNCOMPRESSED, "AnyTransferSyntax": any_syntax(release)},
        {"GenericStorageSCP": entries},
        {"Default": "PresentationContexts = GenericStorageSCP"},
    )


def dcmqrscp(release: str) -> str:
    """With roles, so that it answers C-GET; and with a list of what it sends."""
    names = known_storage(release)[:100]
    entries = [f"{name}\\Uncompressed" for name in ("VerificationSOPClass", *QUERY)]
    entries += [f"{name}\\AnyTransferSyntax" for name in names]
    roles = "\n".join(f"Role{at} = {name}\\BOTH" for at, name in enumerate(names, start=1))
    text = file(
        {
            "Uncompressed": UNCOMPRESSED,
            **{label: SINGLE[label] for label in ("JPEGLossless", "MPEG2", "RLE")},
            "AnyTransferSyntax": any_syntax(release),
        },
        {"GenericStorageSCP": entries, "StorageSCUCompressedAndUncompressed": compressed_and_not(release)},
        {
            "IncomingDefault": "PresentationContexts = GenericStorageSCP\nSCPSCURoleSelection = GenericBothRoles",
            "OutgoingDefault": "PresentationContexts = StorageSCUCompressedAndUncompressed",
        },
    )
    return text.replace("[[Profiles]]", f"[[SCPSCURoleSelection]]\n[GenericBothRoles]\n{roles}\n[[Profiles]]")


def dcmpstat(release: str) -> str:
    """A viewer that stores presentation states and reports."""
    names = [name for name in PRESENTATION_STATES if name in names_in(release)]
    entries = [f"{name}\\Uncompressed" for name in ("VerificationSOPClass", *names)]
    return file({"Uncompressed": UNCOMPRESSED}, {"States": entries}, {"Default": "PresentationContexts = States"})


def generic(release: str) -> dict[str, str]:
    """Name of the file to its text, for one release."""
    return {
        "storescu.cfg": storescu(release),
        "my_scu.cfg": uncompressed_scu(release),
        "storescp.cfg": storescp(release),
        "dcmqrprf.cfg": dcmqrscp(release),
        "dcmpstat_scu.cfg": dcmpstat(release),
    }


ALL_RELEASES = RELEASES

_CT = {"Uncompressed": ("LittleEndianExplicit", "LittleEndianImplicit")}
_BOTH = ["CTImageStorage\\Uncompressed", "VerificationSOPClass\\Uncompressed"]
_P = {"Default": "PresentationContexts = P"}

CONSTRUCTS: dict[str, str] = {
    "numbers_scu.cfg": file(
        {"U": ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2")},
        {"P": ["1.2.840.10008.5.1.4.1.1.2\\U", "1.2.840.10008.1.1\\U"]},
        _P,
    ),
    "private_scu.cfg": file(_CT, {"P": [*_BOTH, "1.3.12.2.1107.5.9.1\\Uncompressed"]}, _P),
    "crlf_scu.cfg": file(_CT, {"P": _BOTH}, _P).replace("\n", "\r\n"),
    "spelling_scu.cfg": file(_CT, {"P": _BOTH}, _P)
    .upper()
    .replace("CTIMAGESTORAGE", "CTImageStorage")
    .replace("VERIFICATIONSOPCLASS", "VerificationSOPClass")
    .replace("LITTLEENDIANEXPLICIT", "LittleEndianExplicit")
    .replace("LITTLEENDIANIMPLICIT", "LittleEndianImplicit"),
    "unused_scu.cfg": file({**_CT, "Rest": ("JPEGBaseline",)}, {"P": _BOTH}, _P),
    "profiles_scu.cfg": file(_CT, {"P": _BOTH, "Q": _BOTH[:1]}, {**_P, "Other": "PresentationContexts = Q"}),
    "blanks_scu.cfg": file(_CT, {"P": _BOTH}, _P).replace("[Uncompressed]", "[Un compressed]"),
    "comments_scu.cfg": file(_CT, {"P": _BOTH}, _P, head="# for our scanner\n#\n"),
    "roles_scu.cfg": file(_CT, {"P": [*_BOTH, "GETStudyRootQueryRetrieveInformationModel\\Uncompressed"]}, _P).replace(
        "[[Profiles]]",
        "[[SCPSCURoleSelection]]\n[R]\nRole1 = CTImageStorage\\SCP\n[[Profiles]]",
    )
    + "SCPSCURoleSelection = R\n",
    "archive_scp.cfg": file(_CT, {"P": _BOTH}, _P),
    "long_scp.cfg": file(
        _CT, {"P": ["VerificationSOPClass\\Uncompressed", *(f"{n}\\Uncompressed" for n in known_storage("3.7.0"))]}, _P
    ),
}
