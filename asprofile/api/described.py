"""Other descriptions of a negotiation where a profile is asked for: they become one, in memory.

Whatever a program says of what it proposes or accepts is an input: the formats of ``convert``, a debug log, a capture,
a result of ``probe``. They are recognised by what is in them. A profile file is never taken for one of them, whatever
is wrong with it. What a description cannot say is told (``DescribedSource.notes``).
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Final

from asprofile.api.files import read_one
from asprofile.api.inputs import source_of as read_source
from asprofile.api.profiles import load_source
from asprofile.api.references import NamedProfile, ProfileInput, named_profile, parse
from asprofile.errors import AsprofileError, ProposalError
from asprofile.model.config import Profile
from asprofile.model.reference import ProfileReference
from asprofile.syntax.recognise import is_meant
from asprofile.text import Source

if TYPE_CHECKING:
    from asprofile.model.words import AssociationRole
    from asprofile.settings.project import ProjectSettings

_HEAD: Final = 4
_LOG: Final = (b"A-ASSOCIATE-", b"Presentation Context", b"PresentationContext")
_ONE_OF_MANY: Final = "several associations are in it, and all of what they {what} is taken together"


class DescribedSource(Source):
    """A profile file that was made of another description; ``notes``: what that is, and what it does not say."""

    def __init__(self, data: bytes, path: str, notes: tuple[str, ...]) -> None:
        super().__init__(data, path)
        self.notes = notes


def described_profile(
    given: ProfileInput, project: ProjectSettings, release: str, role: AssociationRole | None
) -> NamedProfile:
    """As ``references.named_profile``; a file that describes a negotiation in another way is taken for the profile that
    it describes. Raises what that raises.
    """
    reference = parse(given) if isinstance(given, str) else given
    if isinstance(reference, Profile) or (isinstance(reference, ProfileReference) and reference.path is None):
        return named_profile(reference, project, release, role)
    if isinstance(reference, ProfileReference):
        source = as_profile(read_one(reference.path or ""), role)
        return NamedProfile(reference.path or source.path, reference.name, load_source(source, release, role))
    return named_profile(as_profile(read_source(reference), role), project, release, role)


def as_profile(source: Source, role: AssociationRole | None) -> Source:
    """The source as it is, if it is a profile file or nothing that is known; else the profile that it describes.

    ``role``: who the profile is for. A log or a capture has both sides: for an acceptor what was accepted counts, else
    what was proposed.
    """
    if is_meant(source.data):
        return source
    from asprofile.trace.captures import is_capture

    notes: list[str] = []
    data: bytes | None
    try:
        if is_capture(source.data[:_HEAD]):
            data = _of_capture(source, role, notes)
        elif any(word in source.data for word in _LOG):
            data = _of_log(source, role, notes)
        else:
            data = _of_probe(source, notes) or _of_format(source, role, notes)
    except AsprofileError:
        return source  # what is wrong with it as a profile is said
    if data is None:
        return source
    return DescribedSource(data, source.path, tuple(notes))


def _of_format(source: Source, role: AssociationRole | None, notes: list[str]) -> bytes | None:
    from asprofile.api.converting import convert
    from asprofile.convert.formats import guessed

    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    found = guessed(source.path, text)
    if len(found) > 1 and role is not None:
        # Two formats look alike, and one of them has what an acceptor takes, the other what a requestor proposes.
        found = [one for one in found if one.says in (role, "either")]
    if len(found) != 1 or found[0].read is None or found[0].name == "profile":
        return None
    made = convert(source, "profile", from_format=found[0].name, role=role, on_note=notes.append)
    notes.insert(0, f"read as {found[0].title}")
    return made.data


def _of_log(source: Source, role: AssociationRole | None, notes: list[str]) -> bytes:
    from asprofile.api.generating import generate

    accepted = role == "acceptor"
    notes.append(f"read as a debug log: what was {'accepted' if accepted else 'proposed'}")
    made = generate(
        from_log=io.BytesIO(source.data),
        log_accepted=accepted,
        role=role or "requestor",
        name="Log",
        on_note=notes.append,
    )
    return made.data


def _of_probe(source: Source, notes: list[str]) -> bytes | None:
    from asprofile.api.generating import generate

    if source.data.lstrip()[:1] != b"{":
        return None
    try:
        found = json.loads(source.data)
    except (ValueError, RecursionError):
        return None
    if not (isinstance(found, dict) and isinstance(found.get("pairs"), dict) and "peer" in found):
        return None
    notes.append("read as a result of probe: what the peer accepts")
    made = generate(from_probe=source.path, name="Peer", split=True, on_note=notes.append)
    return made.data


def _of_capture(source: Source, role: AssociationRole | None, notes: list[str]) -> bytes:
    """What was proposed in a capture, or accepted; the SOP classes of all associations in it."""
    from asprofile.api.converting import convert
    from asprofile.trace.captures import CaptureReader

    accepted = role == "acceptor"
    what = "accept" if accepted else "propose"
    seen: dict[tuple[str, tuple[str, ...]], None] = {}
    roles: dict[str, str] = {}
    count = 0
    for one in CaptureReader(io.BytesIO(source.data)).associations():
        found = [
            (context.abstract_syntax, (context.accepted,) if accepted and context.accepted else context.proposed)
            for context in one.contexts
            if context.abstract_syntax and (not accepted or context.result == 0)
        ]
        count += bool(found)
        seen.update(dict.fromkeys(found))
        roles.update({c.abstract_syntax: c.asked for c in one.contexts if c.asked not in (None, "default")})
    if not seen:
        raise ProposalError("nothing was proposed in the capture")
    classes = {uid for uid, _ in seen}
    notes.append(f"read as a capture: what was {what}{'ed' if accepted else 'd'}")
    if count > 1:
        notes.append(_ONE_OF_MANY.format(what=what))
    document = {
        "version": 1,
        "role": role or "requestor",
        "profiles": [
            {
                "name": "Capture",
                "contexts": [{"abstract_syntax": uid, "transfer_syntaxes": list(syntaxes)} for uid, syntaxes in seen],
                "roles": [{"sop_class": uid, "role": one} for uid, one in roles.items() if uid in classes],
            }
        ],
    }
    made = convert(
        json.dumps(document).encode(), "profile", from_format="json", role=role, on_note=notes.append, split=True
    )
    return made.data
