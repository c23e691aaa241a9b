"""What a profile is made from: recipes, names, counted objects, lines of logs, the answers of a peer.

Belongs here: what each source adds to the wishes, what is said about it in the file's header and to the user, and what
is missing. Does not belong here: reading files and asking peers (the caller does that), single wishes (``wish``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from asprofile.errors import ProposalError
from asprofile.generate.recipes import recipe
from asprofile.generate.wish import (
    Wish,
    completed,
    from_acceptance,
    from_associations,
    from_name,
    from_objects,
    from_profile,
    from_recipe,
    roles_refused,
    within,
)
from asprofile.generate.words import abstract_syntax
from asprofile.logs import NO_REQUEST, NO_ROLES
from asprofile.model.config import Profile
from asprofile.model.words import Role
from asprofile.names.uids import display_name
from asprofile.negotiate.advice import Adviser, meaning
from asprofile.printing import plural

if TYPE_CHECKING:
    from asprofile.logs import LoggedAssociation
    from asprofile.negotiate.probing import Acceptance, Pair

# Sentences of a kind about a log.
_MOST_SAID = 20


@dataclass(slots=True)
class Sources:
    """What the profile is made from. ``say`` is told in a sentence what is left out or open. ``about``: a paragraph
    for the header on each source; ``names``: of what the profile could be called after; ``reasons``: why there may be
    what the linter warns of; ``incomplete``: whether something could not be read, or was not accepted of what is
    ``needed``, which is the wishes without what ``completed`` adds to them.
    """

    say: Callable[[str], None]
    wishes: list[Wish] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    incomplete: bool = False
    needed: set[Pair] = field(default_factory=set)

    @property
    def pairs(self) -> list[Pair]:
        """SOP class and transfer syntax of each wish, as often as they are wanted."""
        return [(wish.abstract_syntax, uid) for wish in self.wishes for uid in wish.syntaxes]

    # --- recipes and names

    def named(self, recipes: Iterable[str], sop: Iterable[str], chosen: tuple[str, ...], *, acceptor: bool) -> None:
        """Recipes and SOP classes by name; ``chosen``: UIDs of transfer syntaxes instead of their own, if any.

        Raises AsprofileError for a name that is not known, ProposalError for a recipe of which nothing is left.
        """
        wishes: list[Wish] = []
        for one in map(recipe, dict.fromkeys(recipes)):
            offered = from_recipe(one, chosen)
            if not offered:
                raise ProposalError(f"nothing of the recipe {one.name} can be encoded in the transfer syntaxes given")
            wishes += offered
            self.about.append(f"{one.name}: {one.whom}")
            self.names.append(one.profile)
        classes = tuple(dict.fromkeys(map(abstract_syntax, sop)))
        wishes += [from_name(uid, chosen) for uid in classes]
        if classes:
            self.about.append(f"{plural(len(classes), 'SOP class')} chosen by name.")
            self.names.append("Chosen")
        if classes or chosen:
            self.reasons.append("asked for by name")
        self._need(wishes)
        self.wishes += completed(wishes, acceptor=acceptor, with_classes=True)

    def profiled(self, profile: Profile, file: str) -> None:
        """What a profile of a file proposes, or accepts."""
        wishes = from_profile(profile)
        self.about.append(f"What the profile {profile.name} of {file} has.")
        self.names.append(profile.name)
        self.reasons.append("as in the profile")
        self._need(wishes)
        self.wishes += wishes

    def _need(self, wishes: Iterable[Wish]) -> None:
        self.needed.update((wish.abstract_syntax, uid) for wish in wishes for uid in wish.syntaxes)

    # --- objects

    def counted(self, counts: Mapping[tuple[str, str], int], *, acceptor: bool) -> None:
        """Objects: how many there are of each SOP class and transfer syntax (UIDs that a profile can hold)."""
        objects = plural(sum(counts.values()), "object")
        self.about.append(f"What {objects} need; the number of each is above its context.")
        self.names.append("Files")
        self.reasons.append("there are such objects")
        self.needed.update(counts)
        self.wishes += completed(from_objects(counts), acceptor=acceptor, with_classes=False)

    # --- logs

    def logged(self, read: Iterable[LoggedAssociation], *, accepted: bool, association: int | None) -> None:
        """What the associations of logs and captures propose, or with ``accepted`` what was accepted of it; of the
        association with that number alone (from 1), or of all. Raises ProposalError where the log does not tell it.
        """
        found = _Logged()
        wishes = from_associations(found.read(read, association), accepted=accepted)
        if not found.count:
            raise ProposalError(_no_association(found.seen, association))
        if accepted and not found.answered:
            raise ProposalError("the log has no answer (A-ASSOCIATE-AC), so it does not tell what was accepted")
        if not wishes:
            nothing = "in the log nothing was accepted" if accepted else "in the log nothing was proposed"
            raise ProposalError("; ".join((nothing, *found.lacks)))
        self._tell_logged(found, accepted=accepted)
        guessed = bool(set(found.lacks) - {NO_ROLES}) and not accepted
        self.incomplete = self.incomplete or bool(found.unknown) or guessed
        associations = plural(found.count, "association")
        self.about.append(f"What was {'accepted' if accepted else 'proposed'} in {associations} of a log.")
        self.names.append("Log")
        self.reasons.append("as logged")
        self._need(wishes)
        self.wishes += wishes

    def _tell_logged(self, found: _Logged, *, accepted: bool) -> None:
        """What the log leaves open, and what was asked for and not granted."""
        self._say_some([f"{name!r} is in the log, but not a name that is known: left out" for name in found.unknown])
        self._say_some(list(found.either))
        self._say_some([one for one in found.lacks if not (accepted and one == NO_REQUEST)])
        for uid, asked, granted in found.refused:
            was = "nothing was granted" if granted == "default" else f"{granted.upper()} was granted"
            kept = f"; the profile asks for {(asked if granted == 'default' else granted).upper()}" if accepted else ""
            line = f"{display_name(uid)}: the role {asked.upper()} was asked for and {was} (PS3.7 D.3.3.4){kept}"
            self.say(line)
            self.about.append(f"{line}.")

    def _say_some(self, sentences: Sequence[str]) -> None:
        """Those that anybody would read, and how many more there are."""
        for sentence in sentences[:_MOST_SAID]:
            self.say(sentence)
        if len(sentences) > _MOST_SAID:
            self.say(f"... and {len(sentences) - _MOST_SAID:,} more of this kind")

    # --- a peer

    def whatever_is_accepted(self, whom: str, acceptance: Acceptance, sensible: Set[Pair]) -> None:
        """All that the peer accepts and that is ``sensible``. Raises ProposalError if that is nothing."""
        self.reasons.append("as the peer answers")
        accepted = acceptance.accepted
        self.wishes = list(
            from_acceptance((uid, [one for one in of if (uid, one) in sensible]) for uid, of in accepted.items())
        )
        self.about.append(f"What {whom} accepts.")
        self.names.append("Peer")
        self._check_accepted(whom, acceptance)

    def only_what_is_accepted(self, whom: str, acceptance: Acceptance, adviser: Adviser) -> None:
        """Of the wishes up to now, what the peer accepts. Raises ProposalError if that is nothing."""
        self.reasons.append("as the peer answers")
        kept, refused = within(self.wishes, acceptance.accepted)
        self.wishes = list(kept)
        self.about.append(f"Of this, what {whom} accepts.")
        self._tell_refused(refused, acceptance, adviser)
        self._check_accepted(whom, acceptance)

    def _check_accepted(self, whom: str, acceptance: Acceptance) -> None:
        if not acceptance.complete:
            self.incomplete = True
            unanswered = [one for one in acceptance.answers if one.state == "unanswered"]
            reason = f": {unanswered[0].reason}" if unanswered else ""
            self.say(f"{whom} did not answer all that it was asked{reason}")
        if not self.wishes:
            raise ProposalError(f"{whom} accepts nothing of what is wanted, so there is no profile to make")

    def _tell_refused(self, refused: Iterable[Pair], acceptance: Acceptance, adviser: Adviser) -> None:
        """To the caller and in the file: what is left out, why, and what would be taken instead."""
        answers = {(one.sop_class, one.transfer_syntax): one for one in acceptance.answers}
        accepted = acceptance.accepted
        groups: dict[tuple[str, str], list[str]] = {}
        for pair in refused:
            answer = answers.get(pair)
            groups.setdefault((pair[0], answer.reason if answer is not None else "not asked"), []).append(pair[1])
            # A refused pair that ``completed`` added is reported, but the profile is complete without it.
            self.incomplete = self.incomplete or pair in self.needed
        for (uid, reason), left_out in groups.items():
            others = accepted.get(uid, ())
            asked = [one for one in left_out if (uid, one) in answers]
            result = answers[uid, asked[0]].result if asked else None
            meant = meaning(result, others, (one for sop_class, one in answers if sop_class == uid), asked)
            advised = adviser.converted_all(left_out, others)
            way_out = f"; {advised}" if advised else ""
            told = f"; {meant}" if meant else ""
            line = f"{display_name(uid)} with {', '.join(map(display_name, left_out))}: {reason}{told}{way_out}"
            self.say(f"left out: {line}")
            self.about.append(f"Left out: {line}.")


@dataclass(slots=True)
class _Logged:
    """The associations of logs as they go by, none of which is kept."""

    seen: int = 0
    count: int = 0
    answered: bool = False
    unknown: dict[str, None] = field(default_factory=dict)
    either: dict[str, None] = field(default_factory=dict)
    lacks: dict[str, None] = field(default_factory=dict)
    refused: dict[tuple[str, Role, Role], None] = field(default_factory=dict)

    def read(self, found: Iterable[LoggedAssociation], wanted: int | None) -> Iterator[LoggedAssociation]:
        everything = iter(found)
        for one in everything if wanted is None else islice(self._seen(everything), wanted - 1, wanted):
            self.count += 1
            self.answered = self.answered or one.answered
            self.unknown.update(dict.fromkeys(one.unknown))
            self.either.update(dict.fromkeys(one.either))
            self.lacks.update(dict.fromkeys(one.lacks))
            self.refused.update(dict.fromkeys(roles_refused(one)))
            yield one

    def _seen(self, found: Iterator[LoggedAssociation]) -> Iterator[LoggedAssociation]:
        for one in found:
            self.seen += 1
            yield one


def _no_association(seen: int, wanted: int | None) -> str:
    if wanted is not None and seen:
        return f"the log has {plural(seen, 'association')}, there is no number {wanted}"
    return (
        "no association in the log; make one with storescu -d, storescp -d, pynetdicom's debug_logger(), or dcm4che at "
        "level DEBUG; the logs of fo-dicom, dcmjs-dimse, GDCM, Conquest and dicom-rs are read, too"
    )
