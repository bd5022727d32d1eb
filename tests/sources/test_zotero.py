"""Zotero's connector, simulated on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from papertui.errors import SourceError
from papertui.sources.zotero import push


@dataclass
class StandIn:
    """A stand-in for Zotero.

    Attributes:
        address: its base address.
        status: the status of its responses to transfers.
        asked: the paths and bodies requested, in order.
        headers: those of the last request.
        body: the body of its responses.
        most: the number of items after which it refuses more.
        taken: the number of items received.
    """

    address: str = ""
    status: int = 201
    asked: list[tuple[str, Any]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    most: int = 1000
    taken: int = 0


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run a stand-in."""
    zotero = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            zotero.asked.append((self.path, body))
            zotero.headers = dict(self.headers)
            zotero.taken += len(body["items"])
            self.send_response(zotero.status if zotero.taken <= zotero.most else 500)
            self.end_headers()
            self.wfile.write(zotero.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    zotero.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield zotero
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def test_items_are_sent_in_one_transfer() -> None:
    items = [{"id": str(number), "title": "λ"} for number in range(50)]
    with stand_in() as zotero:
        await push(items, zotero.address)
        await push(items[:1], zotero.address)
    assert [path for path, _ in zotero.asked] == ["/connector/saveItems"] * 2
    first, second = (body for _, body in zotero.asked)
    assert (first["items"], second["items"]) == (items, items[:1])
    assert first["sessionID"] != second["sessionID"]
    assert zotero.headers["X-Zotero-Connector-API-Version"] == "3"
    # Zotero refuses clients that identify as browsers.
    assert zotero.headers["User-Agent"].startswith("papertui/")


@pytest.mark.parametrize(
    ("status", "why"),
    [(500, "refused the items"), (403, "allow it in Zotero's settings"), (409, "busy with another transfer")],
)
async def test_refusals_are_sentences(status: int, why: str) -> None:
    with stand_in() as zotero:
        zotero.status = status
        with pytest.raises(SourceError, match=why):
            await push([{}], zotero.address)


async def test_zotero_not_running() -> None:
    with pytest.raises(
        SourceError, match=r"Zotero is not running on this machine; start it, then try again\."
    ) as raised:
        await push([{}], "http://127.0.0.1:9")
    assert raised.value.exit_code == 3


async def test_other_program_on_the_port() -> None:
    with stand_in() as zotero:
        zotero.body = b"x" * (1 << 20)
        with pytest.raises(SourceError, match="is not Zotero"):
            await push([{}], zotero.address)
