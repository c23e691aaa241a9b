"""The profile of ``--config-file``: read as DCMTK's programs read it, with what they say where they do not use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.errors import AsprofileError
from asprofile.regular import open_named

if TYPE_CHECKING:
    from asprofile.model.config import Profile
    from asprofile.model.words import AssociationRole

_LARGEST: Final = 64 << 20
"""Bytes of a file with profiles; what is larger is something else, and a device never ends."""
_PROFILE_KEY_UNDEFINED: Final = 1062


class UnusableProfile(AsprofileError):
    """A profile that DCMTK does not use. The message is the text of DCMTK's condition, ``code`` its number (0 where the
    file cannot be read), ``reason`` what we say of it. ``name`` is the profile's, as DCMTK looks it up, where the file
    itself is loaded; ``found``: there is such a profile.
    """

    def __init__(self, message: str, reason: str, *, code: int = 0, name: str = "", found: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.code = code
        self.name = name
        self.found = found


def profile_of(file: str, name: str, role: AssociationRole, release: str) -> Profile:
    """What a profile of a file says to that release. Raises UnusableProfile."""
    # Only where there is a file to be read.
    from asprofile.dcmtk_cli.refusal import in_words_of_dcmtk
    from asprofile.model.config import not_found
    from asprofile.model.document import read
    from asprofile.model.loader import Loading
    from asprofile.model.words import looked_up

    document = read(_bytes_of(file))
    loading = Loading(document, release, role)
    if loading.problems:
        problem = loading.problems[0]
        reason = f"{file}: 0006:{problem.code:04x} {problem.message}"
        raise UnusableProfile(in_words_of_dcmtk(problem, document, release), reason, code=problem.code)
    key = looked_up(name)
    profile = loading.config.profiles.get(key)
    if profile is None:
        reason = f"{file}: {not_found(name, list(loading.config.profiles))}"
        raise UnusableProfile(f"profile key undefined: {key}", reason, code=_PROFILE_KEY_UNDEFINED, name=key)
    if profile.refusal is not None:
        text = in_words_of_dcmtk(profile.refusal, document, release)
        reason = f"{file}: {profile.refusal.message}"
        raise UnusableProfile(text, reason, code=profile.refusal.code, name=key, found=True)
    return profile


def _bytes_of(file: str) -> bytes:
    try:
        with open_named(file) as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        why = (error.strerror or str(error)).lower().partition(";")[0]
    else:
        if len(data) <= _LARGEST:
            return data
        why = f"is larger than {_LARGEST >> 20} MiB, and no profile"
    raise UnusableProfile(f"unable to open configuration file: {file}", f"{file}: {why}")
