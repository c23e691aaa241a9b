"""Which editions of DICOM the tables of this package follow, by part, for users who ask how recent they are.

An edition belongs here as soon as a table has been compared with it; what the table takes from it belongs in the table.
"""

from __future__ import annotations

from asprofile.names.releases import AFTER_LATEST, RELEASES

UIDS = "PS3.6 2026c"
"""The edition of PS3.6 whose Tables A-1 to A-4 ``registry.tsv`` has in full."""


def sources() -> tuple[tuple[str, str], ...]:
    """What the tables contain and where it comes from, for people."""
    return (
        ("UIDs", f"DICOM {UIDS}"),
        ("SOP classes", "DICOM PS3.3 2020a and PS3.4 2013, checked in part against 2024c to 2025b"),
        ("transfer syntaxes", "DICOM PS3.5 2020a, checked in part against 2024d to 2026a"),
        ("DCMTK", f"{RELEASES[0]} to {RELEASES[-1]}, and names that came {AFTER_LATEST}"),
        ("dcm4che", "the names of its releases 3.3.8 to 5.34.3"),
    )
