"""Changes to the text of a profile file that keep its comments: its layout, and edits of what it says.

Pure: a document in, bytes out. What is wrong in a file, and fixes for it, are the linter's; writing files is the
command line's.

The edits take a file that a release loads and give an ``Edited``, the new bytes and in words what was done:

    add_to_profile(document, profile, Addition(...), release)       contexts, roles, extended negotiation
    remove_contexts(document, profile, Removal(...), release)
    rename_section(document, kind, old, new, release)               a profile or a list, with all references
    renumber_entries(document, release)                             what DCMTK never reached is read then
    merge_files(document, other, release, profiles=, clash=)        whole profiles of another file

Before they give it away, the new text is loaded as each release that loaded the old one would: it has to mean the old
meaning with exactly the change that was asked for, and every comment line has to be there still. Otherwise, or where
what is asked for cannot be, they raise EditError (ProfileNotFound for a profile), and nothing comes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile import when_first_used
from asprofile.rewrite.fmt import Formatted, Refusal, format_document

# Imported when first used: to lay out a file needs nothing of the linter's.
_EDITS = {
    "KINDS": "asprofile.rewrite.rename",
    "Addition": "asprofile.rewrite.insert",
    "Clash": "asprofile.rewrite.merge",
    "Edited": "asprofile.rewrite.draft",
    "NewContext": "asprofile.rewrite.insert",
    "NoRoom": "asprofile.rewrite.insert",
    "Removal": "asprofile.rewrite.remove",
    "add_to_profile": "asprofile.rewrite.insert",
    "kinds_of": "asprofile.rewrite.rename",
    "merge_files": "asprofile.rewrite.merge",
    "remove_contexts": "asprofile.rewrite.remove",
    "rename_section": "asprofile.rewrite.rename",
    "renumber_entries": "asprofile.rewrite.number",
}

__all__ = [
    "KINDS",
    "Addition",
    "Clash",
    "Edited",
    "Formatted",
    "NewContext",
    "NoRoom",
    "Refusal",
    "Removal",
    "add_to_profile",
    "format_document",
    "kinds_of",
    "merge_files",
    "remove_contexts",
    "rename_section",
    "renumber_entries",
]

if TYPE_CHECKING:
    from asprofile.rewrite.draft import Edited
    from asprofile.rewrite.insert import Addition, NewContext, NoRoom, add_to_profile
    from asprofile.rewrite.merge import Clash, merge_files
    from asprofile.rewrite.number import renumber_entries
    from asprofile.rewrite.remove import Removal, remove_contexts
    from asprofile.rewrite.rename import KINDS, kinds_of, rename_section


__getattr__ = when_first_used(__name__, _EDITS)
