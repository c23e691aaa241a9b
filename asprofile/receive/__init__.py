"""Receiving objects: a small C-STORE SCP that answers as DCMTK would with the same acceptor profile."""

from __future__ import annotations
