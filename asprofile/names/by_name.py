"""All names of UIDs together: DCMTK's, the keywords and names of PS3.6, those of private classes, dcm4che's.

Belongs here: a name to its UID, a UID to its names. Does not belong here: which of them a file may have (``symbols``).
"""

from __future__ import annotations

from functools import cache

from asprofile.names import dcm4che, private, registry, symbols, uids


@cache
def by_name() -> dict[str, str]:
    """Every name that DCMTK has or had, every keyword and name of PS3.6, the names of private classes, dcm4che's."""
    found = dict(dcm4che.names())
    found |= {one.name: one.uid for one in private.private_sop_classes() if one.mistype_of is None}
    infos = [info for uid in registry.every_uid() if (info := uids.describe(uid))]
    found |= {info.name: info.uid for info in infos if info.name}
    found |= {symbol.name: symbol.uid for symbol in symbols.every_symbol() if not symbol.current}
    found |= {symbol.name: symbol.uid for symbol in symbols.every_symbol() if symbol.current}
    # The standard's keyword decides where one of DCMTK's names is the keyword of something else.
    return found | {info.keyword: info.uid for info in infos if info.keyword}


@cache
def every_name(uid: str) -> tuple[str, ...]:
    """The UID itself and all its names, each once."""
    info = uids.describe(uid)
    found = [uid]
    if info is not None:
        found += [info.name, info.keyword, uids.display_name(uid)]
    found += [symbol.name for symbol in symbols.all_names_of(uid)]
    return tuple(dict.fromkeys(name for name in found if name))
