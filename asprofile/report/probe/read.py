"""Reading what ``asprofile probe --json`` printed, for a profile that is made when the peer is not at hand.

The other way round is ``json.as_json``; what the values mean is ``negotiate.probing``'s.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from asprofile.errors import AsprofileError
from asprofile.negotiate.probing import Acceptance, PairAnswer
from asprofile.negotiate.results import ACCEPTED
from asprofile.program import command
from asprofile.regular import read_regular
from asprofile.report.probe.json import JSON_VERSION

# What can be in a request, well-formed or not: objects have strange ones.
_MAX_SIZE = 1 << 26
_NAMES = ("peer.json", "peer-now.json")
_UID = re.compile(r"[0-9][0-9.]{0,63}")


def read_probe(file: str) -> tuple[str, Acceptance]:
    """A peer, and what it answered. Raises AsprofileError where the file does not tell it: of a profile, changed, or
    not made by ``probe`` at all.
    """
    try:
        found = json.loads(read_regular(file, _MAX_SIZE))
    except OSError as error:
        raise AsprofileError(f"{file}: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError):
        raise AsprofileError(f"{file}: no JSON; make one with: {_making(file)}") from None
    version = found.get("version") if isinstance(found, dict) else None
    if version != JSON_VERSION:
        raise AsprofileError(f"{file}: not what `asprofile probe --json` of this version prints (version {version!r})")
    if found.get("pairs") is None:
        raise AsprofileError(f"{file}: not the probe of pairs that is needed here; make one with: {_making(file)}")
    try:
        answers = tuple(answer for one in found["pairs"]["sop_classes"] for answer in _answers(one))
        return str(found["name"] or found["peer"]), Acceptance(answers, int(found["pairs"]["wanted"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise AsprofileError(f"{file}: not what `asprofile probe --json` prints, or changed since") from None


def _making(file: str) -> str:
    """A command to paste. It writes another file: this one may be somebody's profile."""
    name = next(name for name in _NAMES if name != PurePath(file).name)
    return command("probe", "PEER", "--all", "--json", "-o", name)


def _answers(one: dict[str, Any]) -> Iterator[PairAnswer]:
    sop_class = _uid(one["sop_class"]["uid"])
    for syntax in one["accepted"]:
        yield PairAnswer(sop_class, _uid(syntax), ACCEPTED)
    for group in one["not_accepted"]:
        refused = group["state"] == "refused"
        result = int(group["result"]) if refused else None
        for syntax in group["transfer_syntaxes"]:
            yield PairAnswer(sop_class, _uid(syntax), result, "" if refused else str(group["reason"]))


def _uid(value: Any) -> str:
    if not isinstance(value, str) or _UID.fullmatch(value) is None:
        raise ValueError(value)
    return value
