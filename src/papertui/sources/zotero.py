"""Zotero on this machine, which takes items as it takes them from browsers.

The protocol is that of Zotero's connector: `POST /connector/saveItems` with the items and a word that names the
transfer. https://www.zotero.org/support/dev/client_coding/connector_http_server
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from papertui.errors import SourceError
from papertui.sources.http import USER_AGENT

ADDRESS = "http://127.0.0.1:23119"
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_MOST = 1 << 16
_CREATED, _FORBIDDEN, _EXISTS = 201, 403, 409
_HEADERS = {"User-Agent": USER_AGENT, "X-Zotero-Connector-API-Version": "3", "Accept-Encoding": "identity"}


async def push(items: Sequence[Mapping[str, Any]], address: str = ADDRESS) -> None:
    """Gives `items` to Zotero in one transfer, which keeps them in the collection that is open there.

    Raises:
        SourceError: Zotero does not run, or does not take them.
    """
    told = {"sessionID": secrets.token_hex(8), "uri": "https://arxiv.org/", "items": list(items)}
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    url = f"{address}/connector/saveItems"
    # A proxy has no business between two programs of one machine.
    async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False, follow_redirects=False, headers=_HEADERS) as client:
        status = await _status(client, url, body)
    if status != _CREATED:
        raise SourceError(_refusal(status))


async def _status(client: httpx.AsyncClient, url: str, body: bytes) -> int:
    """The status of the answer, whose body is read as far as Zotero's may be long."""
    try:
        async with client.stream("POST", url, content=body, headers={"Content-Type": "application/json"}) as answer:
            read = 0
            async for piece in answer.aiter_raw():
                read += len(piece)
                if read > _MOST:
                    raise SourceError(f"What answers at {url} is not Zotero.")
            return answer.status_code
    except httpx.TimeoutException as error:
        raise SourceError("Zotero did not answer in time; see what it is doing, then try again.") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise SourceError("Zotero does not run on this machine; start it, then try again.") from error


def _refusal(status: int) -> str:
    if status == _FORBIDDEN:
        return "Zotero takes nothing from other programs; allow it in its settings, under Advanced."
    if status == _EXISTS:
        return "Zotero is busy with another transfer; try again in a moment."
    return f"Zotero took no items (status {status}); see whether the collection that is open there can be changed."
