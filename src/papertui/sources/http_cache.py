"""Responses cached with their validators, so that a service does not resend what has not changed.

RFC 9110, 13 (https://www.rfc-editor.org/rfc/rfc9110#section-13): ``ETag`` is sent back as ``If-None-Match``,
``Last-Modified`` as ``If-Modified-Since``; status 304 means that the cached response is still valid.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from papertui.files import make_private, write_atomic

#: Larger responses are not cached.
_LARGEST = 4 * 2**20
#: The number of responses kept, the most recently requested ones.
_MOST = 200
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
#: Besides the validators, the headers that callers use.
_KEPT = (*_VALIDATORS, "content-type", "link")
_LONGEST_HEADER = 1000


class CachedResponse(NamedTuple):
    """A cached response."""

    #: The headers that matter, names in lower case.
    headers: Mapping[str, str]
    #: Decompressed and complete.
    body: bytes

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that make the request conditional."""
        return {ask: self.headers[name] for name, ask in _VALIDATORS.items() if name in self.headers}


class HttpCache:
    """Responses in a folder, one file each. Files may disappear at any time and are never incomplete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def recall(self, url: str) -> CachedResponse | None:
        """Return the cached response for `url`, ``None`` if there is none or it is damaged."""
        try:
            head, _, body = self._path(url).read_bytes().partition(b"\n")
            facts = json.loads(head)
            whole = facts["url"] == url and facts["sha256"] == hashlib.sha256(body).hexdigest()
            return (
                CachedResponse({str(name): str(value) for name, value in facts["headers"].items()}, body)
                if whole
                else None
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def keep(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Cache a response that has a validator; one without removes the cached response.

        A full or read-only disk is not an error: the service then sends the response again.
        """
        kept = {name: headers[name] for name in _KEPT if len(headers.get(name, "x" * 9999)) <= _LONGEST_HEADER}
        with suppress(OSError):
            if len(body) > _LARGEST or not any(name in kept for name in _VALIDATORS):
                self._path(url).unlink(missing_ok=True)
                return
            make_private(self._folder)
            head = {"url": url, "headers": kept, "sha256": hashlib.sha256(body).hexdigest()}
            write_atomic(self._path(url), json.dumps(head).encode() + b"\n" + body, durable=False)
            self._tidy()

    def _tidy(self) -> None:
        files = [(path.stat().st_mtime, path) for path in self._folder.iterdir()]
        for _, path in sorted(files)[:-_MOST]:
            path.unlink(missing_ok=True)

    def _path(self, url: str) -> Path:
        return self._folder / hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:32]
