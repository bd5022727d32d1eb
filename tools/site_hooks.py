"""What the site shows from outside docs/: the pictures, CONTRIBUTING.md and CHANGELOG.md.

In the repository, pages link to ``../screenshots/feed.png`` and ``../CONTRIBUTING.md``, which GitHub follows; in the
site these files are beside the pages.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
REPOSITORY = "https://github.com/papertui/papertui/blob/main/"
_PAGES = ("CONTRIBUTING.md", "CHANGELOG.md")
_LINK = re.compile(r"(?<=\]\()([^)\s]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds them."""
    for picture in sorted((ROOT / "screenshots").glob("*.png")):
        files.append(File.generated(config, f"screenshots/{picture.name}", abs_src_path=str(picture)))
    for name in _PAGES:
        content = _LINK.sub(_from_root, (ROOT / name).read_text(encoding="utf-8"))
        files.append(File.generated(config, name.lower(), content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Points links that leave docs/ to where the files are in the site."""
    del page, config, files
    markdown = markdown.replace("](../screenshots/", "](screenshots/")
    for name in _PAGES:
        markdown = markdown.replace(f"](../{name}", f"]({name.lower()}")
    return markdown


def _from_root(link: re.Match[str]) -> str:
    """A link of a page at the root of the repository: into docs/, to a picture, or to a file that GitHub shows."""
    target = link[0]
    if re.match(r"[a-z]+:|#", target):
        return target
    if target.startswith("docs/"):
        return target.removeprefix("docs/")
    path = target.partition("#")[0]
    return target if path.startswith("screenshots/") else REPOSITORY + target
