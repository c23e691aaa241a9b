"""Where a migration goes and how it sends, out of the options.

Not here: the steps that need it (``migrate``, ``checking``, ``verifying``).
"""

from __future__ import annotations

from typing import Any

from asprofile.api.migrating import MigrationTerms
from asprofile.api.other_kinds import optional
from asprofile.cli import peers
from asprofile.cli.converting import taken_from
from asprofile.cli.send_options import send_options
from asprofile.names.releases import LATEST


def terms_of(given: dict[str, Any], project: Any) -> MigrationTerms:
    """Takes all that it is about out of ``given``, and nothing else may be left there."""
    to = peers.resolve(given.pop("target"), given, project)
    profile, release = given.pop("profile"), given.pop("release")
    named = optional(profile) if profile is not None else to.profile
    settings = project() if named is not None else None
    default = given.pop("propose_default")
    conversion = taken_from(given)
    return MigrationTerms(
        to,
        named,
        release or (settings.release if settings is not None else LATEST),
        default,
        send_options(given),
        conversion,
        settings,
    )
