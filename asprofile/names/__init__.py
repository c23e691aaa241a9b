"""What a name or UID means: DCMTK's symbolic names by release, and what the standard says of each UID.

Facts and look-ups only: tables in ``data/`` (maintained by hand, checked by ``scripts/facts --check``) and pure
functions on them. What a profile *file* says belongs in ``model``; what should be written in one, in ``lint`` and
``generate``.

Modules: releases (of DCMTK), symbols (DCMTK's names), uids (what kind of thing a UID is), sop_classes,
transfer_syntaxes, private (vendors' SOP classes), dcm4che (its own names), editions (of DICOM),
pixel_formats (what an IOD or a codec permits), fit (whether a SOP class and a transfer syntax fit), companions ("shall
also support"), suggest (did you mean). Nothing is imported here, and a table is read when a look-up needs it, because a
linter's run time is mostly its start.
"""
