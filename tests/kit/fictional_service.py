"""A service on loopback with fictional papers, in the format of Hugging Face."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kit.loopback import LoopbackServer

#: The time that fits the papers: a Thursday evening.
NOW = "2026-04-30T18:00:00Z"
TODAY = "2026-04-30"
TITLES = (
    "Sparse Attention for Impatient Readers",
    "Diffusion Language Models Without Tears",
    "Graph Networks That Forget",
    "On the Etymology of Loss Functions",
)


def entry(number: int, *, day: str = TODAY, **facts: Any) -> dict[str, Any]:
    """Return an entry of the daily papers; its id ends in `number`."""
    title = TITLES[number % len(TITLES)]
    paper = {
        "id": f"2604.{number:05}",
        "title": title,
        "summary": f"We think about “{title}”. This is paper number {number}.",
        "authors": [{"name": "Ada Lovelace"}, {"name": f"Writer {number}"}],
        "publishedAt": f"{day}T08:00:00.000Z",
        "submittedOnDailyAt": f"{day}T09:00:00.000Z",
        "upvotes": 100 - number,
        **facts,
    }
    return {"paper": paper, "title": title, "numComments": number}


@dataclass
class FictionalService:
    """The content of the service, and the requests it received."""

    address: str = ""  # for ``HF_ENDPOINT``
    days: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # entries by day
    trending: list[dict[str, Any]] = field(default_factory=list)
    elsewhere: list[dict[str, Any]] = field(default_factory=list)  # entries found only by id and search
    refuses: tuple[str, ...] = ()  # prefixes of paths and queries that get status 403
    asked: list[str] = field(default_factory=list)  # paths and queries, in order
    texts: dict[str, str] = field(default_factory=dict)  # full texts in Markdown, by id
    announced: bytes = b"<rss><channel><title>cs.CL</title></channel></rss>"  # arXiv's listing of any category
    found: bytes = b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>'  # arXiv's response to any query
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # type and body of other paths
    discussions: dict[str, dict[str, Any]] = field(default_factory=dict)  # papers with their comments, by id
    private: dict[str, str] = field(default_factory=dict)  # ``user:password`` by path, for pages that ask for a login
    moved: dict[str, str] = field(default_factory=dict)  # the new address by path
    logins: list[tuple[str, str]] = field(default_factory=list)  # path and ``user:password`` of requests with a login

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that send all requests of papertui to this service."""
        arxiv = f"{self.address}/arxiv"
        names = ("PAPERTUI_ARXIV_API_URL", "PAPERTUI_ARXIV_RSS_URL", "PAPERTUI_ARXIV_SITE_URL")
        return {"HF_ENDPOINT": self.address, **dict.fromkeys(names, arxiv)}

    def everything(self) -> list[dict[str, Any]]:
        return [*self.trending, *(one for day in self.days.values() for one in day), *self.elsewhere]

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, type and body for a request."""
        self.asked.append(path)
        if path.startswith(self.refuses):
            return 403, "application/json", b'{"error": "no"}'
        if path in self.pages:
            return 200, *self.pages[path]
        if path.startswith("/papers/"):
            id_ = path.removeprefix("/papers/").removesuffix(".md")
            # As the service does: what a text was made from stands above it.
            source = f"URL Source: https://arxiv.org/html/{id_}\n\nMarkdown Content:\n"
            text = self.texts.get(id_)
            return (404, "text/plain", b"") if text is None else (200, "text/markdown", f"{source}{text}".encode())
        if path.startswith("/arxiv/"):
            arxiv = {"rss": (200, "application/rss+xml", self.announced), "api": (200, "text/xml", self.found)}
            return arxiv.get(path.split("/")[2], (404, "text/html", b"<html>nothing here</html>"))
        status, value = self._value(path)
        return status, "application/json", json.dumps(value).encode()

    def _value(self, path: str) -> tuple[int, object]:
        parts = urlsplit(path)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/api/daily_papers":
            return 200, self._list(asked)
        if parts.path == "/api/papers/search":
            words = asked["q"].lower().split()
            found = [one for one in self.everything() if any(word in one["title"].lower() for word in words)]
            return 200, found[: int(asked["limit"])]
        if asked.get("field") == "comments" and (found_detail := self.discussions.get(parts.path.split("/")[-1])):
            return 200, found_detail
        id_ = parts.path.removeprefix("/api/papers/")
        paper = next((one["paper"] for one in self.everything() if one["paper"]["id"] == id_), None)
        return (404, {"error": "Not Found"}) if paper is None else (200, paper)

    def _list(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        if asked.get("p", "0") != "0":
            return []
        if asked.get("sort") == "trending":
            return self.trending
        if "date" in asked:
            return self.days.get(asked["date"], [])
        if "month" in asked:
            return [one for day, entries in self.days.items() if day.startswith(asked["month"]) for one in entries]
        return [one for day in sorted(self.days, reverse=True) for one in self.days[day]]


@contextmanager
def serve_fictional_papers() -> Iterator[FictionalService]:
    """Run a service with four trending papers, two of them from today."""
    service = FictionalService(
        days={TODAY: [entry(1), entry(2)]}, trending=[entry(n) for n in range(1, 5)], elsewhere=[entry(9)]
    )

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            sent = self.headers.get("Authorization", "").removeprefix("Basic ")
            login = base64.b64decode(sent).decode()
            if login:
                service.logins.append((self.path, login))
            status, kind, body = service.answer(self.path)
            if login != service.private.get(self.path, login):
                status, kind, body = 401, "text/html", b"<html>Who are you?</html>"
            if self.path in service.moved:
                status = 302
            self.send_response(status)
            if self.path in service.moved:
                self.send_header("Location", service.moved[self.path])
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = LoopbackServer(Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
