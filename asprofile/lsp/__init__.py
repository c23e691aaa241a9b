"""The Language Server Protocol: what an editor asks, answered with what ``editor`` knows of a file.

The only package that knows pygls and lsprotocol.
"""
