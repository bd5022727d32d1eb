import pytest

from papertui.sources.pages import has_next, next_address

ASKED = "https://hub.example/base/api/daily_papers"


@pytest.mark.parametrize(
    ("link", "found"),
    [
        (f'<{ASKED}?p=1>; rel="next"', f"{ASKED}?p=1"),
        (f"<{ASKED}?p=1>;rel=next", f"{ASKED}?p=1"),
        (f'<{ASKED}?p=0>; rel="prev", <{ASKED}?p=2>; title="x"; rel="next"', f"{ASKED}?p=2"),
        (f'<{ASKED}?p=1>; rel="last next"', f"{ASKED}?p=1"),
        ("<https://hub.example:443/base/api/daily_papers?p=1>; rel=next", "https://hub.example:443/base/api/daily_papers?p=1"),
        ("<?p=1>; rel=next", f"{ASKED}?p=1"),
        ("</base/api/daily_papers?p=1>; rel=next", f"{ASKED}?p=1"),
    ],
)  # fmt: skip
def test_next_page_of_the_same_origin_and_path(link: str, found: str) -> None:
    assert next_address({"link": link}, ASKED) == found
    assert has_next({"link": link})


@pytest.mark.parametrize(
    "link",
    [
        "<https://evil.example/base/api/daily_papers?p=1>; rel=next",
        "<http://hub.example/base/api/daily_papers?p=1>; rel=next",
        "<https://hub.example:8443/base/api/daily_papers?p=1>; rel=next",
        "<https://me@hub.example/base/api/daily_papers?p=1>; rel=next",
        "<https://hub.example/api/daily_papers?p=1>; rel=next",
        "<//evil.example/base/api/daily_papers>; rel=next",
        "<https://[::1/base>; rel=next",
        "<https://hub.example:port/base/api/daily_papers>; rel=next",
    ],
)
def test_next_page_elsewhere_is_ignored(link: str) -> None:
    assert next_address({"link": link}, ASKED) is None
    assert has_next({"link": link})


@pytest.mark.parametrize("link", ["", f'<{ASKED}?p=1>; rel="prev"', f'<{ASKED}?p=1>; rel="nextish"', "nonsense"])
def test_no_next_page(link: str) -> None:
    assert next_address({"link": link}, ASKED) is None
    assert not has_next({"link": link})
    assert not has_next({})
