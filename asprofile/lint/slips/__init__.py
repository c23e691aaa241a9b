"""What goes wrong in the text of a file: facts about it, each with its one cause and what would mend it.

Belongs here: bytes and lines that DCMTK takes for something else, entries that it never reads, references to nothing.
Does not belong here: what is said of it (``rules``).
"""
