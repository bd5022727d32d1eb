from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kit.fictional_service import NOW, serve_fictional_papers
from papertui import app
from papertui.digest.mailer import templates_folder
from papertui.errors import PaperNotFoundError, SettingsError
from papertui.model.feed import FeedName
from papertui.model.paper import Paper
from papertui.model.period import day_of
from papertui.settings import DigestSettings, Settings


def test_creating_a_desk_writes_nothing(tmp_path: Path) -> None:
    app.build({"PAPERTUI_HOME": str(tmp_path / "home")}, Settings())
    assert list(tmp_path.iterdir()) == []


def test_the_parts_work_together(tmp_path: Path) -> None:
    with ExitStack() as closing:
        services = app.build({"PAPERTUI_HOME": str(tmp_path)}, Settings(), closing)
        services.library.keep([Paper("2604.00001", "Sparse Attention")])
        assert services.library.ids() == {"2604.00001"}
        assert [hit.paper.id for hit in services.search.open().best("sparse atention")] == ["2604.00001"]
        assert len(services.feeds.starter(FeedName("trending")).papers) > 50


@pytest.mark.slow
async def test_the_configured_service_is_used(tmp_path: Path) -> None:
    with serve_fictional_papers() as service, ExitStack() as closing:
        services = app.build(
            {"PAPERTUI_HOME": str(tmp_path), "HF_ENDPOINT": service.address + "/"}, Settings(), closing
        )
        feed = await services.feeds.refresh(FeedName("trending"))
        assert len(feed.papers) == 4
        with pytest.raises(PaperNotFoundError):
            await services.papers.find("2604.99999")


async def test_a_digest_is_composed_from_the_service(tmp_path: Path) -> None:
    with serve_fictional_papers() as service, ExitStack() as closing:
        environ = {"PAPERTUI_HOME": str(tmp_path), "PAPERTUI_NOW": NOW, **service.variables}
        services = app.build(environ, Settings(digest=DigestSettings(top=1)), closing)
        digest = await services.composer.compose(day_of(date(2026, 4, 30)))
        assert digest.ids == ("2604.00001",)
        assert digest.sections[0].more == 1
        again = await services.composer.compose(day_of(date(2026, 4, 30)), mailed=digest.mailed, top=5, offline=True)
        assert again.ids == ("2604.00002",)
        assert services.composer.settings.top == 1


def test_papertui_now_sets_the_clock() -> None:
    noon = datetime(2026, 4, 30, 12, tzinfo=UTC)
    for text in ("2026-04-30T12:00:00Z", "2026-04-30T14:00+02:00", " 2026-04-30T12:00 "):
        assert app.clock({"PAPERTUI_NOW": text})() == noon
    assert app.clock({"PAPERTUI_NOW": "2026-04-30"})() == datetime(2026, 4, 30, tzinfo=UTC)
    assert abs(app.clock({})() - datetime.now(UTC)).total_seconds() < 5
    with pytest.raises(SettingsError, match="PAPERTUI_NOW is not a valid ISO 8601 timestamp"):
        app.clock({"PAPERTUI_NOW": "noon"})


def test_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert app.find_paths({"PAPERTUI_HOME": "~/papers"}).archive == tmp_path / "papers" / "archive.db"
    assert app.find_paths({"PAPERTUI_HOME": ""}) == app.find_paths({})


def test_relative_templates_are_beside_the_settings(tmp_path: Path) -> None:
    where = app.find_paths({"PAPERTUI_HOME": str(tmp_path)})

    def folder(text: str) -> Path | None:
        return templates_folder(DigestSettings(templates=text), where.settings)

    assert (folder(""), folder(" ")) == (None, None)
    assert folder("mine") == tmp_path / "mine"
    assert folder("/elsewhere/mine") == Path("/elsewhere/mine")
    assert folder("~/mine") == Path("~/mine")


def test_settings_without_a_file_are_the_defaults(tmp_path: Path) -> None:
    places = app.find_paths({"PAPERTUI_HOME": str(tmp_path)})
    assert app.load_settings(places) == Settings()
    (tmp_path / "settings.toml").write_text("[app]\ncompact = true\n", encoding="utf-8")
    assert app.load_settings(places) == Settings(compact=True)
    (tmp_path / "settings.toml").unlink()
    (tmp_path / "settings.toml").symlink_to(tmp_path / "gone")
    with pytest.raises(SettingsError, match="cannot be read"):
        app.load_settings(places)
