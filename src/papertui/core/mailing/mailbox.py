"""A mail address with a name."""

from __future__ import annotations

from typing import NamedTuple


class Mailbox(NamedTuple):
    """A sender or recipient of mail."""

    address: str  # As its owner writes it, including letters outside ASCII
    name: str = ""  # Empty if there is none

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]
