"""What DCMTK loads from a profile file: first the tree of sections (document), then the typed model (config).

Pure: bytes in, values out. The linter, the editor and the sender are views of this one reading. Nothing is
imported here: who needs a type of the model should not wait for the reader.
"""
