"""Print how many fields of bibliographies in the style of other programs come out of an import and an export.

    python benchmarks/round_trips.py [FILE.bib ...] [--losses]

Without files, those in `tests/citations/dialects`. What comes out is read by pybtex, rispy and Python's own ``json``
and ``csv``; see `tests/kit/round_trips.py`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from kit.round_trips import DIALECTS, Tally, added_together, round_trip, tally
from papertui.citations.formats import FORMATS, Format


def main() -> None:
    """Print the table."""
    names = [name for name in sys.argv[1:] if not name.startswith("-")]
    files = [Path(name) for name in names] or DIALECTS
    tallies: dict[Path, dict[Format, Tally]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, file in enumerate(files):
            tallies[file] = tally(file, round_trip(file, Path(folder) / str(number)))
    print(f"{'fields kept, of all':<22}" + "".join(f"{form:>12}" for form in FORMATS))
    for file, forms in tallies.items():
        print(f"{file.name:<22}" + "".join(f"{one.kept:>6}/{one.all:<5}" for one in forms.values()))
    together = {form: added_together([forms[form] for forms in tallies.values()]) for form in FORMATS}
    print(f"{'all':<22}" + "".join(f"{one.kept:>6}/{one.all:<5}" for one in together.values()))
    if "--losses" in sys.argv:
        for form, one in together.items():
            for loss in one.losses:
                print(f"{form}: {loss.file} {loss.key} {loss.field} = {loss.value}")


if __name__ == "__main__":
    main()
