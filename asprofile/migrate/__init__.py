"""Moving an archive to a peer, with a journal that knows what became of each object.

Belongs here: the journal (``journal``, ``journal_file``), what a scan puts into it (``scanning``), a run that takes
objects out of it (``running``), what is asked about objects in doubt (``doubts``, ``asking``). Does not belong here:
sending (``send``), files of objects (``objects``), what is said (``cli``).
"""
