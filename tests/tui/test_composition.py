"""The screens are composed: shallow classes, and controllers that keep to Textual's own interface of a screen."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

import papertui.tui


def classes() -> Iterator[type]:
    """Yield every class of the package."""
    for module in pkgutil.walk_packages(papertui.tui.__path__, "papertui.tui."):
        for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if one.__module__ == module.name:
                yield one


@pytest.mark.parametrize("one", classes(), ids=lambda one: one.__name__)
def test_no_class_inherits_more_than_one_level_deep(one: type) -> None:
    own = [base for base in one.__mro__[1:] if base.__module__.startswith("papertui.")]
    assert len(own) <= 1, own


def test_class_names_are_used_once() -> None:
    names = [one.__name__ for one in classes()]
    assert len(names) == len(set(names)), sorted(names)
