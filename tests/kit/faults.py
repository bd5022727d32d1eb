"""Faults of services and networks, each played by a real server on loopback."""

import asyncio
import gzip
import json
import zlib
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Iterator
from typing import Literal, NamedTuple

Kind = Literal["timing", "framing", "coding", "redirect", "status", "json", "xml", "feed"]
Talk = Callable[[StreamReader, StreamWriter], Awaitable[None]]
#: Seconds until an endless response ends: longer than any limit in the tests.
_FOREVER = 20.0
DAILY, LISTING, AUTHOR, FEED = "daily:2026-04-30", "arxiv:cs.CL", "author:Ada Lovelace", "url"
_MB = 2**20


class Fault(NamedTuple):
    """One fault."""

    name: str
    kind: Kind
    talk: Talk  # the behaviour of the server
    feed: str = DAILY  # the requested feed
    words: tuple[str, ...] = ()  # the message must contain one of them
    works: bool = False  # whether the response is accepted all the same


def good(number: int = 3) -> bytes:
    """Return a valid response for the daily papers."""
    return json.dumps([{"paper": _paper(place)} for place in range(1, number + 1)]).encode()


def _paper(place: int) -> dict[str, object]:
    return {"id": f"2604.{place:05}", "title": f"Paper number {place}", "summary": "We show.", "upvotes": place}


def rss(body: str = "") -> bytes:
    """Return a listing of arXiv with three papers."""
    items = "".join(
        f"<item><title>Paper number {place}</title><link>https://arxiv.org/abs/2604.0000{place}</link>"
        f"<guid>oai:arXiv.org:2604.0000{place}v1</guid><description>We show.</description></item>"
        for place in (1, 2, 3)
    )
    return f'<rss version="2.0"><channel><title>cs.CL</title>{body}{items}</channel></rss>'.encode()


