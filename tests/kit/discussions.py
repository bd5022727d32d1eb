"""Responses about the discussion of a paper and what cites it, in the shape of Hugging Face."""

from typing import Any


def comment(id_: str, written: str = "Nice.", *, hour: int = 9, user: str = "ada", **facts: Any) -> dict[str, Any]:
    """Return a comment; `facts` replace its own."""
    return {
        "id": id_,
        "author": {"_id": "1", "name": user, "fullname": user.title() + " Reader", "type": "user", "isPro": False},
        "createdAt": f"2026-04-30T{hour:02}:00:00.000Z",
        "type": "comment",
        "data": {"edited": False, "hidden": False, "numEdits": 0, "latest": {"raw": written, "html": "<p>no</p>"}},
        **facts,
    }


def reply(id_: str, to: str, written: str = "Thanks.", *, hour: int = 10) -> dict[str, Any]:
    """Return a comment that names the one it replies to."""
    found = comment(id_, written, hour=hour, user="bo")
    found["data"]["parentCommentId"] = to
    return found


def repo(id_: str, likes: int = 1, downloads: int | None = 10) -> dict[str, Any]:
    """Return a model, dataset or Space."""
    facts = {"id": id_, "likes": likes, "private": False, "lastModified": "2026-04-01T00:00:00.000Z", "tags": []}
    return facts if downloads is None else {**facts, "downloads": downloads}


def detail(**facts: Any) -> dict[str, Any]:
    """Return the response for paper 2604.00001, with two models, a Space and a comment with a reply."""
    return {
        "id": "2604.00001",
        "title": "Sparse Attention",
        "submittedOnDailyBy": {"_id": "2", "user": "lichen", "fullname": "Li Chen", "type": "user"},
        "linkedModels": [repo("lab/small", 3, 17), repo("lab/large", 1, 4000)],
        "numTotalModels": 2,
        "linkedDatasets": [],
        "numTotalDatasets": 0,
        "linkedSpaces": [repo("lab/demo", 9, None)],
        "numTotalSpaces": 1,
        "comments": [comment("c1", "See **the** [code](https://github.com/a/b)."), reply("c2", "c1")],
        **facts,
    }
