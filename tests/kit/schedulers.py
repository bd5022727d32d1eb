"""Stand-ins for the schedulers of a machine (``systemctl``, ``launchctl``, ``crontab``) that log their calls."""

import os
from pathlib import Path

#: Logs its arguments; a timer is active once it is enabled. Without a bus it fails as the real one does.
SYSTEMCTL = """#!/bin/sh
echo "systemctl $*" >> "$FAKE/calls"
[ -e "$FAKE/no-bus" ] && { echo "Failed to connect to bus: No medium found" >&2; exit 1; }
case "$*" in
  *"enable papertui-digest.timer") touch "$FAKE/active" ;;
  *"disable --now papertui-digest.timer") rm -f "$FAKE/active" ;;
  *is-active*) [ -e "$FAKE/active" ] || exit 3 ;;
esac
"""
LAUNCHCTL = """#!/bin/sh
echo "launchctl $*" >> "$FAKE/calls"
case "$1" in
  bootstrap)
    [ -e "$FAKE/active" ] && { echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }
    touch "$FAKE/active" ;;
  bootout) rm "$FAKE/active" || exit 3 ;;
  print) [ -e "$FAKE/active" ] || exit 113 ;;
esac
"""
CRONTAB = """#!/bin/sh
echo "crontab $*" >> "$FAKE/calls"
case "$1" in
  -l) [ -e "$FAKE/crontab" ] || { echo "no crontab for ada" >&2; exit 1; }; cat "$FAKE/crontab" ;;
  -r) rm "$FAKE/crontab" ;;
  -) cat > "$FAKE/crontab" ;;
esac
"""
PROGRAMS = {"systemctl": SYSTEMCTL, "launchctl": LAUNCHCTL, "crontab": CRONTAB}


class Machine:
    """A machine with some of these programs.

    Args:
        folder: the folder of the programs and their logs.
        has: the names of the programs.
    """

    def __init__(self, folder: Path, *has: str) -> None:
        self.folder = folder
        programs = folder / "bin"
        programs.mkdir(parents=True)
        for name in has:
            (programs / name).write_text(PROGRAMS[name], encoding="utf-8")
            (programs / name).chmod(0o755)
        for name in ("cat", "rm", "touch"):
            (programs / name).symlink_to(f"/bin/{name}")
        self.home = folder / "home"
        self.home.mkdir()

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of this machine."""
        return {"PATH": str(self.folder / "bin"), "FAKE": str(self.folder), "HOME": str(self.home)}

    @property
    def calls(self) -> list[str]:
        """The logged calls."""
        file = self.folder / "calls"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    @property
    def crontab(self) -> str | None:
        """The crontab; ``None`` if there is none."""
        file = self.folder / "crontab"
        return file.read_text(encoding="utf-8") if file.exists() else None

    def set_crontab(self, text: str) -> None:
        """Start with an existing crontab."""
        (self.folder / "crontab").write_text(text, encoding="utf-8")

    def files(self) -> list[str]:
        """The files in the home folder."""
        return sorted(os.path.relpath(path, self.home) for path in self.home.rglob("*") if path.is_file())
