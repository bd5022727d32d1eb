"""Parsers of full texts: the bytes of a page in, a `core.document.Document` out. Pure, and safe for any input."""
