"""Changes to the text of a profile file that keep its comments: formatting, and edits of its content.

Pure: a document in, bytes out. Finding mistakes and fixing them belongs in ``lint``; writing files in ``cli``.

The edits take a file that a release loads and give an ``Edited``, the new bytes and in words what was done:

    add_to_profile(document, profile, Addition(...), release)       contexts, roles, extended negotiation
    remove_contexts(document, profile, Removal(...), release)
    rename_section(document, kind, old, new, release)               a profile or a list, with all references
    renumber_entries(document, release)                             what DCMTK never reached is read then
    merge_files(document, other, release, profiles=, clash=)        whole profiles of another file

Before they return it, the new text is loaded as by each release that loaded the old one: it must have the old meaning
with exactly the change that was asked for, and every comment line must still be there. Otherwise, or if the change is
impossible, they raise EditError (ProfileNotFound for a profile), and nothing is changed.
"""
