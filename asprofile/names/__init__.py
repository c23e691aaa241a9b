"""What a name or UID means: DCMTK's symbolic names by release, and what the standard says of each UID.

Facts and look-ups only: tables under ``data/`` (kept by hand, checked by ``scripts/facts --check``) and
pure functions on them. What a profile *file* says belongs in ``model``; what is wise to write in one, in
``lint`` and ``generate``.

Modules: releases (of DCMTK), symbols (DCMTK's names), uids (what kind of thing a UID is), sop_classes,
transfer_syntaxes, private (vendors' SOP classes), dcm4che (its own names), editions (of DICOM),
pixel_formats (what an IOD or a codec permits),
fit (SOP class with transfer syntax: the one judge), companions ("shall also support"), suggest (did you mean).
Nothing is imported here and no table is read before a look-up needs it: a linter's run time is mostly its
start.
"""
