from pathlib import Path

import pytest

from papertui.errors import SettingsError
from papertui.settings import DigestSettings, Settings
from papertui.settings.edit import SettingsFile
from papertui.settings.toml_file import as_toml, load, parse

FULL = """
[feeds.nlp]
arxiv = "cs.CL"

[digest]
period = "week"
top = 20
feeds = ["trending", "nlp", "author:Ada Lovelace", "library"]
pin = ["nlp"]
send_empty = false
templates = "~/my templates"
"""


def test_a_missing_table_means_the_defaults() -> None:
    assert parse("").digest == parse("[digest]").digest == DigestSettings()


def test_every_setting_is_read_and_written() -> None:
    settings = parse(FULL)
    assert settings.digest == DigestSettings(
        "week", 20, ("trending", "nlp", "author:Ada Lovelace", "library"), ("nlp",), False, "~/my templates"
    )
    assert parse(as_toml(settings)) == settings
    assert parse(as_toml(Settings())) == Settings()


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("[digest]\nperiod = 'month'", 2, '“period” must be "day" or "week"'),
        ("[digest]\n\ntop = 0", 3, "“top” must be an integer from 1 to 100"),
        ("[digest]\ntop = true", 2, "“top” must be an integer"),
        ("[digest]\ntop = 2.5", 2, "“top” must be an integer"),
        ("[digest]\nfeeds = 'trending'", 2, "“feeds” must be a list of feeds"),
        ("[digest]\nfeeds = [[]]", 2, "“feeds” must be a list of feeds"),
        ("[digest]\npin = ['trending', 'trending']", 2, "“pin” must be a list of feeds, each once"),
        ("[digest]\nfeeds = ['nlp']", 2, "There is no feed called “nlp”"),
        ("[digest]\nfeeds = ['archive']", 2, "cannot be a section of a digest"),
        ("[digest]\nsend_empty = 1", 2, "“send_empty” must be true or false"),
        ("[digest]\ntemplates = 3", 2, "“templates” must be the path of a folder"),
        ("[digest]\nsections = []", 2, "unknown setting “sections” in [digest]. Allowed: period, top, feeds, pin"),
        ("digest = 3", 1, "“digest” must be a table"),
    ],
)
def test_invalid_digest_settings_report_their_line(text: str, line: int, sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        parse(text)
    assert str(error.value).startswith(f"settings.toml, line {line}: ")
    assert sentence in str(error.value)


def test_unfollowing_a_feed_removes_it_from_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(FULL, encoding="utf-8")
    SettingsFile(path).unfollow("nlp")
    digest = load(path).digest
    assert (digest.feeds, digest.pin) == (("trending", "author:Ada Lovelace", "library"), ())


def test_saving_the_digest_changes_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    text = '# mine\n[digest] # papers\nsend_empty = false\ntop = 4 # few\n\n[app]\ntheme = "ink"\n'
    file.write_text(text, encoding="utf-8")
    kept = SettingsFile(file).digest(DigestSettings(top=4, send_empty=False))
    assert file.read_text(encoding="utf-8") == text  # equal values are not written
    assert kept.digest == DigestSettings(top=4, send_empty=False)
    changed = DigestSettings("week", 7, ("trending", "rising"), send_empty=False)
    assert SettingsFile(file).digest(changed).digest == changed
    new = file.read_text(encoding="utf-8")
    assert new.startswith("# mine\n[digest] # papers\nsend_empty = false\ntop = 7 # few\n")
    assert new.endswith('[app]\ntheme = "ink"\n')


def test_an_invalid_digest_leaves_the_file_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[digest]\ntop = 4\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="nothing-of-the-kind"):
        SettingsFile(file).digest(DigestSettings(feeds=("nothing-of-the-kind",)))
    assert file.read_text(encoding="utf-8") == "[digest]\ntop = 4\n"
