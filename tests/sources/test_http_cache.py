"""The cache of responses with validators."""

import os
from pathlib import Path

import httpx
import pytest

from kit.web import Web
from papertui.errors import SourceError
from papertui.sources.http import HttpClient, RequestOptions
from papertui.sources.http_cache import HttpCache

URL = "https://a.example/x?p=1"
_KEEPS = RequestOptions("S", cached=True)


def _answer(request: httpx.Request) -> httpx.Response:
    if request.headers.get("if-none-match") == '"1"' or "if-modified-since" in request.headers:
        return httpx.Response(304, headers={"ETag": '"1"'})
    return httpx.Response(200, content=b"body", headers={"ETag": '"1"', "Link": '<x>; rel="next"'})


def _client(web: Web, folder: Path) -> HttpClient:
    return HttpClient(transport=httpx.MockTransport(web._answer), cache=HttpCache(folder))


async def test_unchanged_response_comes_from_the_cache(tmp_path: Path) -> None:
    web = Web(_answer)
    async with _client(web, tmp_path / "answers") as client:
        await client.get(URL, _KEEPS)
    async with _client(web, tmp_path / "answers") as client:  # a second command is another client
        answer = await client.get(URL, _KEEPS)
    assert (answer.status, answer.body, answer.unchanged) == (200, b"body", True)
    assert answer.headers["link"] == '<x>; rel="next"'
    assert [request.headers.get("if-none-match") for request in web.requests] == [None, '"1"']
    assert (tmp_path / "answers").stat().st_mode & 0o777 == 0o700


async def test_last_modified_is_a_validator(tmp_path: Path) -> None:
    day = "Thu, 30 Apr 2026 10:00:00 GMT"
    web = Web(httpx.Response(200, content=b"body", headers={"Last-Modified": day}), httpx.Response(304))
    async with _client(web, tmp_path) as client:
        assert not (await client.get(URL, _KEEPS)).unchanged
        assert (await client.get(URL, _KEEPS)).body == b"body"
    assert web.requests[1].headers["if-modified-since"] == day


def _damage(folder: Path, damage: str) -> None:
    (path,) = folder.iterdir()
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"cut": content[:-2], "flipped": content[:-1] + b"!", "emptied": b""}[damage])


@pytest.mark.parametrize("damage", ["cut", "flipped", "gone", "emptied"])
async def test_damaged_cache_file_is_ignored(tmp_path: Path, damage: str) -> None:
    web = Web(_answer)
    async with _client(web, tmp_path) as client:
        await client.get(URL, _KEEPS)
        _damage(tmp_path, damage)
        answer = await client.get(URL, _KEEPS)
    assert (answer.body, answer.unchanged) == (b"body", False)


async def test_304_to_an_unconditional_request_is_an_error(tmp_path: Path) -> None:
    async with _client(Web(httpx.Response(304)), tmp_path) as client:
        with pytest.raises(SourceError, match="unconditional request"):
            await client.get(URL, _KEEPS)


async def test_response_without_a_validator_is_not_cached(tmp_path: Path) -> None:
    web = Web(_answer, httpx.Response(200, content=b"new"))
    async with _client(web, tmp_path) as client:
        await client.get(URL, _KEEPS)
        assert (await client.get(URL, _KEEPS)).body == b"new"
    assert not os.listdir(tmp_path)  # noqa: PTH208 - as above


def test_cache_drops_old_and_refuses_large_responses(tmp_path: Path) -> None:
    answers = HttpCache(tmp_path)
    answers.keep(URL, {"etag": "x"}, b"x" * (4 * 2**20 + 1))
    assert list(tmp_path.iterdir()) == []
    for number in range(205):
        answers.keep(f"{URL}{number}", {"etag": "x"}, b"x")
        os.utime(answers._path(f"{URL}{number}"), (number, number))
    answers.keep(URL, {"etag": "x"}, b"x")
    assert len(list(tmp_path.iterdir())) == 200
    assert answers.recall(f"{URL}3") is None
    assert answers.recall(f"{URL}204") is not None


def test_read_only_cache_folder_is_not_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answers = HttpCache(tmp_path / "file" / "below")
    answers.keep(URL, {"etag": "x"}, b"x")
    assert answers.recall(URL) is None
