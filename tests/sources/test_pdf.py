"""PDF downloads over real sockets: whatever the server does, the file is correct or the error has a sentence."""

import asyncio
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.faults import drips, reply, says
from kit.pdf_server import PdfServer, a_pdf, pdf_server
from kit.properties import at_most
from kit.web import loopback
from papertui.archive.pdf_files import PdfFolder
from papertui.errors import PaperNotFoundError, SourceError, StoreError
from papertui.sources.http import HttpClient, TransferLimits
from papertui.sources.pdf import ArxivPdfs, Download, Progress, validator_of
from papertui.sources.rate_limit import RateLimiter

QUICK = TransferLimits(connect=0.5, read=0.4, total=0.6, retries=2, patience=0.05, backoff=0.001, body=5 * 2**20)
ID, NAME = "2604.26951", "2604.26951.pdf"


async def bring(
    folder: Path,
    site: str,
    *,
    address: str | None = None,
    id_: str = ID,
    limits: TransferLimits = QUICK,
    progress: Progress = lambda *_: None,
) -> bool:
    """Download the PDF and return whether the file is one."""
    async with HttpClient(limits=limits) as client:
        pdfs = ArxivPdfs(Download(client, limits=limits), site=site)
        with PdfFolder(folder).part(NAME) as part:
            await pdfs.pdf(id_, address, part, progress)
            return part.finish()


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_download_leaves_only_the_pdf(tmp_path: Path) -> None:
    with pdf_server() as server:
        assert await bring(tmp_path, server.address)
        assert (tmp_path / NAME).read_bytes() == server.body
        assert left(tmp_path) == [NAME]
        (path, headers), *more = server.asked
    assert (path, more) == ("/pdf/2604.26951", [])
    assert headers["accept-encoding"] == "identity"
    assert "range" not in headers
    assert "authorization" not in headers


@pytest.mark.slow
@pytest.mark.parametrize("cut", [1, 4, 5, 1000, 300_000, 599_999])
async def test_interrupted_download_resumes(tmp_path: Path, cut: int) -> None:
    with pdf_server(cuts=[cut]) as server:
        assert await bring(tmp_path, server.address)
        assert (tmp_path / NAME).read_bytes() == server.body
    again = server.asked[1][1]
    assert (again["range"], again["if-range"]) == (f"bytes={cut}-", '"one"')


async def test_next_command_resumes_the_download(tmp_path: Path) -> None:
    with pdf_server(cuts=[200_000], statuses=[0, 403]) as server:
        with pytest.raises(SourceError, match=r"does not provide the PDF of 2604\.26951 without a login"):
            await bring(tmp_path, server.address)
        assert left(tmp_path) == [f"{NAME}.part", f"{NAME}.part.json"]
        assert await bring(tmp_path, server.address)
        assert (tmp_path / NAME).read_bytes() == server.body
    assert server.asked[-1][1]["range"] == "bytes=200000-"
    assert left(tmp_path) == [NAME]


@pytest.mark.parametrize(("ranges", "requests"), [("ignored", 2), ("wrong", 3), ("refused", 3)])
async def test_download_restarts_without_range_support(tmp_path: Path, ranges: str, requests: int) -> None:
    with pdf_server(cuts=[250_000], ranges=ranges) as server:
        assert await bring(tmp_path, server.address)
        assert (tmp_path / NAME).read_bytes() == server.body
        assert len(server.asked) == requests


async def test_changed_file_is_downloaded_again(tmp_path: Path) -> None:
    with pdf_server(cuts=[250_000, 100], statuses=[0, 403]) as server:
        with pytest.raises(SourceError):
            await bring(tmp_path, server.address)
        server.body, server.etag = a_pdf(seed=2), '"two"'
        assert await bring(tmp_path, server.address)
        assert (tmp_path / NAME).read_bytes() == server.body


async def test_part_of_another_file_restarts_the_download(tmp_path: Path) -> None:
    class Careless(PdfServer):
        def _begin(self, headers: dict[str, str]) -> int | None:
            return super()._begin({**headers, "if-range": self.etag})

    with pdf_server(cuts=[250_000], statuses=[0, 403]) as server:
        with pytest.raises(SourceError):
            await bring(tmp_path, server.address)
        server.__class__ = Careless
        server.body, server.etag = a_pdf(seed=2), '"two"'
        assert await bring(tmp_path, server.address)
        assert (tmp_path / NAME).read_bytes() == server.body


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
async def test_weak_validator_does_not_resume(tmp_path: Path, etag: str) -> None:
    with pdf_server(cuts=[250_000], etag=etag) as server:
        assert await bring(tmp_path, server.address)
        assert (tmp_path / NAME).read_bytes() == server.body
    assert all("range" not in headers for _, headers in server.asked)


