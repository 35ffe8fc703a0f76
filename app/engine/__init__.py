"""The engine: what windows and scripts hold. They import from here and from no room below."""

from app.pipeline.preview import Mailbox, PreviewFrame

__all__ = ["Mailbox", "PreviewFrame"]
