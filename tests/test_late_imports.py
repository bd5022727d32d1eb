"""An import inside a function says why it is there."""

import re
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"
_LATE = re.compile(r"^[ \t]+(?:from [\w.]+ import|import [\w.]+).*$", re.MULTILINE)
_REASON = re.compile(r"# noqa: PLC0415 - \w{2,}")


@pytest.mark.parametrize(
    "path",
    sorted(set(SRC.rglob("*.py"))),
    ids=lambda path: str(path.relative_to(SRC)),
)
def test_late_imports_have_a_reason(path: Path) -> None:
    text = re.sub(r"^if TYPE_CHECKING:\n(?:[ \t]+.*\n|\n)+", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    # What some platforms lack is imported at the top, in a `try`.
    text = re.sub(r"^try:\n(?:[ \t]+import .*\n)+(?=except ImportError)", "", text, flags=re.MULTILINE)
    text = re.sub(r'""".*?"""', "", text, flags=re.DOTALL)
    late = _LATE.findall(text)
    assert [line for line in late if not _REASON.search(line)] == []