def test_old_last_modified_is_a_validator() -> None:
    date = "Thu, 30 Apr 2026 12:00:00 GMT"
    assert validator_of({"last-modified": "Wed, 29 Apr 2026 12:00:00 GMT", "date": date}).startswith("Wed")
    assert validator_of({"last-modified": "Thu, 30 Apr 2026 11:59:59 GMT", "date": date}) == ""
    assert validator_of({"last-modified": "yesterday", "date": date}) == ""
    assert validator_of({"etag": '"a"', "last-modified": date}) == '"a"'


async def test_complete_part_needs_no_request(tmp_path: Path) -> None:
    with pdf_server(body=a_pdf(1000)) as server:
        async with HttpClient(limits=QUICK) as client:
            with PdfFolder(tmp_path).part(NAME) as part:
                await ArxivPdfs(Download(client, limits=QUICK), site=server.address).pdf(
                    ID, None, part, lambda *_: None
                )
        assert left(tmp_path) == [f"{NAME}.part", f"{NAME}.part.json"]  # as if killed here
        assert await bring(tmp_path, server.address)
    assert len(server.asked) == 1


@pytest.mark.slow
@at_most(15)
@given(cuts=st.lists(st.integers(0, 400_000), max_size=6), size=st.integers(100, 400_000))
def test_repeated_interruptions_do_not_change_the_bytes(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], size: int
) -> None:
    folder = tmp_path_factory.mktemp("pdfs")
    with pdf_server(body=a_pdf(size), cuts=cuts) as server:

        async def until_it_is_there() -> None:
            for _ in range(len(cuts) + 1):
                try:
                    if await bring(folder, server.address):
                        return
                except SourceError:
                    continue

        asyncio.run(until_it_is_there())
        assert (folder / NAME).read_bytes() == server.body


@pytest.mark.parametrize("kind", ["application/pdf", "application/octet-stream", "text/plain", "x"])
async def test_bytes_decide_instead_of_the_content_type(tmp_path: Path, kind: str) -> None:
    with pdf_server(kind=kind) as server:
        assert await bring(tmp_path, server.address)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!doctype html><title>Log in</title>" + b" " * 5000, "text/html; charset=utf-8"),
        (b"<!doctype html><title>Log in</title>" + b" " * 5000, "application/pdf"),
        (b"%PD", "application/pdf"),
        (b"", "application/pdf"),
        (a_pdf(2000), "text/html"),
        (b"%PDF-1.5\n" + b"x" * 5000, "application/pdf"),
        (a_pdf(2000) + b"x" * 5000, "application/pdf"),
    ],
)
async def test_incomplete_pdf_is_never_saved(tmp_path: Path, body: bytes, kind: str) -> None:
    with pdf_server(body=body, kind=kind) as server:
        try:
            assert not await bring(tmp_path, server.address)
        except SourceError as problem:
            assert "something other than the PDF of 2604.26951" in str(problem)  # noqa: PT017 - or False, above
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("statuses", "error", "message"),
    [
        ([404], PaperNotFoundError, "arXiv does not have the PDF of 2604.26951"),
        ([403], SourceError, "open its page in a browser"),
        ([503] * 9, SourceError, "reports an error"),
        ([429] * 9, SourceError, "accepts no more requests"),
        ([204], SourceError, "status 204"),
        ([511], SourceError, "requires a login"),
    ],
)
async def test_refusals_are_reported(tmp_path: Path, statuses: list[int], error: type[Exception], message: str) -> None:
    with pdf_server(statuses=statuses) as server, pytest.raises(error, match=message):
        await bring(tmp_path, server.address)
    assert left(tmp_path) == []


async def test_temporary_errors_are_retried(tmp_path: Path) -> None:
    with pdf_server(statuses=[503, 500]) as server:
        assert await bring(tmp_path, server.address)


@pytest.mark.parametrize(
    "choices", [{"endless": True}, {"body": a_pdf(6 * 2**20)}, {"body": a_pdf(6 * 2**20), "length": False}]
)
async def test_too_large_file_is_refused_and_removed(tmp_path: Path, choices: dict[str, object]) -> None:
    with pdf_server(**choices) as server, pytest.raises(SourceError, match=r"something else|more than 5 MB"):
        await bring(tmp_path, server.address)
    assert left(tmp_path) == []


@pytest.mark.slow
async def test_stalled_download_stops_and_keeps_its_part(tmp_path: Path) -> None:
    head = reply(b"", "200 OK", "Content-Length: 99999", 'ETag: "a"', length=False)
    async with loopback(drips(head + a_pdf(5000)[:4000], b"x")) as address:
        with pytest.raises(SourceError, match=r"stopped sending the PDF of 2604\.26951.* The downloaded part is saved"):
            await bring(tmp_path, address, limits=TransferLimits(read=0.4, total=0.5, retries=0))
    assert (tmp_path / f"{NAME}.part").stat().st_size >= 4000


