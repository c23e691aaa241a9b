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
from asprofile.edit.fmt import FormatRefusal, Formatted, format_document

# Imported when first used: to lay out a file needs nothing of the linter's.
_EDITS = {
    "SECTION_KINDS": "asprofile.edit.rename",
    "Addition": "asprofile.edit.insert",
    "Clash": "asprofile.edit.merge",
    "Edited": "asprofile.edit.draft",
    "NewContext": "asprofile.edit.insert",
    "NoRoom": "asprofile.edit.insert",
    "Removal": "asprofile.edit.remove",
    "add_to_profile": "asprofile.edit.insert",
    "kinds_of": "asprofile.edit.rename",
    "merge_files": "asprofile.edit.merge",
    "remove_contexts": "asprofile.edit.remove",
    "rename_section": "asprofile.edit.rename",
    "renumber_entries": "asprofile.edit.number",
}

__all__ = [
    "SECTION_KINDS",
    "Addition",
    "Clash",
    "Edited",
    "FormatRefusal",
    "Formatted",
    "NewContext",
    "NoRoom",
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
    from asprofile.edit.draft import Edited
    from asprofile.edit.insert import Addition, NewContext, NoRoom, add_to_profile
    from asprofile.edit.merge import Clash, merge_files
    from asprofile.edit.number import renumber_entries
    from asprofile.edit.remove import Removal, remove_contexts
    from asprofile.edit.rename import SECTION_KINDS, kinds_of, rename_section


__getattr__ = when_first_used(__name__, _EDITS)
