"""The linter: rules on the exact reading of a file, findings with positions and fixes.

Pure: a file's bytes and the settings in, findings out. Reading files, exit status and printing belong in ``cli``.
Nothing is imported here, so that a command that sends does not load the rules.
"""