@pytest.mark.slow
async def test_slow_download_with_progress_continues(tmp_path: Path) -> None:
    body = a_pdf(1_000_000)
    pieces = [body[place : place + 100_000] for place in range(0, len(body), 100_000)]
    head = reply(b"", "200 OK", f"Content-Length: {len(body)}", length=False)
    async with loopback(says(head, *pieces, every=0.15)) as address:
        assert await bring(tmp_path, address, limits=TransferLimits(read=1, total=1, retries=0))
    assert (tmp_path / NAME).read_bytes() == body


@pytest.mark.parametrize(
    "place", ["https://elsewhere.example/x.pdf", "http://10.0.0.1/", "file:///etc/passwd", "http://127.0.0.1:1/"]
)
async def test_a_redirect_elsewhere_is_not_followed(tmp_path: Path, place: str) -> None:
    async with loopback(says(reply(b"", "302 Found", f"Location: {place}"))) as address:
        with pytest.raises(SourceError, match=r"another place|does not follow|cannot be asked"):
            await bring(tmp_path, address)
    assert left(tmp_path) == []


async def test_a_redirect_within_the_site_is_followed(tmp_path: Path) -> None:
    with pdf_server(statuses=[302], headers={}) as server:
        plain: Callable[..., None] = server._send

        def send(handler: object, status: int, body: bytes, headers: dict[str, str]) -> None:
            plain(handler, status, body, {**headers, **({"Location": "/pdf/2604.26951v2"} if status == 302 else {})})

        server._send = send  # type: ignore[method-assign] # this one server answers so
        assert await bring(tmp_path, server.address)
    assert [path for path, _ in server.asked] == ["/pdf/2604.26951", "/pdf/2604.26951v2"]


@pytest.mark.parametrize(
    "address",
    [
        "http://10.1.2.3/a.pdf", "http://localhost/a.pdf", "http://169.254.169.254/x", "http://[::1]/a", "http://0x7f.1/",
        "http://2130706433/", "file:///etc/passwd", "javascript:x", "https://user:pw@a.example/", "http://router.local/",
    ],
)  # fmt: skip
async def test_private_addresses_from_feeds_are_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(SourceError, match="not on the public web"):
        await bring(tmp_path, "https://arxiv.org", address=address, id_="doi:10.1145/7")
    assert left(tmp_path) == []


async def test_paper_without_arxiv_id_uses_its_pdf_address(tmp_path: Path) -> None:
    with pdf_server() as server:
        assert await bring(tmp_path, server.address, address=f"{server.address}/a%20b.pdf", id_="doi:10.1145/7")
        assert server.asked[0][0] == "/a%20b.pdf"
    with pytest.raises(PaperNotFoundError, match=r"No address is known for the PDF of doi:10\.1145/7"):
        await bring(tmp_path, "https://arxiv.org", id_="doi:10.1145/7")


async def test_pdf_requests_are_rate_limited(tmp_path: Path) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    with pdf_server(body=a_pdf(1000)) as server:
        async with HttpClient(limits=QUICK) as client:
            limiter = RateLimiter("arXiv", tmp_path / "pace", 3.05, sleep=sleep)
            pdfs = ArxivPdfs(Download(client, limits=QUICK), site=server.address, limiter=limiter)
            for name in ("a.pdf", "b.pdf"):
                with PdfFolder(tmp_path).part(name) as part:
                    await pdfs.pdf(ID, None, part, lambda *_: None)
                    assert part.finish()
    assert len(waits) == 1
    assert 2.5 < waits[0] <= 3.05


async def test_cancelled_download_keeps_its_part(tmp_path: Path) -> None:
    head = reply(b"", "200 OK", "Content-Length: 999999", 'ETag: "a"', length=False)
    much = asyncio.Event()

    def progress(done: int, of: int) -> None:
        assert of == 999_999
        if done >= 150_000:
            much.set()

    async with loopback(says(head + a_pdf(200_000), then=20)) as address:
        asking = asyncio.create_task(bring(tmp_path, address, limits=TransferLimits(), progress=progress))
        await much.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    there = (tmp_path / f"{NAME}.part").stat().st_size
    assert there >= 150_000
    with PdfFolder(tmp_path).part(NAME) as part:
        assert (part.size, part.validator) == (there, '"a"')


async def test_full_disk_is_reported_and_the_part_is_kept(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with pdf_server() as server:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        try:
            with pytest.raises(
                StoreError, match=r"2604\.26951\.pdf cannot be written to .*: File too large\. Free some space"
            ):
                await bring(tmp_path, server.address)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert await bring(tmp_path, server.address)
        assert (tmp_path / NAME).read_bytes() == server.body
    assert server.asked[-1][1]["range"].startswith("bytes=")
