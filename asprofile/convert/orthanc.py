"""Orthanc: what its configuration says about the SOP classes and transfer syntaxes that it stores.

One list of transfer syntaxes holds for all Storage SOP classes. Both lists may have wildcards, and further options
switch groups of transfer syntaxes on and off (since Orthanc 1.9.0 all are accepted by default). Lists of SOP classes
are read since Orthanc 1.12.6; without one, Orthanc accepts all classes that its DCMTK knows as storage of patients'
objects. Verification, queries and storage commitment are always accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asprofile.convert import json_text, losses
from asprofile.convert.exchange import (
    ConversionLoss,
    ConversionSource,
    ConversionTarget,
    Exchange,
    ExchangeContext,
    ExchangeProfile,
    Reading,
    Written,
)
from asprofile.convert.tree import Node
from asprofile.convert.wildcards import is_pattern, matching
from asprofile.convert.words import ascii_only, listed, named, quoted
from asprofile.errors import ConversionError
from asprofile.names import sop_classes, uids
from asprofile.names.dcmtk import storage_classes
from asprofile.names.releases import LATEST, at_least
from asprofile.names.well_known import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
    RLE_LOSSLESS,
    STORAGE_COMMITMENT,
    VERIFICATION,
)

_SYNTAXES = "AcceptedTransferSyntaxes"
_CLASSES = "AcceptedSopClasses"
_REJECTED = ("RejectedSopClasses", "RejectSopClasses")
_UNKNOWN = "UnknownSopClassAccepted"
_STORE = "DicomAlwaysAllowStore"

_JPEG = tuple(f"1.2.840.10008.1.2.4.{number}" for number in (*range(50, 67), 70))
_GROUPS = {
    "DeflatedTransferSyntaxAccepted": (DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,),
    "JpegTransferSyntaxAccepted": _JPEG,
    "Jpeg2000TransferSyntaxAccepted": tuple(f"1.2.840.10008.1.2.4.{number}" for number in (90, 91, 92, 93)),
    "JpegLosslessTransferSyntaxAccepted": tuple(f"1.2.840.10008.1.2.4.{number}" for number in (80, 81)),
    "JpipTransferSyntaxAccepted": tuple(f"1.2.840.10008.1.2.4.{number}" for number in (94, 95)),
    "Mpeg2TransferSyntaxAccepted": tuple(f"1.2.840.10008.1.2.4.{number}" for number in (100, 101)),
    "Mpeg4TransferSyntaxAccepted": tuple(f"1.2.840.10008.1.2.4.{number}" for number in range(102, 107)),
    "RleTransferSyntaxAccepted": (RLE_LOSSLESS,),
    "H265TransferSyntaxAccepted": tuple(f"1.2.840.10008.1.2.4.{number}" for number in (107, 108)),
}
_NATIVE = (EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN)
# All that Orthanc accepts; the one that it prefers is in front. Two more are in its list (RFC 2557 MIME encapsulation
# and XML encoding, both retired), but DCMTK, which negotiates for it, does not know these.
KNOWN = (*_NATIVE, *(uid for group in _GROUPS.values() for uid in group))

# The services that no list switches off, with the uncompressed transfer syntaxes.
ORTHANC_SERVICES = (
    VERIFICATION,
    STORAGE_COMMITMENT,  # Storage Commitment Push Model
    "1.2.840.10008.5.1.4.1.2.1.1",  # Patient Root: FIND, MOVE, GET
    "1.2.840.10008.5.1.4.1.2.1.2",
    "1.2.840.10008.5.1.4.1.2.1.3",
    "1.2.840.10008.5.1.4.1.2.2.1",  # Study Root
    "1.2.840.10008.5.1.4.1.2.2.2",
    "1.2.840.10008.5.1.4.1.2.2.3",
)

# Non-patient objects (PS3.4 GG) are not in DCMTK's list of what an archive stores.
_OF_NO_PATIENT = ("ct-defined-procedure-protocol", "xa-defined-procedure-protocol", "protocol-approval")

# Other options that show a configuration of Orthanc; if only these are there, the options above have their defaults.
_OTHERS = ("DicomServerEnabled", "StorageDirectory", "DicomModalities", "OrthancPeers", "RegisteredUsers")
_SERVER = "DicomServerEnabled"

_OPTIONS = (_SYNTAXES, _CLASSES, *_REJECTED, _UNKNOWN, *_GROUPS)


def is_configuration(node: Node) -> bool:
    """Whether an object has an option of Orthanc's that speaks of what is accepted, or is its DICOM server's."""
    return bool({key.text for key in node.keys} & {*_OPTIONS, *_OTHERS, "DicomAet", "DicomPort", _STORE})


# --- Reading ----------------------------------------------------------------------------------------------------------


def read(source: ConversionSource) -> Reading:
    """What is accepted for storage, and Verification."""
    root = json_text.parse(source.text)
    members = root.members("the configuration")
    if not is_configuration(root):
        root.wrong(f"no option of Orthanc's is in it; there would be {', '.join(_OPTIONS[:3])}")
    storage = _stored_unasked(source.release)
    syntaxes = _syntaxes(members)
    if not syntaxes:
        members.get(_SYNTAXES, root).wrong("no transfer syntax is accepted, so nothing can be stored")
    classes = _classes(members, storage)
    if not classes:
        members.get(_CLASSES, root).wrong("no SOP class is accepted, so nothing can be stored")
    contexts = [ExchangeContext(VERIFICATION, _NATIVE, "Uncompressed")]
    contexts += [ExchangeContext(uid, syntaxes, "Accepted") for uid in classes if uid != VERIFICATION]
    prefers = "Orthanc takes the first that is proposed, or Explicit VR Little Endian"
    ordered, notes = losses.with_order(contexts, prefers)
    exchange = Exchange(source.role or "acceptor", (ExchangeProfile(source.name, ordered),))
    any_class = _UNKNOWN in members and members[_UNKNOWN].boolean(_UNKNOWN)
    return Reading(exchange, tuple(_not_of_profiles(members)), (*_assumed(members), *notes), any_class)


def _assumed(members: dict[str, Node]) -> Iterator[str]:
    """What the configuration does not say, and Orthanc's defaults say."""
    unsaid = [one for one in (_SYNTAXES, *_GROUPS) if one not in members]
    if _SYNTAXES not in members:
        accepted = "all transfer syntaxes" if len(unsaid) > len(_GROUPS) else "what the other options leave of all"
        yield f"{_SYNTAXES} is not said, so that Orthanc's default is assumed (since 1.9.0): {accepted}"
    if _CLASSES not in members:
        yield f"{_CLASSES} is not said, so that Orthanc's default is assumed: all that its DCMTK knows as storage"


