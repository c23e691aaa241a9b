"""The linter: rules over one exact reading of a file, findings with positions and fixes.

Pure: a file's bytes and the settings in, findings out. Reading files, choosing an exit status and printing are the
command line's. Nothing is imported here: a command that sends should not wait for the rules.
"""
