"""What the commands do, as functions; ``asprofile/__init__.py`` gives them their public names.

Belongs here: from what a caller names (a path, bytes, ``[FILE:]NAME``, ``[AET@]HOST:PORT``) to values that have all
that a command says. Does not belong here: options, printing, exit statuses (``cli``), and what is decided of files,
requests and objects (the layers below).
"""
