"""dcm4che's own names of SOP classes and transfer syntaxes: those that are not keywords of PS3.6.

Up to 5.22.5 dcm4che had names of its own for much of the standard (``StudyRootQueryRetrieveInformationModelFIND``);
from 5.22.6 on it has the keywords, and names of its own for private classes
(``PrivateSiemensCSANonImageStorage``) and for two classes that PS3.6 retired without a name.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from asprofile.names import _tables

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYWORDS_SINCE = "5.22.6"
"""The first dcm4che release with the keywords of PS3.6."""


@cache
def names() -> Mapping[str, str]:
    """Every name with its UID, in the order of the UIDs. One of them, ``JPEGLossless``, is now the keyword of another
    UID: see ``older_meaning``.
    """
    return MappingProxyType({name: uid for uid, name, _ in _tables.rows("dcm4che")})


def older_meaning(keyword: str) -> str | None:
    """The UID that a keyword of PS3.6 meant in dcm4che before 5.22.6, if that was another UID; None otherwise."""
    from asprofile.names import uids

    uid = names().get(keyword)
    today = uids.uid_of_keyword(keyword)
    return uid if today is not None and uid != today else None
