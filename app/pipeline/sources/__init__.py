"""Kinds of source: what a URL in a show file may be, and how many pictures a second it has."""

from app.pipeline.sources.address import parse_address
from app.pipeline.sources.rate import probe_rate

__all__ = ["check_source", "probe_rate"]


def check_source(url: str) -> None:
    """Refuse a URL that can't be a source; nothing is opened.

    UnsupportedError: a kind the contract names and this version has not got; UsageError: nonsense, with what is right.
    """
    parse_address(url)
