"""Whether an edit keeps what DCMTK loads: the one test that makes a fix safe."""

from __future__ import annotations

from collections.abc import Iterable

from asprofile.lint.extent import extent
from asprofile.lint.facts import Facts
from asprofile.model import uid
from asprofile.model.document import read
from asprofile.model.kept import is_kept
from asprofile.model.loadings import outcome
from asprofile.text import Edit, apply_edits, compatible, encode

# Each test reads the whole file, so a file with a slip in each of its many lists would take the square of its length.
# These are some twenty tests of a file of usual size; what nobody has tested is not called safe. Once the fixes
# that were tested are made, the next ones are.
MOST_TESTED = 250_000


def keeps(facts: Facts, edits: Iterable[Edit]) -> bool:
    """Whether every release that loads the file loads it with the edits too, and finds in it all that it found before;
    in the role that the user gave, else in either.

    What is gained comes after what was there, list by list. A file that no release loads has nothing to keep. False
    without looking when ``MOST_TESTED`` bytes have been read for other fixes of the file, and for a file of which not
    everything is looked at.
    """
    if facts.extent != "all":
        return False
    loaded = facts.loaded
    if not loaded:
        return True
    if facts.tested >= MOST_TESTED:
        return False
    facts.tested += len(facts.data)
    data = apply_edits(facts.data, compatible(edits))
    after = read(data)
    if extent(after.tree.count) != "all":
        return False
    pairs = {(outcome(facts.document, *case), outcome(after, *case)) for case in loaded}
    return all(old.config and new.config and is_kept(old.config, new.config) for old, new in pairs)


def keeps_name(facts: Facts, old: bytes, new: str) -> bool:
    """Whether ``new`` in the place of a name or UID keeps what every release that loads the file makes of it."""
    if facts.extent != "all":
        return False
    releases = {release for release, _ in facts.loaded}
    return all(uid.resolve(old, release) == uid.resolve(encode(new), release) for release in releases)
