"""The network sources."""

from papertui.sources.registry import pdf_opener as pdf_source
from papertui.sources.registry import source_opener as services
from papertui.sources.zotero import zotero_sender as to_zotero

__all__ = ["pdf_source", "services", "to_zotero"]
