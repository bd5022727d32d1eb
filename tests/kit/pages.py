"""What README.md and the pages of documentation promise: commands, links and pictures."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
CI = ROOT / ".ci" / "run"
PAGES = (README, CONTRIBUTING, *sorted(DOCS.glob("*.md")))


def shell_lines(page: Path) -> list[str]:
    """The lines of the page's blocks of commands (``sh``)."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def examples(page: Path) -> Iterator[list[str]]:
    """The arguments of each call of papertui among them."""
    for line in shell_lines(page):
        if line.startswith("papertui "):
            words = shlex.split(line, comments=True)
            ends = [place for place, word in enumerate(words) if word in {"|", ">"}]
            yield words[1 : min(ends, default=len(words))]


def broken_links(page: Path) -> list[str]:
    """The links to files and headings of the repository that lead nowhere."""
    found = re.findall(r"\]\(([^)\s]+)\)", _without_code(page.read_text(encoding="utf-8")))
    return [link for link in found if not re.match(r"[a-z]+:", link) and not _leads_somewhere(page, link)]


def anchors(page: Path) -> set[str]:
    """What headings of the page can be linked by."""
    names = set()
    for title in re.findall(r"^#+ (.+)$", _without_code(page.read_text(encoding="utf-8")), re.MULTILINE):
        given = re.search(r"\{#(\S+)\}$", title)
        names.add(given[1] if given else re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-"))
    return names


def _leads_somewhere(page: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (page.parent / name) if name else page
    return target.exists() and (not anchor or anchor in anchors(target))


def _without_code(text: str) -> str:
    return re.sub(r"^```.*?^```|`[^`\n]+`", "code", text, flags=re.DOTALL | re.MULTILINE)
