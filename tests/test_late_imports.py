"""Where a module may be imported late."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_late_imports_are_where_they_may_be() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        late = re.findall(r"^[ \t]+(?:from|import) .+$", path.read_text(encoding="utf-8"), re.MULTILINE)
        late = [line for line in late if re.match(r"\s+(from [\w.]+ import|import [\w.]+)", line)]
        allowed = path.name == "wiring.py" or path.parent.name in {"cli", "wiring"}
        assert allowed or not late, f"{path}: {late}"
