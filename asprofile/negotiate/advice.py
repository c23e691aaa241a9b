"""Advice on refusals: why no context carries an object, and what to do about it.

Belongs here, in words: what a peer accepted of a SOP class in an association, what its answer can mean, and which
conversion would make an object sendable. Does not belong here: which context carries an object (``choose``), what can
be converted to what (the caller gives that as ``Conversion``).
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from asprofile.names.well_known import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)
from asprofile.negotiate.results import (
    ABSTRACT_SYNTAX_NOT_SUPPORTED,
    TRANSFER_SYNTAXES_NOT_SUPPORTED,
    result_text,
)
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asprofile.negotiate.negotiation import NegotiatedContext

_UNCOMPRESSED: Final = frozenset(
    (
        IMPLICIT_VR_LITTLE_ENDIAN,
        EXPLICIT_VR_LITTLE_ENDIAN,
        DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
        EXPLICIT_VR_BIG_ENDIAN,
    )
)


def _name(uid: str) -> str:
    from asprofile.names.uids import display_name  # has many tables, which are wanted only for a refusal

    return display_name(uid)


class NoContextReason(Enum):
    """The kinds of NoContext, for programs."""

    CLASS_NOT_PROPOSED = "class-not-proposed"
    SYNTAX_NOT_PROPOSED = "transfer-syntax-not-proposed"
    ROLE = "role"
    REJECTED = "rejected"
    OTHER_SYNTAX = "accepted-with-other-transfer-syntax"


class NoContext(Value):
    """No context carries the object: ``reason`` says why, ``way_out`` what the user can do about it. ``conversion`` is
    what would make it sendable, as far as the association shows, None if nothing would; ``otherwise`` is the way out
    without it.
    """

    kind: NoContextReason
    reason: str
    way_out: str
    conversion: Conversion | None = None
    otherwise: str = ""

    def not_converted(self, why: str) -> NoContext:
        """The same, for an object that cannot be converted so; ``why`` follows "it" in the sentence."""
        assert self.conversion is not None, "it was advised"
        way_out = f"{self.otherwise} ({self.conversion.option} does not help here: it {why})"
        return NoContext(self.kind, self.reason, way_out)


def _refusal(kind: NoContextReason, reason: str, otherwise: str, advised: tuple[Conversion, str] | None) -> NoContext:
    if advised is None:
        return NoContext(kind, reason, otherwise)
    conversion, text = advised
    return NoContext(kind, reason, f"{text}; or {otherwise}", conversion, otherwise)


class Conversion(Value):
    """A conversion that the user may ask for: ``option`` as it is typed, its transfer syntaxes in the order of
    preference, and the command that installs its codec, empty if that is installed. A conversion of a higher ``degree``
    includes those of lower degrees.
    """

    option: str
    targets: tuple[str, ...]
    installing: str = ""
    degree: int = 0


def _no_conversions(_: str) -> tuple[Conversion, ...]:
    return ()


class Adviser(Value):
    """What is known in addition to the negotiation.

    ``conversions`` gives those of a transfer syntax, the mildest first. ``fitted``: the contexts follow from the
    objects, so that with a conversion its transfer syntaxes are proposed too. ``literal``: "abstract syntax not
    supported" means the SOP class only, as in DCMTK's acceptors with a profile.
    """

    conversions: Callable[[str], tuple[Conversion, ...]] = _no_conversions
    fitted: bool = False
    literal: bool = False

    @property
    def _who(self) -> str:
        return "the request" if self.fitted else "the profile"

    # --- no proposed context would carry it

    def class_not_proposed(self, sop_class: str, transfer_syntax: str) -> NoContext:
        return NoContext(
            NoContextReason.CLASS_NOT_PROPOSED,
            f"{self._who} does not propose {_name(sop_class)}",
            f"add a presentation context for {sop_class} with {_name(transfer_syntax)} to the profile, "
            "or send with a profile that has one",
        )

    def syntax_not_proposed(self, sop_class: str, transfer_syntax: str, proposed: Iterable[str]) -> NoContext:
        name = _name(transfer_syntax)
        proposed = tuple(dict.fromkeys(proposed))
        return _refusal(
            NoContextReason.SYNTAX_NOT_PROPOSED,
            f"{self._who} proposes {_name(sop_class)} not with {name}, only with {names(proposed)}",
            f"add a presentation context for {sop_class} whose only transfer syntax is {name}",
            self.converted(transfer_syntax, proposed, "if the peer takes that"),
        )

    # --- the peer's answer to what was proposed

    def wrong_role(self, sop_class: str) -> NoContext:
        return NoContext(
            NoContextReason.ROLE,
            f"the peer did not grant the role SCU for {_name(sop_class)}",
            "take the role selection for this SOP class out of the profile, or propose BOTH",
        )

    def other_syntax(
        self, sop_class: str, transfer_syntax: str, others: Iterable[str], of_class: Iterable[NegotiatedContext]
    ) -> NoContext:
        """The contexts that would fit were accepted, with ``others``."""
        name = _name(transfer_syntax)
        taken = taken_for_sending(of_class)
        return _refusal(
            NoContextReason.OTHER_SYNTAX,
            f"the peer accepted {_name(sop_class)} with {names(others)}, not with {name}",
            f"propose {name} in a presentation context of its own, so that the peer cannot prefer another one",
            self.converted(transfer_syntax, taken),
        )

    def rejected(
        self,
        sop_class: str,
        transfer_syntax: str,
        fitting: Iterable[NegotiatedContext],
        of_class: Iterable[NegotiatedContext],
    ) -> NoContext:
        """None of the contexts that would fit was accepted; ``of_class`` are all contexts of the SOP class."""
        fitting, of_class = tuple(fitting), tuple(of_class)
        what = f"{_name(sop_class)} with {_name(transfer_syntax)}"
        for context in fitting:
            if context.result == 0:
                return NoContext(
                    NoContextReason.REJECTED,
                    f"the peer accepted presentation context {context.id} ({what}) "
                    "with a transfer syntax that was not proposed",
                    "report this to whoever runs the peer: it breaks PS3.8; "
                    "a context with one transfer syntax may avoid it",
                )
        result = next((context.result for context in fitting if context.result is not None), None)
        meant = meaning(result, _taken(of_class), _proposed(of_class), (transfer_syntax,), literal=self.literal)
        reason = f"the peer rejected {what}: {result_text(result)}{f'; {meant}' if meant else ''}"
        otherwise = self._enabled(sop_class, transfer_syntax, result, of_class)
        if _taken(of_class):
            advised = self.converted(transfer_syntax, taken_for_sending(of_class))
        elif result == ABSTRACT_SYNTAX_NOT_SUPPORTED and (self.literal or _default_is_proposed(of_class)):
            advised = None
        else:
            advised = self._untried(transfer_syntax, _proposed(of_class))
        return _refusal(NoContextReason.REJECTED, reason, otherwise, advised)

    def of_context(self, context: NegotiatedContext, of_class: Iterable[NegotiatedContext]) -> tuple[str, str]:
        """For a context that was not accepted: what the answer means, and the conversion with which its objects can be
        sent; both may be empty. ``of_class`` are all contexts of its SOP class.
        """
        of_class = tuple(of_class)
        meant = meaning(context.result, _taken(of_class), _proposed(of_class), context.proposed, literal=self.literal)
        return meant, self.converted_all(context.proposed, taken_for_sending(of_class))

    def _enabled(
        self, sop_class: str, transfer_syntax: str, result: int | None, of_class: tuple[NegotiatedContext, ...]
    ) -> str:
        """What to do at the peer."""
        syntax = _name(transfer_syntax)
        taken = _taken(of_class)
        if taken:
            return f"enable {syntax} for this SOP class at the peer{self._cannot(transfer_syntax, taken)}"
        if result == ABSTRACT_SYNTAX_NOT_SUPPORTED:
            either = "" if self.literal or _default_is_proposed(of_class) else f", or {syntax} for it,"
            return f"enable storage of {sop_class}{either} at the peer"
        if result == TRANSFER_SYNTAXES_NOT_SUPPORTED:
            return f"enable {syntax} for this SOP class at the peer"
        return f"ask whoever runs the peer to accept {sop_class} from this calling AE title"

    def converted(
        self, transfer_syntax: str, taken: Iterable[str], condition: str = ""
    ) -> tuple[Conversion, str] | None:
        """The mildest conversion to one of the accepted transfer syntaxes."""
        taken = frozenset(taken)
        for one in self.conversions(transfer_syntax):
            target = next((uid for uid in one.targets if uid in taken), None)
            if target is not None:
                only_if = f", {condition}" if condition else ""
                return one, f"send with {one.option}: it then goes with {_name(target)}{only_if}{_needing(one)}"
        return None

    def converted_all(self, transfer_syntaxes: Iterable[str], taken: Iterable[str]) -> str:
        """The conversion with which objects in these transfer syntaxes can be sent, as far as there is one; "" if
        not.
        """
        syntaxes, taken = tuple(dict.fromkeys(transfer_syntaxes)), tuple(taken)
        advised = {uid: found for uid in syntaxes if (found := self.converted(uid, taken)) is not None}
        if not advised:
            return ""
        _, text = max(advised.values(), key=lambda one: (one[0].degree, bool(one[0].installing)))
        left = [uid for uid in syntaxes if uid not in advised]
        return f"{text}, but for objects in {names(left)}" if left else text

    def _untried(self, transfer_syntax: str, proposed: Iterable[str]) -> tuple[Conversion, str] | None:
        """A conversion to a transfer syntax that was not proposed to this peer."""
        proposed = frozenset(proposed)
        for one in self.conversions(transfer_syntax):
            if proposed.isdisjoint(one.targets):
                if self.fitted:
                    text = "it is then proposed uncompressed, too, and goes so if the peer takes that"
                    return one, f"try {one.option}: {text}{_needing(one)}"
                text = "propose the SOP class uncompressed, too, in a presentation context of its own, and send with"
                return one, f"{text} {one.option}{_needing(one)}"
        return None

    def _cannot(self, transfer_syntax: str, taken: tuple[str, ...]) -> str:
        """Why no conversion is offered, where one would help."""
        # Looked up here because it is needed only for a refusal.
        from asprofile.names import transfer_syntaxes

        syntax = transfer_syntaxes.get(transfer_syntax)
        if syntax is None or syntax.is_video or _UNCOMPRESSED.isdisjoint(taken) or self.conversions(transfer_syntax):
            return ""
        return f" (asprofile has no decoder for {_name(transfer_syntax)}: another program has to convert it)"


def _default_is_proposed(of_class: Iterable[NegotiatedContext]) -> bool:
    """Whether the default transfer syntax was proposed, which every acceptor has to support (PS3.5 10.1)."""
    return IMPLICIT_VR_LITTLE_ENDIAN in _proposed(of_class)


def meaning(
    result: int | None, taken: Iterable[str], asked: Iterable[str], refused: Iterable[str], *, literal: bool = False
) -> str:
    """What a peer means by its answer to a context with the transfer syntaxes ``refused``; "" where that is clear.

    ``taken`` and ``asked`` are the transfer syntaxes that it accepted, and that were proposed to it, for the same SOP
    class; ``literal`` as in ``Adviser``.
    """
    unsupported = result == ABSTRACT_SYNTAX_NOT_SUPPORTED
    if shown := names(taken):
        return f"it took this SOP class with {shown}{', so that it means the transfer syntax' if unsupported else ''}"
    if not unsupported or literal or IMPLICIT_VR_LITTLE_ENDIAN in refused:
        return ""
    if IMPLICIT_VR_LITTLE_ENDIAN in asked:
        return "it did not take this SOP class with Implicit VR Little Endian either, which everybody has to"
    return "it means the SOP class or the transfer syntax: some peers (Orthanc, dcmqrscp) say so of both"


def _proposed(of_class: Iterable[NegotiatedContext]) -> tuple[str, ...]:
    return tuple(uid for context in of_class for uid in context.proposed)


def taken_for_sending(of_class: Iterable[NegotiatedContext]) -> tuple[str, ...]:
    """The transfer syntaxes in which objects of the class may be sent, in the order of the contexts."""
    return _taken(context for context in of_class if context.scu)


def _taken(of_class: Iterable[NegotiatedContext]) -> tuple[str, ...]:
    """The transfer syntaxes with which a SOP class was accepted, in the order of the contexts."""
    taken = (context.transfer_syntax for context in of_class)
    return tuple(dict.fromkeys(uid for uid in taken if uid is not None))


def _needing(conversion: Conversion) -> str:
    return f" (which needs a codec: {conversion.installing})" if conversion.installing else ""


def names(uids: Iterable[str]) -> str:
    """Names of UIDs for a message: each once, in order, not more than six."""
    found = list(dict.fromkeys(_name(uid) for uid in uids))
    shown = ", ".join(found[:6])
    return shown if len(found) <= 6 else f"{shown} and {len(found) - 6} more"
