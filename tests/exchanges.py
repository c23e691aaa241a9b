"""Profiles as values of ``convert``: two to look at, and any."""

from __future__ import annotations

from dataclasses import replace

from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION
from hypothesis import strategies as st

from asprofile.convert import Exchange, ExchangeContext, ExchangeProfile, Extended

FIND = "1.2.840.10008.5.1.4.1.2.2.1"
GET = "1.2.840.10008.5.1.4.1.2.2.3"
PRIVATE = "1.2.3.4.5"
RLE = "1.2.840.10008.1.2.5"

REQUESTOR = Exchange(
    "requestor",
    (
        ExchangeProfile(
            "Reader",
            (
                ExchangeContext(VERIFICATION, (IMPLICIT,), "Implicit"),
                ExchangeContext(FIND, (EXPLICIT, IMPLICIT), "Uncompressed"),
                ExchangeContext(GET, (EXPLICIT, IMPLICIT), "Uncompressed"),
                ExchangeContext(CT, (EXPLICIT, IMPLICIT), "Uncompressed", "scp"),
                ExchangeContext(CT, (JPEG_LOSSLESS,), "JPEG", "scp"),
                ExchangeContext(PRIVATE, (EXPLICIT,), "Explicit", "both"),
            ),
            (Extended(FIND, b"\1\1\1"), Extended(CT, b"\2\0\0\0\1\0")),
        ),
    ),
)
ACCEPTOR = Exchange(
    "acceptor",
    (
        ExchangeProfile(
            "Archive",
            (
                ExchangeContext(VERIFICATION, (EXPLICIT, IMPLICIT), "Uncompressed"),
                ExchangeContext(CT, (JPEG_LOSSLESS, EXPLICIT, IMPLICIT), "Images"),
                ExchangeContext(MR, (JPEG_LOSSLESS, EXPLICIT, IMPLICIT), "Images", "both"),
                ExchangeContext(PRIVATE, (IMPLICIT,), "Implicit", "scu"),
            ),
            (Extended(MR, b"\1"),),
        ),
    ),
)


def plain(exchange: Exchange) -> Exchange:
    """Without the labels of lists, which mean nothing."""
    return replace(exchange, profiles=tuple(map(_without_labels, exchange.profiles)))


def _without_labels(profile: ExchangeProfile) -> ExchangeProfile:
    return replace(profile, contexts=tuple(replace(one, label="") for one in profile.contexts))


# --- Any --------------------------------------------------------------------------------------------------------------

_CLASSES = (VERIFICATION, CT, MR, FIND, GET, PRIVATE, "1.2.840.10008.5.1.4.1.1.88.11", "2.25." + "7" * 59)
_SYNTAXES = (IMPLICIT, EXPLICIT, JPEG_LOSSLESS, RLE, "1.2.840.10008.1.2.2", "1.2.840.113619.5.2", "1.2.3.9")
_LABELS = ("", "A", "a", "Long-1_x", "not a label", "x" * 70)
_ROLES = ("default", "default", "scu", "scp", "both")
_NAMES = ("One", "one", "TWO-2_x", "a name", "N" * 70, "Größe", "\x1b[31m")

_lists = st.lists(st.sampled_from(_SYNTAXES), min_size=1, max_size=4).map(tuple)
_uids = st.sampled_from(_CLASSES)


@st.composite
def profiles(draw: st.DrawFn, acceptor: bool, repeated: bool = True) -> ExchangeProfile:
    """``repeated``: with a transfer syntax twice in a context, and several contexts of a SOP class."""
    one_each = acceptor or not repeated
    classes = draw(st.lists(_uids, min_size=1, max_size=6, unique=one_each))
    lists = _lists if repeated else st.lists(st.sampled_from(_SYNTAXES), min_size=1, max_size=4, unique=True).map(tuple)
    roles = {uid: draw(st.sampled_from(_ROLES)) for uid in dict.fromkeys(classes)}
    contexts = tuple(ExchangeContext(uid, draw(lists), draw(st.sampled_from(_LABELS)), roles[uid]) for uid in classes)
    chosen = draw(st.lists(st.sampled_from(classes), max_size=3, unique=True))
    extended = tuple(Extended(uid, draw(st.binary(min_size=1, max_size=8))) for uid in chosen)
    return ExchangeProfile(draw(st.sampled_from(_NAMES)), contexts, extended)


@st.composite
def exchanges(draw: st.DrawFn, most: int = 3, repeated: bool = True) -> Exchange:
    """Up to that many profiles, of either role."""
    role = draw(st.sampled_from(("requestor", "acceptor")))
    found = draw(st.lists(profiles(role == "acceptor", repeated), min_size=1, max_size=most))
    return Exchange(role, tuple(found))
