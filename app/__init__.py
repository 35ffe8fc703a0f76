"""Splicedeck, a live-encoder control room."""

__version__ = "0.1.0"
