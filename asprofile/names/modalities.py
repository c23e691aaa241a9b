"""Which kind of equipment or service a SOP class belongs to, as a title to group by.

Used for display and for splitting profiles; the protocol does not depend on it.
"""

from __future__ import annotations

import re

from asprofile.names import private, sop_classes, uids
from asprofile.names.well_known import STANDARD_ROOT

OTHER_OBJECTS = "Other objects"
SERVICES = "Services"

# The first whose pattern matches the keyword (PS3.6) counts.
_BY_KEYWORD = tuple(
    (title, re.compile(pattern))
    for title, pattern in (
        (
            "Ophthalmology",
            "Ophthalmic|Lensometry|Refraction|Keratometry|VisualAcuity|Intraocular|Corneal|Spectacle|Macular",
        ),
        ("Microscopy", "Microscop"),
        ("Video, endoscopy and photography", "^VL|^Video|Dermoscopic"),
        ("Mammography", "Mammography(?!CAD)|Breast(?!ImagingRelevant)"),
        ("Radiography", "ComputedRadiography|DigitalXRay|IntraOral"),
        ("Angiography and fluoroscopy", "XRayAngio|Radiofluoro|EnhancedXA|EnhancedXRF|XRay3D|IntravascularOptical"),
        ("CT", "CTImage"),
        ("MR", "MRImage|MRColor|MRSpectroscopy"),
        ("PET and nuclear medicine", "PositronEmission|PETImage|NuclearMedicine|PETCurve"),
        ("Ultrasound", "^Ultrasound|EnhancedUS|Photoacoustic"),
        ("Secondary capture", "SecondaryCapture"),
    )
)
_BY_CATEGORY = {
    "rt-image": "Radiotherapy",
    "rt-dose-image": "Radiotherapy",
    "rt-nonimage": "Radiotherapy",
    "sr": "Structured reports",
    "sr-key-object": "Structured reports",
    "presentation-state": "Presentation states",
    "structured-display": "Presentation states",
    "waveform": "Waveforms",
    "encapsulated-document": "Documents and models",
    "segmentation-image": "Segmentation, registration and maps",
    "parametric-map": "Segmentation, registration and maps",
    "registration": "Segmentation, registration and maps",
    "fiducials": "Segmentation, registration and maps",
    "surface": "Segmentation, registration and maps",
    "tractography": "Segmentation, registration and maps",
    "real-world-value-mapping": "Segmentation, registration and maps",
}


def modality(uid: str) -> str:
    """The title of the group, for any UID."""
    vendors = private.get(uid)
    if vendors is not None:
        return f"Private SOP classes of {vendors.vendor}"
    info = uids.describe(uid)
    if info is None:
        return "Private SOP classes" if not uid.startswith(STANDARD_ROOT) else OTHER_OBJECTS
    if info.kind != "storage":
        return SERVICES
    storage = sop_classes.storage(uid)
    for title, pattern in _BY_KEYWORD:
        if pattern.search(info.keyword) and (storage is None or storage.category not in ("sr", "presentation-state")):
            return title
    return _BY_CATEGORY.get(storage.category, OTHER_OBJECTS) if storage else OTHER_OBJECTS


# The first with a word that the kind of the UID begins with counts.
_SERVICES = (
    ("Verification", ("verification",)),
    ("Storage Commitment", ("storage-commitment",)),
    ("Query/Retrieve", ("qr-",)),
    (
        "Worklists and procedure steps",
        ("mwl", "mpps", "ups-", "gp-", "instance-availability", "detached-", "study-content"),
    ),
    ("Print", ("print",)),
    ("Query/Retrieve of what belongs to no patient", ("hanging-", "color-", "implant-", "procedure-", "protocol-")),
)
_OTHER_SERVICES = "Other services"
_NO_SOP_CLASSES = "No SOP classes"

# What people look for most is first; private classes come after the standard's, services are last.
_ORDER = (
    "CT", "MR", "PET and nuclear medicine", "Ultrasound", "Radiography", "Mammography",
    "Angiography and fluoroscopy", "Secondary capture", "Video, endoscopy and photography", "Ophthalmology",
    "Microscopy", "Radiotherapy", "Structured reports", "Presentation states",
    "Segmentation, registration and maps", "Waveforms", "Documents and models", OTHER_OBJECTS, "Private",
    *(title for title, _ in _SERVICES), _OTHER_SERVICES, _NO_SOP_CLASSES,
)  # fmt: skip


def group(uid: str) -> str:
    """The title of the group, as ``modality`` gives it; for a service, which one."""
    found = modality(uid)
    info = uids.describe(uid)
    if found != SERVICES or info is None:
        return found
    if not info.is_abstract_syntax:
        return _NO_SOP_CLASSES
    return next((title for title, words in _SERVICES if info.kind.startswith(words)), _OTHER_SERVICES)


def place(title: str) -> int:
    """A sort key for the titles of ``group``."""
    return _ORDER.index("Private" if title.startswith("Private ") else title)
