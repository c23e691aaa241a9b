"""Findings as text for people and machines: one module a format, each with ``render(reports, options) -> str``."""
