"""Where a module may be imported late."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_late_imports_are_marked() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        text = re.sub(r"^if TYPE_CHECKING:\n(?:(?: .*)?\n)+", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for line in re.findall(r"^[ \t]+(?:from [\w.]+ import|import [\w.]+).*$", text, re.MULTILINE):
            assert "# noqa: PLC0415" in line, f"{path}: {line}"
