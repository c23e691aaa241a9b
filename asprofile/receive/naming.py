"""The name of an object's file: no name leads out of the directory, whatever the object says."""

from __future__ import annotations

from typing import Final

SUFFIX: Final = ".dcm"
_LONGEST: Final = 64


def instance_name(sop_instance: str) -> str:
    """A file name after the SOP instance UID, ``object.dcm`` if nothing of it can be in one."""
    is_uid = sop_instance.isascii() and sop_instance.replace(".", "").isdecimal()
    if is_uid and len(sop_instance) <= _LONGEST and sop_instance[0] != ".":
        return sop_instance.rstrip(".") + SUFFIX
    stem = "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "_" for c in sop_instance)
    return (stem[:_LONGEST].strip(".") or "object") + SUFFIX
