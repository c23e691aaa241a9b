"""What DCMTK's programs have in common on their command lines: how it is read, the log, the options of TLS.

Belongs here: what storescu, storescp and dcmrecv do alike. Does not belong here: what one of them does (``storescu``,
``storescp``).
"""
