"""Figures and thumbnails: fetched once, kept on the disk within a limit, and only from where they belong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.papers import plain
from kit.pngs import a_bomb, a_png
from kit.stand_in_source import StandInSource
from papertui.archive.archive import Archive
from papertui.archive.picture_folder import PictureFolder
from papertui.errors import PictureError, SourceError
from papertui.services.figures import FigureService
from papertui.sources.figures import ARXIV, figure_address

NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)


@pytest.fixture
def source() -> StandInSource:
    return StandInSource(figures={"v1/x1.png": a_png(30, 20), "v1/page.png": b"<html>", "v1/bomb.png": a_bomb()})


@pytest.fixture
def service(tmp_path: Path, source: StandInSource) -> FigureService:
    archive = Archive(tmp_path / "archive.db")
    archive.keep_text("2604.00001", "arxiv", NOW, b"")
    return FigureService(
        archive, source.open, PictureFolder(tmp_path / "figures", 10_000), PictureFolder(tmp_path / "t")
    )


async def test_a_figure_is_fetched_once(service: FigureService, source: StandInSource) -> None:
    first = await service.figure("2604.00001", "v1/x1.png")
    assert await service.figure("2604.00001", "v1/x1.png", offline=True) == first == a_png(30, 20)
    assert source.asked == ["figure 2604.00001 v1/x1.png arxiv"]


async def test_offline_nothing_is_fetched(service: FigureService, source: StandInSource) -> None:
    with pytest.raises(SourceError, match="not stored, and papertui is offline"):
        await service.figure("2604.00001", "v1/x1.png", offline=True)
    assert source.asked == []


@pytest.mark.parametrize("src", ["v1/page.png", "v1/bomb.png"])
async def test_what_is_no_picture_or_too_large_is_not_kept(service: FigureService, tmp_path: Path, src: str) -> None:
    with pytest.raises(PictureError):
        await service.figure("2604.00001", src)
    assert not (tmp_path / "figures").exists()


async def test_a_thumbnail_is_kept_for_its_paper(service: FigureService, source: StandInSource, tmp_path: Path) -> None:
    paper = plain(1)._replace(thumbnail="https://a.example/1.png")
    source.thumbnail = a_png(12, 6)
    assert await service.thumbnail(paper._replace(thumbnail=None)) is None
    assert await service.thumbnail(paper, offline=True) is None
    assert await service.thumbnail(paper) == a_png(12, 6)
    assert await service.thumbnail(paper, offline=True) == a_png(12, 6)
    assert [path.name for path in (tmp_path / "t").iterdir()] == [f"{paper.id}.png"]


def test_the_folder_removes_what_was_not_shown_for_longest(tmp_path: Path) -> None:
    folder = PictureFolder(tmp_path, 5_000)
    for name in ("a", "b", "c"):
        folder.keep(name, a_png(4, 4, noise=1_500))
    assert folder.read("a") is not None  # shown again
    folder.keep("d", a_png(4, 4, noise=1_500))
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("src", "address"),
    [
        ("2604.00001v1/x1.png", "https://arxiv.org/html/2604.00001v1/x1.png"),
        ("https://arxiv.org/html/2604.00001v1/x1.png", "https://arxiv.org/html/2604.00001v1/x1.png"),
        ("/html/2604.00001v1/a b.png?x=1", "https://arxiv.org/html/2604.00001v1/a%20b.png"),
        ("https://elsewhere.example/html/x.png", None),
        ("//elsewhere.example/html/x.png", None),
        ("../../etc/x.png", None),
        ("http://arxiv.org/html/x.png", None),
        ("file:///html/x.png", None),
        ("https://arxiv.org.evil.example/html/x.png", None),
    ],
)
def test_only_figures_of_the_page_have_an_address(src: str, address: str | None) -> None:
    if address is None:
        with pytest.raises(SourceError, match="does not belong"):
            figure_address(ARXIV, "2604.00001", src, ARXIV)
    else:
        assert figure_address(ARXIV, "2604.00001", src, ARXIV) == address


def test_figures_of_arxiv_come_from_its_mirror() -> None:
    mirror = "http://127.0.0.1:80/arxiv"
    for src in ("1v1/x.png", "https://arxiv.org/html/1v1/x.png"):
        assert figure_address(mirror, "1", src, ARXIV) == f"{mirror}/html/1v1/x.png"
