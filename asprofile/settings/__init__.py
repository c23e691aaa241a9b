"""The settings: ``asprofile.toml``, ``[tool.asprofile]`` of a ``pyproject.toml``, the user's own.

Belongs here: finding the file, reading and checking its tables. Does not belong here: what the commands do with them.
"""
