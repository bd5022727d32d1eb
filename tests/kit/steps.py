"""The work of a call, counted in steps instead of seconds: the same on every machine."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps(call: Callable[..., object], *arguments: object) -> int:
    """Return how many lines of Python the second run of a call executes; the first one fills the caches."""
    call(*arguments)
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()  # that of a debugger or of a measurement of coverage
    sys.settrace(trace)
    try:
        call(*arguments)
    finally:
        sys.settrace(before)
    return count
