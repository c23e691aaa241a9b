"""The parts of ``scripts/fuzz``: cases (files to read), judge (DCMTK's reading), report (ours), differential,
minimise, coverage.

Development only: nothing here is in the wheel, and asprofile imports nothing of it.
"""