def _stored_unasked(release: str) -> list[str]:
    """The SOP classes that are stored where no list says which."""
    known = [uid for uid, one in storage_classes().items() if at_least(release, one.first_release)]
    return [uid for uid in known if not _is_of_no_patient(uid)]


def _is_of_no_patient(uid: str) -> bool:
    found = sop_classes.storage(uid)
    return found is not None and (found.category == "non-patient" or found.iod in _OF_NO_PATIENT)


def _syntaxes(members: dict[str, Node]) -> tuple[str, ...]:
    """In Orthanc's order: Explicit VR Little Endian is preferred, whatever the list says."""
    patterns = [text for text, _ in _patterns(members, _SYNTAXES)] if _SYNTAXES in members else ["*"]
    accepted = {uid for pattern in patterns for uid in matching(pattern, KNOWN)}
    for option, group in _GROUPS.items():
        if option in members:
            accepted = accepted | set(group) if members[option].boolean(option) else accepted - set(group)
    return tuple(uid for uid in KNOWN if uid in accepted)


def _classes(members: dict[str, Node], storage: list[str]) -> tuple[str, ...]:
    """An empty list counts as none; a list in which nothing is known accepts nothing."""
    patterns = [text for text, _ in _patterns(members, _CLASSES)]
    accepted = [uid for text in patterns for uid in _meant(text, storage)] if patterns else storage
    rejected = {uid for option in _REJECTED for text, _ in _patterns(members, option) for uid in _meant(text, storage)}
    return tuple(uid for uid in dict.fromkeys(accepted) if uid not in rejected)


def _meant(text: str, storage: Iterable[str]) -> list[str]:
    return matching(text, storage) if is_pattern(text) else [text]


