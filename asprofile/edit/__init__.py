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