def atom() -> bytes:
    """Return a response of arXiv's query API with three papers."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2604.0000{place}v1</id><title>Paper number {place}</title></entry>"
        for place in (1, 2, 3)
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
        f"<o:totalResults>3</o:totalResults>{entries}</feed>"
    ).encode()


def answer_to(feed: str) -> bytes:
    """Return a valid response for `feed`."""
    return {DAILY: good(), AUTHOR: atom()}.get(feed, rss())


def reply(body: bytes = b"", status: str = "200 OK", *headers: str, length: bool = True) -> bytes:
    """Return a raw HTTP response."""
    lines = [*headers, *([f"Content-Length: {len(body)}"] if length else []), "Connection: close"]
    return f"HTTP/1.1 {status}\r\n{''.join(f'{line}{chr(13)}{chr(10)}' for line in lines)}\r\n".encode() + body


def says(*pieces: bytes, then: float = 0.0, reset: bool = False, every: float = 0.0) -> Talk:
    """Send the pieces in turn, wait, and close or reset the connection."""

    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every)
        await asyncio.sleep(then)
        if reset:
            writer.transport.abort()

    return talk


def drips(begin: bytes, drop: bytes, every: float = 0.05) -> Talk:
    """Send small pieces repeatedly, so that no read times out."""

    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(begin)
        for _drop in range(int(_FOREVER / every)):
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(every)

    return talk


def floods(begin: bytes, piece: bytes, times: int) -> Talk:
    """Send a large piece many times."""

    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(begin)
        for _piece in range(times):
            writer.write(piece)
            await writer.drain()

    return talk


def _timing() -> Iterator[Fault]:
    ok = b"HTTP/1.1 200 OK\r\n"
    yield Fault("never answers", "timing", says(then=_FOREVER), words=("too long", "did not finish"))
    yield Fault(
        "half a status line", "timing", says(b"HTTP/1.1 2", then=_FOREVER), words=("too long", "did not finish")
    )
    yield Fault("headers drip", "timing", drips(ok, b"X-A: b\r\n"), words=("did not finish", "ended its response"))
    yield Fault("a header drips", "timing", drips(ok + b"X-A: ", b"b"), words=("did not finish", "ended its response"))
    yield Fault("a body drips", "timing", drips(reply(b"", "200 OK", "Content-Length: 99999", length=False), b" "))
    yield Fault("chunks drip", "timing", drips(ok + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"))
    half = ok + b"Content-Length: 900\r\n\r\n["
    yield Fault("stops in the body", "timing", says(half, then=_FOREVER))
    yield Fault("closes at once", "timing", says())
    yield Fault("breaks at once", "timing", says(reset=True))
    yield Fault("closes after the headers", "timing", says(ok + b"Content-Length: 900\r\n\r\n"))
    yield Fault("breaks in the body", "timing", says(ok + b"Content-Length: 900\r\n\r\n[{", reset=True))
    yield Fault("1xx for ever", "timing", drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"))
    yield Fault("byte by byte, but all of it", "timing", says(*(bytes([b]) for b in reply(good(1)))), works=True)


def _framing() -> Iterator[Fault]:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
    body = good()
    broken: dict[str, bytes] = {
        "longer than it says": head + b"Content-Length: 9999\r\n\r\n" + body,
        "a negative length": head + b"Content-Length: -1\r\n\r\n" + body,
        "a length in words": head + b"Content-Length: many\r\n\r\n" + body,
        "two lengths": head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + body,
        "an absurd length": head + b"Content-Length: 99999999999999999999\r\n\r\n" + body,
        "cut off by its length": head + b"Content-Length: 5\r\n\r\n" + body,
        "a chunk of no size": chunked + b"zz\r\n" + body,
        "a chunk of negative size": chunked + b"-5\r\n" + body,
        "a chunk of absurd size": chunked + b"F" * 20 + b"\r\n" + body,
        "a chunk cut off": chunked + b"ffff\r\n" + body,
        "no last chunk": chunked + b"%x\r\n%s\r\n" % (len(body), body),
        "no status line": b"hello\r\n\r\n",
        "an answer from another age": body,
        "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
        "a greeting of mail": b"220 mail.example ESMTP\r\n",
        "a status in words": b"HTTP/1.1 OK 200\r\n\r\n" + body,
        "a status of two digits": b"HTTP/1.1 20 OK\r\n\r\n" + body,
        "a header without a colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n" + body,
        "a header without a name": b"HTTP/1.1 200 OK\r\n: x\r\n\r\n" + body,
        "a NUL in a header": b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n" + body,
        "a space before the colon": b"HTTP/1.1 200 OK\r\nX : a\r\n\r\n" + body,
        "a header of 200 kB": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n" + body,
        "50,000 headers": b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 50_000 + b"\r\n" + body,
        "a coding that is none": head + b"Transfer-Encoding: nonsense\r\n\r\n" + body,
        "bytes of TLS": b"\x16\x03\x01\x02\x00\x01\x00" + bytes(range(256)),
        "noise": bytes(range(256)) * 40,
        "line ends only": b"\r\n" * 5000,
    }
    for name, sent in broken.items():
        yield Fault(name, "framing", says(sent))
    works: dict[str, bytes] = {
        "chunks of odd sizes": chunked + b"".join(b"1;x=y\r\n%c\r\n" % byte for byte in body) + b"0\r\nX: y\r\n\r\n",
        "no length, closed at the end": head + b"\r\n" + body,
        "a version nobody has": b"HTTP/9.9 200 OK\r\n\r\n" + body,
        "an older version": b"HTTP/1.0 200 OK\r\n\r\n" + body,
        "more than it says": head + b"Content-Length: %d\r\n\r\n%s trailing" % (len(body), body),
        "early hints first": b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + reply(body),
    }
    for name, sent in works.items():
        yield Fault(name, "framing", says(sent), works=True)


def _coding() -> Iterator[Fault]:
    packed = gzip.compress(good())
    bomb = gzip.compress(b" " * (64 * _MB), 9)
    broken: dict[str, tuple[str, bytes]] = {
        "gzip cut off": ("gzip", packed[:-12]),
        "gzip of noise": ("gzip", b"\x1f\x8b" + bytes(range(200))),
        "gzip that is none": ("gzip", good()),
        "gzip with more behind": ("gzip", packed + b"more"),
        "gzip twice": ("gzip", packed + packed),
        "a bomb of gzip": ("gzip", bomb),
        "a bomb in a bomb": ("gzip", gzip.compress(bomb)),
        "deflate": ("deflate", zlib.compress(good())),
        "brotli": ("br", b"\x0b\x02\x80hello\x03"),
        "zstandard": ("zstd", b"\x28\xb5\x2f\xfd\x04\x00"),
        "two codings": ("gzip, gzip", gzip.compress(packed)),
        "a coding nobody knows": ("rot13", good()),
    }
    for name, (coding, sent) in broken.items():
        yield Fault(name, "coding", says(reply(sent, "200 OK", f"Content-Encoding: {coding}")))
    yield Fault("gzip", "coding", says(reply(packed, "200 OK", "Content-Encoding: gzip")), works=True)
    yield Fault("identity", "coding", says(reply(good(), "200 OK", "Content-Encoding: identity")), works=True)
    flood = reply(b"", "200 OK", length=False)
    yield Fault("a body of 64 MB", "coding", floods(flood, b" " * _MB, 64), words=("more than",))


def _redirects() -> Iterator[Fault]:
    targets = {
        "to itself": "/api/daily_papers?date=2026-04-30",
        "to another host": "https://elsewhere.example/",
        "to a private network": "http://10.0.0.1/",
        "to the cloud's own address": "http://169.254.169.254/latest/meta-data/",
        "to another port": "http://127.0.0.1:1/",
        "to a file": "file:///etc/passwd",
        "to a script": "javascript:alert(1)",
        "to data": "data:application/json,[]",
        "to another protocol": "ftp://127.0.0.1/",
        "to a host without a scheme": "//elsewhere.example/",
        "with a user": "http://user:secret@elsewhere.example/",
        "to nowhere": "http://",
        "to a host that is none": "http://[::1/",
        "to a port that is none": "http://127.0.0.1:99999/",
        "with a tab in it": "http://else\twhere.example/",
        "of a megabyte": "/" + "a" * 60_000,
    }
    for name, target in targets.items():
        yield Fault(f"redirect {name}", "redirect", says(reply(b"", "302 Found", f"Location: {target}")))
    for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"):
        yield Fault(f"{status} without an address", "redirect", says(reply(b"", status)))
    yield Fault("300 with choices", "redirect", says(reply(b"choose", "300 Multiple Choices")))
    yield Fault("304 to a first question", "redirect", says(reply(b"", "304 Not Modified", length=False)))
    yield Fault("a place that is no text", "redirect", says(b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\x00\r\n\r\n"))


_STATUSES = (
    *(204, 205, 206, 299, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 414, 415, 418, 421, 422),
    *(423, 425, 426, 428, 431, 451, 500, 501, 502, 503, 504, 505, 507, 508, 511, 599, 999),
)


def _statuses() -> Iterator[Fault]:
    for status in _STATUSES:
        body = b"" if status in {204, 205} else b"<html>no</html>"
        yield Fault(f"status {status}", "status", says(reply(body, f"{status} Words")))
    for waits in ("3600", "0", "-5", "soon", "Thu, 30 Apr 2026 18:00:30 GMT", "9" * 400, "1e9", ""):
        talk = says(reply(b"Rate exceeded.", "429 Too Many Requests", f"Retry-After: {waits}"))
        yield Fault(
            f"429, again after “{waits[:20]}”", "status", talk, words=("no more requests", "asked papertui to pause")
        )
        talk = says(reply(b"", "503 Unavailable", f"Retry-After: {waits}"))
        yield Fault(
            f"503, again after “{waits[:20]}”", "status", talk, words=("reports an error", "asked papertui to pause")
        )


def _json() -> Iterator[Fault]:
    broken: dict[str, bytes] = {
        "nothing": b"",
        "white space": b" \n ",
        "a login page": b"<!doctype html><html><body>Log in</body></html>",
        "cut off": good()[:-9],
        "null": b"null",
        "true": b"true",
        "a number": b"42",
        "a text": b'"papers"',
        "an object": b'{"error": "no"}',
        "a list of nulls": b"[null, null]",
        "a list of numbers": b"[1, 2, 3]",
        "a list of lists": b"[[], [[]]]",
        "entries without a paper": b'[{"a": 1}, {"paper": null}]',
        "papers without an id": b'[{"paper": {"title": "T"}}]',
        "papers without a title": b'[{"paper": {"id": "2604.00001"}}]',
        "wrong types everywhere": b'[{"paper": {"id": 1, "title": [], "authors": 3, "summary": {}}}]',
        "nested 100,000 deep": b"[" * 100_000,
        "objects nested deep": b'{"a":' * 100_000,
        "a number of a million digits": b"[" + b"9" * 1_000_000,
        "single quotes": b"[{'paper': 1}]",
        "two values": good() + good(),
        "comments": b"// papers\n" + good(),
        "another encoding": good().decode().encode("utf-16"),
        "NULs": b"\0" * 1000,
        "XML": rss(),
    }
    for name, sent in broken.items():
        yield Fault(f"JSON: {name}", "json", says(reply(sent, "200 OK", "Content-Type: application/json")))
    works: dict[str, bytes] = {
        "a mark of its byte order": b"\xef\xbb\xbf" + good(),
        "bytes that are no UTF-8": good().replace(b"We show", b"We \xff show"),
        "numbers beyond counting": good().replace(b'"upvotes": 1', b'"upvotes": 1e999'),
        "NaN": good().replace(b'"upvotes": 1', b'"upvotes": NaN'),
        "lone surrogates": good().replace(b"We show", rb"\ud800 show"),
        "names twice": good().replace(b'"upvotes": 1', b'"upvotes": 9, "upvotes": 1'),
        "escape sequences": good().replace(b"We show", rb"\u001b[31m\u009b2J"),
        "one that cannot be read": good().replace(b"2604.00002", b"nonsense"),
        "the same paper twice": good().replace(b"2604.00002", b"2604.00001"),
    }
    for name, sent in works.items():
        yield Fault(f"JSON: {name}", "json", says(reply(sent, "200 OK")), works=True)
    entry = json.dumps({"paper": {**_paper(1), "summary": "x" * 9_000}}).encode()
    many = b",".join([entry] * 2_100)
    yield Fault("JSON: one short of the limit", "json", says(reply(b"[" + many + b"]")), works=True)
    for name, small in _SMALL_JSON.items():
        yield Fault(f"JSON: too many {name}", "json", says(reply(b"[" + small + b"1]")), words=("far more",))
    flood = floods(reply(b"[", length=False), many + b",", 2)
    yield Fault("JSON: 40 MB of papers", "json", flood, words=("more than",))


_BOMB = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b"]>"  # fmt: skip
_OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
_XML: dict[str, bytes] = {
    "nothing": b"",
    "a login page": b"<!doctype html><html><body>Log in</body></html>",
    "a page without a doctype": b"\n<html><head><title>Portal</title></head></html>",
    "a refusal": b"Rate exceeded.",
    "cut off": rss()[:-40],
    "a bomb of entities": _BOMB + b"<rss><channel><title>&i;</title></channel></rss>",
    "an entity from outside": _OUTSIDE + b"<rss><channel><title>&a;</title></channel></rss>",
    "nested 100,000 deep": b"<a>" * 100_000,
    "nested deep and closed": b"<rss>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</rss>",
    "bytes that are no UTF-8": rss(" \x00").replace(b"\0", b"\xff\xfe"),
    "an encoding nobody knows": b"<?xml version='1.0' encoding='x-none'?>" + rss(),
    "tags that cross": b"<rss><channel><a><b></a></b></channel></rss>",
    "another kind of XML": b"<opml><body/></opml>",
    "JSON": good(),
    "noise": bytes(range(256)) * 20,
    "NULs": b"\0" * 5000,
}


#: Small on the wire, large in memory.
_SMALL_XML = {
    "elements": b"<a/>" * 1_000_001,
    "attributes": b"<a b=''/>" * 400_001,
    "spaces of names": b"<a xmlns='c'/>" * 20_001,
    "names": b"".join(b"<a%x/>" % number for number in range(2_000)),
}
_SMALL_JSON = {"lists": b"[]," * 300_001, "texts": b'"",' * 750_001, "numbers": b"1," * 1_500_001}


def _xml() -> Iterator[Fault]:
    for feed, service in ((LISTING, "listing"), (AUTHOR, "query")):
        for name, sent in _XML.items():
            works = feed == LISTING and name in {"bytes that are no UTF-8", "an encoding nobody knows"}
            talk = says(reply(sent, "200 OK", "Content-Type: text/xml"))
            yield Fault(f"XML of a {service}: {name}", "xml", talk, feed, works=works)
        for name, small in _SMALL_XML.items():
            many = atom().replace(b"</feed>", small + b"</feed>")
            yield Fault(f"XML of a {service}: too many {name}", "xml", says(reply(many)), feed, ("far more",))
    yield Fault(
        "XML of a listing: a mark of its byte order", "xml", says(reply(b"\xef\xbb\xbf" + rss())), LISTING, works=True
    )
    yield Fault("XML of a listing: UTF-16", "xml", says(reply(rss().decode().encode("utf-16"))), LISTING, works=True)
    error = atom().replace(b"http://arxiv.org/abs/2604.00001v1", b"https://arxiv.org/api/errors#x")
    for status in ("200 OK", "400 Bad Request"):
        yield Fault(f"an error of the query API, {status}", "xml", says(reply(error, status)), AUTHOR)
    unknown = b"<rss><channel><title>Feed error for query: cs.CL</title></channel></rss>"
    yield Fault("a category arXiv does not know", "xml", says(reply(unknown, "400 Bad")), LISTING, ("does not know",))
    flood = reply(b"<rss><channel>", length=False)
    yield Fault(
        "XML of a listing: without end", "xml", floods(flood, b"<item><title>x</title></item>" * 30_000, 60), LISTING
    )


def _feeds() -> Iterator[Fault]:
    for name, sent in _XML.items():
        works = name in {"cut off", "bytes that are no UTF-8", "an encoding nobody knows", "tags that cross"}
        yield Fault(
            f"a feed of others: {name}",
            "feed",
            says(reply(sent, "200 OK", "Content-Type: application/rss+xml")),
            FEED,
            works=works,
        )
    for status in (401, 403, 404, 410, 429, 500):
        yield Fault(f"a feed of others: status {status}", "feed", says(reply(b"no", f"{status} No")), FEED)
    yield Fault(
        "a feed of others: drips",
        "timing",
        drips(reply(b"", "200 OK", "Content-Length: 9999", length=False), b" "),
        FEED,
    )
    yield Fault(
        "a feed of others: moved away", "feed", says(reply(b"", "301 Moved", "Location: http://10.0.0.1/feed")), FEED
    )


FAULTS: tuple[Fault, ...] = (
    *_timing(), *_framing(), *_coding(), *_redirects(), *_statuses(), *_json(), *_xml(), *_feeds(),
)  # fmt: skip
