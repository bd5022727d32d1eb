"""Where mail goes to or comes from."""

from __future__ import annotations

from typing import NamedTuple


class Mailbox(NamedTuple):
    """Where a mail goes to or comes from.

    Attributes:
        address: as its owner writes it, letters outside ASCII and all.
        name: of the person, or empty.
    """

    address: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]
