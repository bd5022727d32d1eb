"""Archives of earlier versions of papertui."""

from papertui.archive.database import STEPS
from papertui.sqlite import Step


def steps_before(table: str) -> tuple[Step, ...]:
    """Return the steps that an archive had before the one that makes `table`."""
    number = next(number for number, step in enumerate(STEPS) if any(f"CREATE TABLE {table} " in one for one in step))
    return STEPS[:number]
