"""Slips in the text of a file: facts about it, each with its one cause and the edits that would repair it.

Belongs here: bytes and lines that DCMTK takes for something else, entries that it never reads, references to nothing.
Does not belong here: reporting them (``rules``).
"""
