"""DCMTK's storescp and dcmrecv, option for option, on ``net``: what they accept, answer, store, run and say.

Belongs here: the options, what they mean, the names of files, the order of things. Does not belong here: what all of
DCMTK's command lines have in common (``dcmtk_cli``); the receiver of our own (``receive``), which does it our way.
"""
