r"""Files with one realistic mistake each, as people who run archives and modalities make them, and correct ones.

Belongs here: the files, who loads them, and the code of the rule that should speak. Does not belong here: how that is
judged (``lint/test_mistakes``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from asprofile.model.words import AssociationRole


class Mistake(NamedTuple):
    """``code`` is that of the rule that says it; ``beside``: others with a warning of their own to give."""

    code: str
    data: bytes
    role: AssociationRole = "requestor"
    name: str = "send.cfg"
    beside: tuple[str, ...] = ()


class Correct(NamedTuple):
    data: bytes
    role: AssociationRole
    name: str


UNCOMPRESSED = ("LittleEndianExplicit", "LittleEndianImplicit")
SV1 = "JPEGLossless:Non-hierarchical-1stOrderPrediction"
J2K = "JPEG2000LosslessOnly"


def made(
    contexts: Sequence[str],
    lists: Mapping[str, Sequence[str]] | None = None,
    *,
    plain: Sequence[str] = UNCOMPRESSED,
    roles: Sequence[str] = (),
    extended: Sequence[str] = (),
    label: str = "Contexts",
    head: str = "",
) -> str:
    """A file with one context list; ``\\Uncompressed`` is put behind a context that names no list."""
    syntaxes = {**({"Uncompressed": plain} if plain else {}), **(lists or {})}
    parts = [head] if head else []
    parts += _supersection("TransferSyntaxes", "TransferSyntax", syntaxes)
    entries = [one if "\\" in one else f"{one}\\Uncompressed" for one in contexts]
    parts += _supersection("PresentationContexts", "PresentationContext", {label: entries})
    profile = ["PresentationContexts = " + label]
    if roles:
        parts += _supersection("SCPSCURoleSelection", "Role", {"Roles": roles})
        profile.append("SCPSCURoleSelection = Roles")
    if extended:
        parts += _supersection("ExtendedNegotiation", "ExtendedNegotiation", {"Extended": extended})
        profile.append("ExtendedNegotiation = Extended")
    return "\n".join([*parts, "[[Profiles]]", "[Default]", *profile, ""])


def _supersection(name: str, key: str, lists: Mapping[str, Iterable[str]]) -> list[str]:
    lines = [f"[[{name}]]"]
    for label, entries in lists.items():
        lines.append(f"[{label}]")
        lines += [f"{key}{number} = {entry}" for number, entry in enumerate(entries, start=1)]
    return lines


def with_class(name: str) -> bytes:
    """The class beside a good one."""
    return made(["CTImageStorage", name if "\\" in name else f"{name}\\Uncompressed"]).encode()


def with_syntax(*names: str, sop_class: str = "MRImageStorage") -> bytes:
    """The transfer syntaxes in a list of their own, for a class that has uncompressed ones, too."""
    return made([f"{sop_class}\\Special", sop_class], {"Special": names}).encode()


def edited(text: str, old: str, new: str, count: int = 1) -> bytes:
    assert old in text, old
    return text.replace(old, new, count).encode()


CLEAN = made(["CTImageStorage", "MRImageStorage", "VerificationSOPClass"])
TWO = made(["CTImageStorage", r"CTImageStorage\Lossless", "MRImageStorage"], {"Lossless": [SV1]})
JPEG = {"JPEG": ["JPEGBaseline"]}
GET = "GETStudyRootQueryRetrieveInformationModel"
FIND_P, MOVE_P, GET_P = (f"{what}PatientRootQueryRetrieveInformationModel" for what in ("FIND", "MOVE", "GET"))
FIND, MOVE = (f"{what}StudyRootQueryRetrieveInformationModel" for what in ("FIND", "MOVE"))
ANY = ["JPEG2000", "JPEGBaseline", J2K, SV1, *UNCOMPRESSED]
MANY = [f"1.2.826.0.1.3680043.2.1143.{number}" for number in range(1, 130)]

OF_UIDS = {
    "digits swapped": Mistake("AP304", with_class("1.2.840.10008.5.1.4.1.1.848.1")),
    "query root cut short": Mistake("AP304", with_class("1.2.840.10008.5.1.4.1.2.1")),
    "1008 for 10008": Mistake("AP304", with_syntax("1.2.840.1008.1.2.4.70")),
    "1.3.840 for 1.2.840": Mistake("AP304", with_class("1.3.840.10008.5.1.4.1.1.4")),
    "component doubled": Mistake("AP304", with_syntax("1.2.840.10008.10008.1.2.4.70")),
    "end lost": Mistake("AP304", with_class("1.2.840.10008.5.1.4.1.1")),
    "dot lost": Mistake("AP304", with_class("1.2.840.10008.5.1.4.1.1.31")),
    "transfer syntaxes in one": Mistake("AP304", with_syntax("1.2.840.10008.1.21.2.840.10008.1.2.1")),
    "classes in one": Mistake("AP304", with_class("1.2.840.10008.5.1.4.1.1.41.2.840.10008.5.1.4.1.1.7")),
    "two dots": Mistake("AP301", with_syntax("1.2.840.10008..1.2.4.70")),
    "dot at the end": Mistake("AP301", with_syntax("1.2.840.10008.1.2.4.70.")),
    "zeros in front": Mistake("AP301", with_syntax("1.2.840.10008.01.2.4.07")),
    "beginning lost": Mistake("AP301", with_class("10008.5.1.4.1.1.4")),
    "O for 0": Mistake("AP103", with_class("1.2.840.1OOO8.5.1.4.1.1.4")),
    "l for 1": Mistake("AP103", with_syntax("l.2.840.10008.1.2.4.70")),
    "commas for dots": Mistake("AP103", with_class("1,2,840,10008,5,1,4,1,1,4")),
    "blank in a UID": Mistake("AP103", with_class("1.2.840.10008. 5.1.4.1.1.4")),
    "name behind a UID": Mistake("AP103", with_class("1.2.840.10008.5.1.4.1.1.4 (MR Image Storage)")),
    "two with a comma": Mistake("AP103", with_syntax("JPEGBaseline, RLELossless", sop_class="UltrasoundImageStorage")),
    "66 characters": Mistake("AP302", with_class("1.2.3." + "4" * 60)),
    "instance UID": Mistake("AP310", with_class("1.2.276.0.7230010.3.1.4.8323329.4711.1495927169.335276")),
    "instance UID with a date": Mistake("AP310", with_class("1.2.840.113619.2.312.4120.8421.12.20210305081233.88")),
    "Siemens, component lost": Mistake("AP310", with_class("1.3.12.2.1107.59.1")),
    "Siemens, digits swapped": Mistake("AP310", with_class("1.3.12.2.1170.5.9.1")),
    "Philips, component lost": Mistake("AP310", with_class("1.3.46.670589.11.0.12.1")),
    "Philips, 1.2 for 1.3": Mistake("AP305", with_class("1.2.46.670589.5.0.2")),
    "Toshiba, end lost": Mistake("AP310", with_class("1.2.392.200036.9116.7.8.1.1")),
    "GE, one digit": Mistake("AP308", with_syntax("1.2.840.113619.5.3")),
    "SOP class among transfer syntaxes": Mistake("AP303", with_syntax("RLELossless", "1.2.840.10008.5.1.4.1.1.4")),
    "transfer syntax as class": Mistake("AP303", with_class("LittleEndianImplicit")),
    "service class": Mistake("AP303", with_class("1.2.840.10008.4.2")),
    "instance of commitment": Mistake("AP303", with_class("1.2.840.10008.1.20.1.1")),
    "DICOMDIR": Mistake("AP507", with_class("MediaStorageDirectoryStorage")),
}
OF_NAMES = {
    "keyword of a transfer syntax": Mistake(
        "AP119", made(["CTImageStorage"], plain=["ImplicitVRLittleEndian"]).encode()
    ),
    "keyword of a class": Mistake("AP119", with_class("ModalityWorklistInformationModelFind")),
    "title": Mistake("AP103", with_class("MR Image Storage")),
    "modality": Mistake("AP103", with_class("MR")),
    "case": Mistake("AP118", with_class("CTimageStorage")),
    "quotes": Mistake("AP118", with_class('"MRImageStorage"')),
    "quotes around all": Mistake(
        "AP118", edited(CLEAN, r"MRImageStorage\Uncompressed", r'"MRImageStorage\Uncompressed"')
    ),
    "quotes around a role": Mistake("AP118", made([GET, "CTImageStorage"], roles=[r'"CTImageStorage\SCP"']).encode()),
    "equals sign twice": Mistake("AP118", edited(CLEAN, "= MRImage", "== MRImage")),
    "name of an old release": Mistake("AP120", with_class("XRayRadiationDoseSR")),
    "letter lost": Mistake("AP103", with_class("MRImageStoage")),
    "typographic quotes": Mistake("AP214", edited(CLEAN, "MRImageStorage", "\u201cMRImageStorage\u201d")),
    "quotes of Windows": Mistake("AP214", CLEAN.encode().replace(b"MRImageStorage", b"\x93MRImageStorage\x94")),
    "dash of a PDF": Mistake("AP214", edited(TWO, "Non-hierarchical", "Non\u2013hierarchical")),
    "dash of Windows": Mistake("AP214", TWO.encode().replace(b"Non-hier", b"Non\x96hier")),
    "soft hyphen": Mistake("AP214", edited(CLEAN, "MRImageStorage", "MRImage\u00adStorage")),
    "soft hyphen for a hyphen": Mistake("AP214", edited(TWO, "Non-hierarchical", "Non\u00adhierarchical")),
    "no-break space": Mistake("AP214", edited(CLEAN, "= MRImage", "=\u00a0MRImage")),
    "Cyrillic letter": Mistake("AP214", edited(CLEAN, "= MRImage", "= \u041cRImage")),
    "ligature": Mistake(
        "AP214", edited(CLEAN, r"\Uncompressed", "\\Uncompre\ufb06ed".replace("\ufb06", "\u017f\u017f"))
    ),
    "blank behind": Mistake("AP104", with_syntax("JPEGLSLossless \t")),
    "list emptied by a blank": Mistake(
        "AP104", made(["CTImageStorage", r"CTImageStorage\J"], {"J": [J2K + " "]}).encode()
    ),
    "blank before the backslash": Mistake("AP104", edited(CLEAN, "MRImageStorage", "MRImageStorage ")),
    "comment behind": Mistake("AP105", with_syntax("RLELossless # lossless")),
}
OF_LINES = {
    "list misspelt": Mistake("AP108", with_class(r"MRImageStorage\Uncompresed")),
    "no such list": Mistake("AP108", with_class(r"MRImageStorage\JPEG")),
    "two lists": Mistake("AP108", made(["CTImageStorage", r"UltrasoundImageStorage\Uncompressed,JPEG"], JPEG).encode()),
    "transfer syntax for a list": Mistake("AP108", with_class(r"MRImageStorage\LittleEndianImplicit")),
    "sides exchanged": Mistake("AP103", with_class(r"Uncompressed\MRImageStorage")),
    "two context lists": Mistake("AP108", edited(CLEAN, "= Contexts", "= Contexts, Rest")),
    "role in a profile": Mistake(
        "AP108", (made([GET, "CTImageStorage"]) + "SCPSCURoleSelection = CTImageStorage\\SCP\n").encode()
    ),
    "sides of a role exchanged": Mistake(
        "AP103", made([GET, "CTImageStorage"], roles=[r"SCP\CTImageStorage"]).encode()
    ),
    "abbreviation": Mistake("AP103", made(["CTImageStorage"], plain=["EVRLE", "LittleEndianImplicit"]).encode()),
    "title of a supersection misspelt": Mistake("AP102", edited(CLEAN, "[[Profiles]]", "[[Profile]]")),
    "no number": Mistake("AP207", edited(CLEAN, "PresentationContext2", "PresentationContext")),
    "all indented": Mistake("AP106", CLEAN.replace("\n", "\n  ").encode()),
    "umlaut in a name": Mistake(
        "AP209",
        CLEAN.replace("Contexts]\n", "R\u00f6ntgen]\n")
        .replace("[[PresentationR\u00f6ntgen", "[[PresentationContexts")
        .replace("= Contexts", "= R\u00f6ntgen")
        .encode(),
    ),
    "context list misspelt": Mistake("AP108", edited(CLEAN, "= Contexts", "= Kontexts")),
    "slash": Mistake("AP107", edited(CLEAN, r"MRImageStorage\Uncompressed", "MRImageStorage/Uncompressed")),
    "no list": Mistake("AP107", edited(CLEAN, r"MRImageStorage\Uncompressed", "MRImageStorage")),
    "commented out": Mistake("AP201", edited(CLEAN, "PresentationContext2", "#PresentationContext2")),
    "TransferSyntax1 missing": Mistake("AP201", edited(CLEAN, "TransferSyntax1", "TransferSyntax3")),
    "counted from 0": Mistake("AP201", edited(CLEAN, "TransferSyntax1", "TransferSyntax0")),
    "leading zeros": Mistake("AP202", CLEAN.replace("Context1", "Context01").replace("Context2", "Context02").encode()),
    "number twice": Mistake("AP203", edited(CLEAN, "PresentationContext3", "PresentationContext2")),
    "indented": Mistake("AP106", edited(CLEAN, "PresentationContext2", "\tPresentationContext2")),
    "two on a line": Mistake("AP106", edited(CLEAN, "ed\nPresentationContext2", "ed, PresentationContext2")),
    "semicolon comment": Mistake("AP206", edited(CLEAN, "PresentationContext2", "; MR\nPresentationContext2")),
    "colon": Mistake("AP206", edited(CLEAN, "PresentationContext2 =", "PresentationContext2:")),
    "wrapped at a hyphen": Mistake("AP206", edited(TWO, "hierarchical-", "hierarchical-\n")),
    "wrapped in a UID": Mistake("AP206", edited(CLEAN, "MRImageStorage", "1.2.840.10008.5.1.\n4.1.1.4")),
    "key misspelt": Mistake("AP207", edited(CLEAN, "PresentationContext2", "PresentationContex2")),
    "key in the plural": Mistake("AP207", edited(CLEAN, "PresentationContext2", "PresentationContexts2")),
    "key in the singular": Mistake("AP207", edited(CLEAN, "PresentationContexts =", "PresentationContext =")),
    "key made shorter": Mistake("AP207", edited(CLEAN, "PresentationContext2", "PC2")),
    "entry in a wrong section": Mistake(
        "AP207",
        CLEAN.replace("PresentationContext2 = MRImageStorage\\Uncompressed\n", "")
        .replace("[Uncompressed]\n", "[Uncompressed]\nPresentationContext2 = MRImageStorage\\Uncompressed\n")
        .encode(),
    ),
    "list in a wrong supersection": Mistake(
        "AP207", edited(CLEAN, "[Contexts]", "[JPEG]\nTransferSyntax1 = JPEGBaseline\n[Contexts]")
    ),
    "byte-order mark": Mistake("AP101", b"\xef\xbb\xbf" + CLEAN.encode()),
    "UTF-16": Mistake("AP101", CLEAN.encode("utf-16")),
    "no profiles": Mistake("AP102", CLEAN.partition("[[Profiles]]")[0].encode()),
    "single brackets": Mistake("AP102", CLEAN.replace("[[", "[").replace("]]", "]").encode()),
    "double brackets": Mistake("AP210", edited(CLEAN, "[Contexts]", "[[Contexts]]")),
    "braces": Mistake("AP210", edited(CLEAN, "[[Profiles]]", "{{Profiles}}")),
    "no-break space before a header": Mistake("AP210", edited(CLEAN, "[Contexts]", "\u00a0[Contexts]")),
    "bracket lost": Mistake("AP210", edited(CLEAN, "[Contexts]", "[Contexts")),
    "dot in a name": Mistake("AP209", CLEAN.replace("Uncompressed", "Uncompressed.1").encode()),
    "supersection twice": Mistake(
        "AP204", (CLEAN + "[[TransferSyntaxes]]\n[R]\nTransferSyntax1 = RLELossless\n").encode()
    ),
    "profile twice": Mistake("AP114", (CLEAN + "[default]\nPresentationContexts = Contexts\n").encode()),
    "profile without contexts": Mistake("AP113", edited(CLEAN, "PresentationContexts = Contexts\n", "")),
}
OF_NEGOTIATION = {
    "C-GET with SCU roles": Mistake("AP703", made([GET, "CTImageStorage"], roles=[r"CTImageStorage\SCU"]).encode()),
    "C-GET without roles": Mistake("AP703", made([GET, "CTImageStorage"]).encode()),
    "C-GET, role forgotten": Mistake(
        "AP703", made([GET, "CTImageStorage", "MRImageStorage"], roles=[r"CTImageStorage\SCP"]).encode()
    ),
    "role of a class that is not there": Mistake(
        "AP112", made([GET, "CTImageStorage"], roles=[r"CTImageStorage\SCP", r"MRImageStorage\SCP"]).encode()
    ),
    "role in other words": Mistake("AP109", made([GET, "CTImageStorage"], roles=[r"CTImageStorage\scp/scu"]).encode()),
    "commitment without a role": Mistake("AP709", with_class("StorageCommitmentPushModelSOPClass")),
    "half a model": Mistake(
        "AP911",
        made(["VerificationSOPClass", FIND_P, MOVE_P, FIND, "CTImageStorage"]).encode(),
        "acceptor",
        "dcmqrscp.cfg",
    ),
    "extended negotiation of 5 bytes": Mistake(
        "AP801", made(["CTImageStorage"], extended=[r"CTImageStorage\0200030001"]).encode()
    ),
    "extended negotiation with 0x": Mistake(
        "AP110", made(["CTImageStorage"], extended=[r"CTImageStorage\0x030000000200"]).encode()
    ),
    "print without the meta class": Mistake("AP901", made(["BasicFilmSessionSOPClass"]).encode()),
    "film in a class of images": Mistake(
        "AP505",
        made(
            ["VLEndoscopicImageStorage", r"VLEndoscopicImageStorage\V"], {"V": ["MPEG4HighProfile/Level4.1"]}
        ).encode(),
    ),
    "video class without video": Mistake("AP514", made(["VideoEndoscopicImageStorage"]).encode()),
    "JPEG for CT": Mistake("AP502", made(["CTImageStorage", r"CTImageStorage\JPEG"], JPEG).encode()),
    "JPEG for reports": Mistake("AP501", made([r"BasicTextSRStorage\JPEG", "BasicTextSRStorage"], JPEG).encode()),
    "JPEG for queries": Mistake("AP512", made([f"{FIND}\\JPEG", MOVE, "VerificationSOPClass"], JPEG).encode()),
    "lossy for doses": Mistake("AP506", made([r"RTDoseStorage\J", "RTDoseStorage"], {"J": ["JPEG2000"]}).encode()),
    "explicit VR only": Mistake("AP509", made(["CTImageStorage"], plain=["LittleEndianExplicit"]).encode()),
    "process 14 alone": Mistake("AP510", with_syntax("JPEGLossless:Non-hierarchical:Process14")),
    "JPEG 2000 part 2": Mistake("AP409", with_syntax("JPEG2000MulticomponentLosslessOnly")),
    "JPIP": Mistake("AP404", with_syntax("JPIPReferenced")),
    "retired process": Mistake("AP402", with_syntax("JPEGExtended:Process3+5"), beside=("AP510",)),
    "retired class": Mistake("AP908", with_class("1.2.840.10008.5.1.4.1.1.6")),
    "big endian": Mistake("AP411", made(["CTImageStorage"], plain=[*UNCOMPRESSED, "BigEndianExplicit"]).encode()),
    "JPEG 2000 under Uncompressed": Mistake("AP410", made(["CTImageStorage"], plain=[*UNCOMPRESSED, J2K]).encode()),
    "explicit under Implicit": Mistake(
        "AP410",
        made(["CTImageStorage", r"MRImageStorage\Implicit", "MRImageStorage"], {"Implicit": UNCOMPRESSED[:1]}).encode(),
    ),
    "all kinds in one list": Mistake(
        "AP407",
        made([r"UltrasoundImageStorage\Mixed"], {"Mixed": ["JPEGBaseline", SV1, *UNCOMPRESSED]}, plain=()).encode(),
    ),
    "transfer syntax twice": Mistake(
        "AP401", made(["CTImageStorage"], plain=[*UNCOMPRESSED, "1.2.840.10008.1.2"]).encode()
    ),
    "context twice": Mistake("AP601", made(["CTImageStorage", "MRImageStorage", "CTImageStorage"]).encode()),
    "129 contexts": Mistake("AP116", made(MANY).encode()),
    "128 contexts": Mistake("AP607", made(MANY[:128]).encode()),
    "lossy first": Mistake(
        "AP405",
        made(["VerificationSOPClass", r"CTImageStorage\Any", r"MRImageStorage\Any"], {"Any": ANY}).encode(),
        "acceptor",
        "storescp_mr.cfg",
    ),
    "class twice": Mistake(
        "AP121",
        made(["VerificationSOPClass", r"MRImageStorage\J", "MRImageStorage"], {"J": [SV1]}).encode(),
        "acceptor",
        "storescp.cfg",
    ),
    "role SCP of an acceptor": Mistake(
        "AP706",
        made(["VerificationSOPClass", "CTImageStorage"], roles=[r"CTImageStorage\SCP"]).encode(),
        "acceptor",
        "dcmrecv.cfg",
    ),
    "processing without presentation": Mistake("AP605", made(["DigitalXRayImageStorageForProcessing"]).encode()),
    "list that nothing uses": Mistake("AP211", made(["CTImageStorage"], JPEG).encode()),
}
MISTAKES: dict[str, Mistake] = {**OF_UIDS, **OF_NAMES, **OF_LINES, **OF_NEGOTIATION}

_ARCHIVE = ("CTImageStorage", "MRImageStorage", "ComputedRadiographyImageStorage", "SecondaryCaptureImageStorage")
CORRECT = {
    "small sender": Correct(CLEAN.encode(), "requestor", "send.cfg"),
    "lossless beside": Correct(TWO.encode(), "requestor", "ct_scu.cfg"),
    "CRLF": Correct(CLEAN.replace("\n", "\r\n").encode(), "requestor", "windows_scu.cfg"),
    "CR": Correct(CLEAN.replace("\n", "\r").encode(), "requestor", "mac_scu.cfg"),
    "no line end at the end": Correct(CLEAN.rstrip().encode(), "requestor", "short_scu.cfg"),
    "numbers": Correct(
        made([r"1.2.840.10008.5.1.4.1.1.2\U"], {"U": ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2"]}, plain=()).encode(),
        "requestor",
        "numbers_scu.cfg",
    ),
    "tabs": Correct(CLEAN.replace(" = ", "\t=\t").encode(), "requestor", "tabs_scu.cfg"),
    "other spelling": Correct(
        CLEAN.replace("[Uncompressed]", "[ UNCOMPRESSED ]").replace("TransferSyntax1", "transfersyntax1").encode(),
        "requestor",
        "spelling_scu.cfg",
    ),
    "two profiles": Correct(
        (CLEAN + "[Again]\nPresentationContexts = contexts\n").encode(), "requestor", "profiles_scu.cfg"
    ),
    "two syntaxes each": Correct(
        made(
            [f"{name}\\{label}" for name in _ARCHIVE for label in ("Uncompressed", "Lossless", "J2K")],
            {"Lossless": [SV1], "J2K": [J2K]},
        ).encode(),
        "requestor",
        "migrate.cfg",
    ),
    "ultrasound": Correct(
        made(
            [
                f"{name}\\{label}"
                for name in ("UltrasoundImageStorage", "UltrasoundMultiframeImageStorage")
                for label in ("JPEG", "Uncompressed")
            ],
            JPEG,
        ).encode(),
        "requestor",
        "us_scu.cfg",
    ),
    "films": Correct(
        made([r"VideoEndoscopicImageStorage\V"], {"V": ["MPEG4HighProfile/Level4.1"]}, plain=()).encode(),
        "requestor",
        "endoscopy_scu.cfg",
    ),
    "reports": Correct(
        made(["BasicTextSRStorage", "ComprehensiveSRStorage", "EncapsulatedPDFStorage"]).encode(),
        "requestor",
        "sr_scu.cfg",
    ),
    "radiotherapy": Correct(
        made(["RTPlanStorage", "RTDoseStorage", "RTStructureSetStorage", "CTImageStorage"]).encode(),
        "requestor",
        "rt_scu.cfg",
    ),
    "mammography": Correct(
        made(
            [f"DigitalMammographyXRayImageStorageFor{what}" for what in ("Presentation", "Processing")]
            + [r"DigitalMammographyXRayImageStorageForPresentation\J2K"],
            {"J2K": [J2K]},
        ).encode(),
        "requestor",
        "mammo_scu.cfg",
    ),
    "slides": Correct(
        made(["VLWholeSlideMicroscopyImageStorage", r"VLWholeSlideMicroscopyImageStorage\JPEG"], JPEG).encode(),
        "requestor",
        "wsi_scu.cfg",
    ),
    "segmentations": Correct(
        made(["SegmentationStorage", r"SegmentationStorage\R"], {"R": ["RLELossless"]}).encode(),
        "requestor",
        "ai_scu.cfg",
    ),
    "private class": Correct(made(["MRImageStorage", "1.3.12.2.1107.5.9.1"]).encode(), "requestor", "siemens_scu.cfg"),
    "query": Correct(made([FIND, MOVE, "VerificationSOPClass"]).encode(), "requestor", "query_scu.cfg"),
    "C-GET": Correct(made([GET, "CTImageStorage"], roles=[r"CTImageStorage\SCP"]).encode(), "requestor", "getscu.cfg"),
    "worklist": Correct(
        made(["FINDModalityWorklistInformationModel", "ModalityPerformedProcedureStepSOPClass"]).encode(),
        "requestor",
        "ris_scu.cfg",
    ),
    "print": Correct(
        made(["BasicGrayscalePrintManagementMetaSOPClass", "PresentationLUTSOPClass"]).encode(),
        "requestor",
        "print_scu.cfg",
    ),
    "commitment": Correct(
        made(
            ["CTImageStorage", "StorageCommitmentPushModelSOPClass"], roles=[r"StorageCommitmentPushModelSOPClass\BOTH"]
        ).encode(),
        "requestor",
        "modality_scu.cfg",
    ),
    "extended negotiation": Correct(
        made(["CTImageStorage"], extended=[r"CTImageStorage\030000000200"]).encode(), "requestor", "extended_scu.cfg"
    ),
    "small receiver": Correct(
        made(
            [r"VerificationSOPClass\Any", r"MRImageStorage\Any"],
            {"Any": [SV1, *UNCOMPRESSED]},
            plain=(),
            label="GenericStorageSCP",
            head="# what storescp takes from the MR",
        ).encode(),
        "acceptor",
        "mr.cfg",
    ),
    "receiver of all": Correct(
        made(
            ["VerificationSOPClass", *(f"{name}\\Any" for name in _ARCHIVE)],
            {"Any": [*UNCOMPRESSED, SV1, "JPEGLSLossless", J2K, "RLELossless", "JPEGBaseline", "JPEG2000"]},
        ).encode(),
        "acceptor",
        "storescp_all.cfg",
    ),
    "receiver without compression": Correct(
        made(["VerificationSOPClass", *_ARCHIVE]).encode(), "acceptor", "incoming.cfg"
    ),
    "archive": Correct(
        made(
            ["VerificationSOPClass", "CTImageStorage", FIND_P, MOVE_P, GET_P, FIND, MOVE, GET],
            roles=[r"CTImageStorage\BOTH"],
        ).encode(),
        "acceptor",
        "dcmqrprf.cfg",
    ),
    "big receiver": Correct(
        made(["VerificationSOPClass", "CTImageStorage", *MANY]).encode(), "acceptor", "dcmrecv_research.cfg"
    ),
    "echo": Correct(made(["VerificationSOPClass"]).encode(), "requestor", "echoscu.cfg"),
}
