"""Floordesk · 值守台: the console call-centre supervisors keep open all day."""

__version__ = "0.1.0"
