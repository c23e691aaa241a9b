"""What an editor shows and does with a profile file: what is at a position, what can be written there, where a
label leads, how a list is renamed.

Pure: a file's bytes and an offset in, values and edits out. Nothing here knows the protocol of an editor, reads files
or prints; that is the command line's.
"""
