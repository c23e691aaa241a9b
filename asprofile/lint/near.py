"""What an unknown UID may stand for, in words for a message."""

from __future__ import annotations

from asprofile.names import uids
from asprofile.names.mistyped import Meant

_NAMED = 6


def question(meant: Meant) -> str:
    """``did you mean A (name) or B (name)?``, or of how many UIDs it is the beginning."""
    begun = f"the beginning of {meant.begun} UIDs: is the end missing?"
    if not meant.uids:
        return f"it is {begun}"
    named = [f"{uid} ({uids.display_name(uid)})" for uid in meant.uids[:_NAMED]]
    if len(meant.uids) > _NAMED:
        named.append(f"{len(meant.uids) - _NAMED} more")
    asked = f"did you mean {', '.join(named[:-1]) + ' or ' if named[1:] else ''}{named[-1]}?"
    return f"{asked} It is also {begun}" if meant.begun else asked
