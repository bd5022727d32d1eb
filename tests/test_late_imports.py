"""Every late import says why it is late."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_late_import_gives_its_reason() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        if path.parent.name in {"cli", "wiring"}:
            continue
        text = path.read_text(encoding="utf-8")
        late = re.findall(r"^[ \t]+(?:from [\w.]+ import|import [\w.]+).*$", text, re.MULTILINE)
        typing_only = re.findall(r"^if TYPE_CHECKING:\n((?:[ \t]+.*\n)+)", text, re.MULTILINE)
        unexplained = [
            line for line in late if "noqa: PLC0415 - " not in line and not any(line in block for block in typing_only)
        ]
        assert not unexplained, f"{path}: {unexplained}"
