"""Export to the local Zotero, through the interface it has for browsers.

The protocol is the one of Zotero's connector: `POST /connector/saveItems` with the items and a session id.
https://www.zotero.org/support/dev/client_coding/connector_http_server
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
    """Send `items` to Zotero in one transfer; Zotero saves them in the collection selected there.

    Raises:
        SourceError: Zotero is not running, or refuses the items.
    """
    transfer = {"sessionID": secrets.token_hex(8), "uri": "https://arxiv.org/", "items": list(items)}
    body = json.dumps(transfer, ensure_ascii=False).encode("utf-8", "replace")
    url = f"{address}/connector/saveItems"
    # A proxy is wrong between two programs on the same machine.
    async with httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False, follow_redirects=False, headers=_HEADERS) as client:
        status = await _status(client, url, body)
    if status != _CREATED:
        raise SourceError(_refusal(status))


async def _status(client: httpx.AsyncClient, url: str, body: bytes) -> int:
    """Send the request and return the status; reads no more of the response than Zotero would send."""
    try:
        async with client.stream("POST", url, content=body, headers={"Content-Type": "application/json"}) as answer:
            read = 0
            async for piece in answer.aiter_raw():
                read += len(piece)
                if read > _MOST:
                    raise SourceError(f"The program at {url} is not Zotero.")
            return answer.status_code
    except httpx.TimeoutException as error:
        raise SourceError("Zotero did not respond in time; check Zotero, then try again.") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise SourceError("Zotero is not running on this machine; start it, then try again.") from error


def _refusal(status: int) -> str:
    if status == _FORBIDDEN:
        return "Zotero does not accept items from other programs; allow it in Zotero's settings, under Advanced."
    if status == _EXISTS:
        return "Zotero is busy with another transfer; try again in a moment."
    return f"Zotero refused the items (status {status}); check that the selected collection can be changed."
