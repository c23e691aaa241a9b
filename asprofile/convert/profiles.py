"""DCMTK's own format: from a loaded file to values, and from values to the text of a file.

The text is made by ``generate``, so that it is laid out, lints clean and loads in every release that it names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from asprofile.convert import room
from asprofile.convert.exchange import (
    ConversionLoss,
    ConversionTarget,
    Exchange,
    ExchangeContext,
    ExchangeProfile,
    Extended,
    Reading,
    Written,
)
from asprofile.convert.words import ascii_only, named, quoted
from asprofile.edit.merge import merge_files
from asprofile.errors import ConversionError
from asprofile.generate.arrange import labelled
from asprofile.generate.finish import NotAsPromised, made
from asprofile.generate.headers import header
from asprofile.generate.request import Group, ProfileRequest, RequestedContext, SyntaxList
from asprofile.model.config import Config
from asprofile.model.config import Profile as LoadedProfile
from asprofile.model.document import read
from asprofile.model.loader import load
from asprofile.model.words import UNLIMITED
from asprofile.names import sop_classes, uids
from asprofile.names.releases import LATEST, RELEASES
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.text import Span, decode, encode

_LABEL = re.compile(r"[A-Za-z0-9_-]{1,64}")
# The name for a profile whose own name has no character that DCMTK keeps.
_NAMELESS = "Profile"


def from_config(config: Config, data: bytes, names: Iterable[str]) -> Reading:
    """The profiles of those names of a file that is loaded; ``data`` is the file, for names as they are written in it.

    A profile that DCMTK would not use is left out, which is a loss.
    """
    found: list[ExchangeProfile] = []
    losses: list[ConversionLoss] = []
    for name in names:
        profile = config.profiles[name]
        if profile.refusal is None:
            found.append(_profile(profile, data))
        else:
            reason = f"DCMTK would not use it: {profile.refusal.message}"
            losses.append(ConversionLoss("profile-name", f"profile {name} is left out: {reason}"))
    return Reading(Exchange(config.role, tuple(found)), tuple(losses))


def _profile(profile: LoadedProfile, data: bytes) -> ExchangeProfile:
    labels = [_as_written(item.label, item.label_span, data) for item in profile.context_list.items]
    contexts = tuple(
        ExchangeContext(one.abstract_syntax, one.transfer_syntaxes, label, one.role)
        for one, label in zip(profile.contexts, labels, strict=True)
    )
    extended = tuple(Extended(item.sop_class, item.data) for item in profile.extended)
    return ExchangeProfile(_as_written(profile.name, profile.span, data), contexts, extended)


def _as_written(name: str, span: Span, data: bytes) -> str:
    """The name in the letter case of the file."""
    written = decode(data[span.start : span.end]).strip("[] \t")
    return written if written.upper() == name and _LABEL.fullmatch(written) else name


def write(exchange: Exchange, target: ConversionTarget) -> Written:
    """The file. Raises ConversionError for what no profile file can hold, ProposalError for too many contexts."""
    _check(exchange)
    for profile in exchange.profiles:
        room.check(profile, exchange.role, target.release, several=True)
    losses: list[ConversionLoss] = []
    oldest = target.release or _oldest(exchange)
    known: dict[tuple[str, ...], SyntaxList] = {}
    used: dict[str, None] = {}
    requests = []
    for profile in exchange.profiles:
        name = _name(profile.name, used)
        if name != profile.name:
            losses.append(ConversionLoss("profile-name", f"the profile's name {quoted(profile.name)}: it is {name}"))
        groups = tuple(_groups(profile.contexts, known))
        extended = tuple((item.sop_class, item.data) for item in profile.extended)
        requests.append(ProfileRequest(name, exchange.role, oldest, "", groups, tuple(profile.roles.items()), extended))
    source = ascii_only(target.source)
    above = header(tuple(requests), [f"Converted from {source}."], target.file)
    try:
        file = made(tuple(requests), above, f"as in {source}")
    except NotAsPromised as error:
        raise ConversionError(f"no profile file can say this: {error}") from None
    return Written(file.text, tuple(losses), tuple(file.notes), any(one.severity == "error" for one in file.left))


def merge(there: str, exchange: Exchange, target: ConversionTarget) -> Written:
    """A file that loads with these profiles added, and the lists that they need. Raises as ``write`` does."""
    data = encode(there)
    release = target.release or LATEST
    known = load(data, release, exchange.role).profiles
    for profile in exchange.profiles:
        if _name(profile.name, {}).upper() in known:
            raise ConversionError(f"there is a profile {profile.name} in it already; @{{name}} gives another")
    written = write(exchange, target)
    edited = merge_files(read(data), read(encode(written.text)), release)
    return replace(written, text=decode(edited.data), notes=(*written.notes, *edited.warnings))


def _oldest(exchange: Exchange) -> str:
    most = max(len(profile.contexts) for profile in exchange.profiles)
    return UNLIMITED if exchange.role == "acceptor" and most > MAX_CONTEXTS else RELEASES[0]


def _check(exchange: Exchange) -> None:
    if not exchange.profiles:
        raise ConversionError("there is no profile in it")
    for profile in exchange.profiles:
        if not profile.contexts:
            raise ConversionError(f"profile {quoted(profile.name)} has no presentation contexts")
        classes = Counter(context.abstract_syntax for context in profile.contexts)
        twice = [uid for uid, count in classes.items() if count > 1]
        if exchange.role == "acceptor" and twice:
            raise ConversionError(
                f"an acceptor's profile has each SOP class once, and {named(twice[0])} is here twice; "
                "@{combine} makes one context of them"
            )
        strange = [item.sop_class for item in profile.extended if item.sop_class not in classes]
        if strange:
            raise ConversionError(f"extended negotiation of a SOP class that is in no context: {named(strange[0])}")
        for context in profile.contexts:
            if not context.transfer_syntaxes:
                raise ConversionError(f"a context without transfer syntaxes: {named(context.abstract_syntax)}")


def _name(name: str, used: dict[str, None]) -> str:
    """A name that DCMTK takes, and that no other profile of the file has."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:64] or _NAMELESS
    number, found = 1, plain
    while found.upper() in used:
        number += 1
        found = f"{plain[:60]}-{number}"
    used[found.upper()] = None
    return found


def _groups(contexts: Iterable[ExchangeContext], known: dict[tuple[str, ...], SyntaxList]) -> Iterator[Group]:
    """In the order that they have, with a comment where another kind of SOP class begins."""
    current, together = "", list[RequestedContext]()
    for context in contexts:
        heading = _heading(context.abstract_syntax)
        if heading != current and together:
            yield Group(current, tuple(together))
            together = []
        current = heading
        together.append(RequestedContext(context.abstract_syntax, _list_of(context, known)))
    if together:
        yield Group(current, tuple(together))


def _list_of(context: ExchangeContext, known: dict[tuple[str, ...], SyntaxList]) -> SyntaxList:
    """Under the label that it has, if it can be in a file and is not another list's."""
    syntaxes, label = context.transfer_syntaxes, context.label
    taken = {one.label.upper() for one in known.values()}
    if syntaxes not in known and _LABEL.fullmatch(label) and label.upper() not in taken:
        known[syntaxes] = SyntaxList(label, syntaxes)
    return labelled(syntaxes, known)


def _heading(uid: str) -> str:
    info = uids.describe(uid)
    if info is not None and info.kind == "verification":
        return "Verification (C-ECHO)"
    if info is None:
        return "Private or unknown SOP classes"
    return "Storage" if sop_classes.storage(uid) is not None or info.kind == "storage" else "Other services"
