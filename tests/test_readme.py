"""README, key help, command help, changelog and pictures match the program.

``python tests/test_readme.py`` updates the tables of keys, commands and search syntax in the README.
"""

import argparse
import re
import sys
from pathlib import Path

from papertui import __version__
from papertui.cli.parser import make_parser
from papertui.core.search.language import KEYS, help_lines
from papertui.tui.keymap import ACTIONS, setting_name, shown_keys

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"


def keys_table() -> str:
    """Return the table of actions by group, as Markdown."""
    lines = ["| keys | do | in the settings |", "|---|---|---|"]
    group = ""
    for action in ACTIONS:
        if action.group != group:
            group = action.group
            lines.append(f"| **{group}** | | |")
        keys = " ".join(f"`{key}`" for key in shown_keys(action.keys).split())
        lines.append(f"| {keys} | {action.title} | `{setting_name(action)}` |")
    return "\n".join(lines)


def _commands(parser: argparse.ArgumentParser) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
        for name, sub in action.choices.items():
            inner = _commands(sub)
            # A command that works without a subcommand is listed as well.
            found += [(name, helps[name])] if _works_alone(sub) else []
            found += [(f"{name} {rest}", text) for rest, text in inner]
    return found


def _works_alone(parser: argparse.ArgumentParser) -> bool:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return not any(action.required for action in below)


def commands_table() -> str:
    """Return the table of commands with their help, as Markdown."""
    lines = ["| command | does |", "|---|---|", "| `papertui` | open the app |"]
    lines += [f"| `papertui {name}` | {text} |" for name, text in _commands(make_parser())]
    return "\n".join(lines)


def search_table() -> str:
    """Return the table of the search syntax, as Markdown."""
    lines = ["| in the search line | finds papers |", "|---|---|"]
    lines += [f"| `{example}` | {about} |" for example, about in help_lines()]
    return "\n".join(lines)


def _with_tables(text: str) -> str:
    for name, table in (("keys", keys_table()), ("commands", commands_table()), ("search", search_table())):
        before, rest = text.split(f"<!-- {name}:", 1)
        head, rest = rest.split("-->\n", 1)
        _, after = rest.split(f"<!-- /{name} -->", 1)
        text = f"{before}<!-- {name}:{head}-->\n{table}\n<!-- /{name} -->{after}"
    return text


def _readme() -> str:
    return README.read_text(encoding="utf-8")


def test_the_tables_match_the_program() -> None:
    assert _with_tables(_readme()) == _readme(), "run python tests/test_readme.py"


def test_every_linked_picture_and_page_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", _readme()):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target


def test_scenes_and_pictures_match() -> None:
    script = (ROOT / "screenshots" / "take.py").read_text(encoding="utf-8")
    scenes = set(re.findall(r'Scene\("(\w+)"', script))
    mails = {f"digest-{width}-{scheme}" for width in (360, 800) for scheme in ("light", "dark")}  # taken by `mail.py`
    for kind, others in (("svg", set()), ("png", mails)):
        assert {path.stem for path in (ROOT / "screenshots").glob(f"*.{kind}")} == scenes | others


def test_ci_runs_the_readmes_test_command() -> None:
    lines = re.findall(r"^python3 -m venv .+$", _readme(), re.MULTILINE)
    assert len(lines) == 2
    assert lines[0].endswith(".venv/bin/papertui")
    assert lines[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_help_of_the_search_names_every_key() -> None:
    text = next(
        action.choices["search"].format_help()
        for action in make_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    for key in KEYS:
        assert f"{key.name}:" in text
        assert all(value in text for value in key.values)


def test_the_examples_are_valid_commands() -> None:
    parser = make_parser()
    blocks = re.findall(r"```sh\n(.*?)```", _readme(), re.DOTALL)
    examples = [line for block in blocks for line in block.splitlines() if line.startswith("papertui ")]
    assert len(examples) >= 5
    for line in examples:
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line.split(" | ")[0])]
        parser.parse_args(words[1:])


def test_the_changelog_has_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_dependency_is_explained() -> None:
    declared = re.search(
        r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert declared is not None
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for name in re.findall(r'"([\w-]+)>=', declared[1]):
        assert f"| {name} |" in page, name


def test_late_imports_only_in_allowed_modules() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        late = re.findall(r"^[ \t]+(?:from|import) .+$", path.read_text(encoding="utf-8"), re.MULTILINE)
        late = [line for line in late if re.match(r"\s+(from [\w.]+ import|import [\w.]+)", line)]
        allowed = path.name == "wiring.py" or path.parent.name in {"cli", "wiring"}
        assert allowed or not late, f"{path}: {late}"


if __name__ == "__main__":
    README.write_text(_with_tables(_readme()), encoding="utf-8")
    sys.stdout.write("README.md is up to date\n")
