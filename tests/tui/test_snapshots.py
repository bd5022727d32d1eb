"""The pictures in the README are snapshots: each scene must still look as committed.

After an intended change, ``python screenshots/take.py`` updates them.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"


def _take() -> ModuleType:
    spec = importlib.util.spec_from_file_location("take", FOLDER / "take.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["take"] = module
    spec.loader.exec_module(module)
    return module


TAKE = _take()


@pytest.mark.parametrize("scene", TAKE.SCENES, ids=lambda scene: scene.name)
async def test_scene(scene: object) -> None:
    kept = (FOLDER / f"{scene.name}.svg").read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert await TAKE.take(scene, kept) == kept, "changed; if that is intended, run python screenshots/take.py"