def _patterns(members: dict[str, Node], option: str) -> Iterator[tuple[str, Node]]:
    """The UIDs and patterns of a list; one alone needs no list."""
    node = members.get(option)
    if node is None:
        return
    for one in (node,) if node.kind == "string" else node.items(option):
        text = one.string(option)
        if not text or set(text) - set("0123456789.*?") or (not is_pattern(text) and len(text) > 64):
            one.wrong(f"{option}: {quoted(text)} is neither a UID nor a pattern with * and ?")
        yield text, one


def _not_of_profiles(members: dict[str, Node]) -> Iterator[ConversionLoss]:
    if _UNKNOWN in members and members[_UNKNOWN].boolean(_UNKNOWN):
        yield ConversionLoss("wildcard", f"{_UNKNOWN}: SOP classes that Orthanc does not know are accepted too")
    if _SERVER in members and not members[_SERVER].boolean(_SERVER):
        yield ConversionLoss("other", f"{_SERVER}: Orthanc takes no association at all")
    if _STORE in members and not members[_STORE].boolean(_STORE):
        yield ConversionLoss("other", f"{_STORE}: only the modalities of the configuration may store")
    unknown = [text for text, _ in _patterns(members, _SYNTAXES) if not matching(text, KNOWN)]
    if unknown:
        yield ConversionLoss("transfer-syntax", f"transfer syntaxes that Orthanc does not know: {listed(unknown)}")


# --- Writing ----------------------------------------------------------------------------------------------------------


def write(exchange: Exchange, target: ConversionTarget) -> Written:
    """Options to be put into a configuration that is there, or into a directory of configurations."""
    (profile,) = exchange.profiles
    lists = profile.lists
    stored = {uid: syntaxes for uid, syntaxes in lists.items() if uid not in ORTHANC_SERVICES and _is_stored(uid)}
    if not stored:
        raise ConversionError("no Storage SOP class is in the profile, and with an empty list Orthanc accepts all")
    known = [uid for uid in KNOWN if any(uid in syntaxes for syntaxes in stored.values())]
    unknown = [uid for uid in dict.fromkeys(uid for found in stored.values() for uid in found) if uid not in KNOWN]
    if not known:
        raise ConversionError(f"Orthanc knows none of the profile's transfer syntaxes: {listed(map(named, unknown))}")
    lines = [
        f"// What Orthanc stores, converted from {ascii_only(target.source)}, profile {ascii_only(profile.name)}.",
        "// Before Orthanc 1.12.6, AcceptedSopClasses does not count: all SOP classes that it knows are stored.",
        "// Verification, queries and storage commitment are accepted whatever is here.",
        "{",
        *_array(_SYNTAXES, known),
        *_array(_CLASSES, list(stored)),
        f'  "{_UNKNOWN}" : false',
        "}",
    ]
    return Written("\n".join(lines) + "\n", tuple(_losses(profile, stored, unknown)))


def _is_stored(uid: str) -> bool:
    """What is not known to be something else may be a private storage class."""
    info = uids.describe(uid)
    return uid in storage_classes() or info is None or info.kind == "storage"


def _losses(
    profile: ExchangeProfile, stored: dict[str, tuple[str, ...]], unknown: list[str]
) -> Iterator[ConversionLoss]:
    kept = {uid: tuple(one for one in syntaxes if one not in unknown) for uid, syntaxes in stored.items()}
    yield from losses.of_lists(profile)
    yield from losses.of_one_list(kept, "Orthanc")
    yield from losses.of_order(profile, "Orthanc takes the first that is proposed, or Explicit VR Little Endian")
    yield from losses.of_roles(profile)
    yield from losses.of_extended(profile)
    yield from losses.left_out(unknown, "which Orthanc does not know", "transfer-syntax")
    services = [uid for uid in profile.lists if uid not in stored and uid not in ORTHANC_SERVICES]
    yield from losses.left_out(services, "for which Orthanc has no service of its own")
    usual = _stored_unasked(LATEST)
    private = [uid for uid in stored if uid not in usual]
    before = f"before Orthanc 1.12.6 stored only with {_UNKNOWN}, and then with every other unknown one"
    yield from losses.left_out(private, before)


def _array(option: str, found: list[str]) -> Iterator[str]:
    yield f'  "{option}" : ['
    for place, uid in enumerate(found, start=1):
        name = named(uid)
        comment = f"  // {ascii_only(name)}" if name != uid else ""
        yield f'    "{uid}"{"," if place < len(found) else ""}{comment}'
    yield "  ],"
