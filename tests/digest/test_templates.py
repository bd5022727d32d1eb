from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from kit.digests import NOW, digest_of
from kit.papers import plain
from papertui.digest.model import Digest, DigestSection
from papertui.digest.render import as_html, as_markdown, as_text
from papertui.digest.view import DigestView, Link, PaperView, SectionView
from papertui.errors import SettingsError
from papertui.model.period import day_of

HARM = "<script> & [x](https://evil.example) *"
DIGEST = digest_of([plain()._replace(title=HARM)])


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a custom template."""

    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_custom_templates_replace_bundled_ones(own: Callable[[str, str], Path]) -> None:
    folder = own(
        "digest.txt", "{% for s in digest.sections %}{{ s.papers | length }} of {{ digest.period }}{% endfor %}"
    )
    assert as_text(DIGEST, folder) == "1 of Thursday 30 April 2026\n"
    assert as_html(DIGEST, folder) == as_html(DIGEST)


def test_values_are_escaped_for_each_format(own: Callable[[str, str], Path]) -> None:
    title = "{{ digest.sections[0].papers[0].title }}"
    own("digest.txt", title)
    own("digest.md", title)
    folder = own("digest.html", title)
    assert as_text(DIGEST, folder) == f"{HARM}\n"
    assert as_html(DIGEST, folder) == "&lt;script&gt; &amp; [x](https://evil.example) *"
    (paragraph,) = MarkdownIt("commonmark").parse(as_markdown(DIGEST, folder))[1:2]
    assert [child.type for child in paragraph.children or ()] == ["text"]
    assert paragraph.children
    assert paragraph.children[0].content == HARM


@pytest.mark.parametrize("form", ["txt", "html", "md"])
def test_one_block_can_be_replaced(own: Callable[[str, str], Path], form: str) -> None:
    write = {"txt": as_text, "html": as_html, "md": as_markdown}[form]
    same = own(
        f"digest.{form}", f'{{% extends "papertui/digest.{form}" %}}{{% block foot %}}{{{{ super() }}}}{{% endblock %}}'
    )
    assert write(DIGEST, same) == write(DIGEST)
    other = own(
        f"digest.{form}", f'{{% extends "papertui/digest.{form}" %}}{{% block foot %}}My own foot.{{% endblock %}}'
    )
    made = write(DIGEST, other)
    assert "My own foot." in made
    assert "Composed by papertui" not in made
    assert "evil.example" in made


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("one\n{% for %}", 2, "Expected"),
        ("one\ntwo\n{{ digest.sectoins }}", 3, "has no attribute 'sectoins'"),
        ("{{ nothing }}", 1, "'nothing' is undefined"),
        ("\n\n{{ 1 / 0 }}", 3, "division by zero"),
        ("\n{{ digest.title + 1 }}", 2, "str"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("\n{{ digest.sections[0].papers[0]._replace(title='x') }}", 2, "unsafe"),
        ("\n{% for n in range(10000000) %}{% endfor %}", 2, "Range too big"),
        ("{{ digest.title | shout }}", 1, "No filter named 'shout'"),
    ],
    ids=range(9),
)
def test_an_error_names_file_and_line(own: Callable[[str, str], Path], text: str, line: int, words: str) -> None:
    folder = own("digest.html", text)
    with pytest.raises(SettingsError) as error:
        as_html(DIGEST, folder)
    said = str(error.value)
    assert said.startswith(f"The template {folder / 'digest.html'}, line {line}: ")
    assert words in said
    assert "\n" not in said
    assert said.endswith(". Correct it, or remove the file.")


def test_a_missing_include_is_an_error(own: Callable[[str, str], Path]) -> None:
    with pytest.raises(SettingsError, match=r"needs “head\.html”, which does not exist"):
        as_html(DIGEST, own("digest.html", '{% include "head.html" %}'))
    with pytest.raises(SettingsError, match=r"needs “\.\./secret”"):
        as_html(DIGEST, own("digest.html", '{% include "../secret" %}'))


def test_a_folder_without_templates_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no folder"):
        as_text(DIGEST, tmp_path / "nowhere")
    with pytest.raises(
        SettingsError, match=r"contains no template; valid names are digest\.txt, digest\.html and digest\.md"
    ):
        as_text(DIGEST, tmp_path)
    with pytest.raises(SettingsError, match="this home folder does not exist"):
        as_text(DIGEST, Path("~nobody-of-this-name/mine"))


def test_a_template_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "digest.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not UTF-8"):
        as_text(DIGEST, tmp_path)


def test_unknown_values_leave_no_gap() -> None:
    bare = plain()._replace(authors=(), upvotes=None, abstract="", url=None, sources=())
    digest = Digest(day_of(NOW.date()), NOW, (DigestSection("x", "X", digest_of([bare]).entries),))
    entry = digest.entries[0]._replace(growth=None, reasons=(), before=None, bookmark=None)
    text = as_text(digest._replace(sections=(DigestSection("x", "X", (entry,)),)))
    assert f"1. {bare.title}\n   https://arxiv.org/abs/{bare.id}\n" in text


@pytest.mark.parametrize("value", [DigestView, SectionView, PaperView, Link])
def test_every_template_value_is_documented(value: Any) -> None:
    documented = (Path(__file__).resolve().parents[2] / "docs" / "digest.md").read_text(encoding="utf-8")
    missing = [name for name in value._fields if f"`{name}`" not in documented and f".{name}`" not in documented]
    assert missing == []
