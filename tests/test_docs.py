"""The documentation is up to date: generated parts, links, pictures, examples, and what the source names."""

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from command_tree import command_tree
from generate_docs import ENVIRONMENT, EXIT_CODES, GENERATORS
from kit.pages import CI, CONTRIBUTING, DOCS, PAGES, README, ROOT, broken_links, examples
from kit.shell import environment, spawn
from man_page import escape
from papertui import __version__, errors
from papertui.cli.parser import make_parser
from papertui.importers.kinds import KINDS
from papertui.settings.schema import FEED, MUTE
from user_messages import messages_by_package

SRC = ROOT / "src" / "papertui"
SCREENSHOTS = ROOT / "screenshots"


@pytest.mark.slow
def test_generated_parts_are_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools" / "generate_docs.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 0, f"run python tools/generate_docs.py\n{done.stdout}{done.stderr}"


def test_every_generator_has_a_place() -> None:
    marks = [mark for page in PAGES for mark in re.findall(r"<!-- generated: ([\w-]+) -->", page.read_text("utf-8"))]
    assert sorted(marks) == sorted(GENERATORS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_are_commands(page: Path) -> None:
    for argv in examples(page):
        make_parser().parse_args(argv)


def test_every_page_is_in_the_navigation() -> None:
    config = yaml.safe_load(re.sub(r"!!python/\S+", "", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))
    named = set(re.findall(r"[\w-]+\.md", str(config["nav"])))
    assert named == {page.name for page in DOCS.glob("*.md")} | {"contributing.md", "changelog.md"}


def test_every_scene_has_its_pictures_and_every_picture_a_scene() -> None:
    script = (SCREENSHOTS / "take.py").read_text(encoding="utf-8")
    scenes = set(re.findall(r'Scene\("(\w+)"', script))
    mails = {f"digest-{width}-{scheme}" for width in (360, 800) for scheme in ("light", "dark")}  # `mail.py` takes them
    for kind, others in (("svg", set()), ("png", mails)):
        assert {path.stem for path in SCREENSHOTS.glob(f"*.{kind}")} == scenes | others


def test_the_example_of_settings_is_valid_and_complete(tmp_path: Path) -> None:
    example = (DOCS / "settings-example.toml").read_text(encoding="utf-8")
    path = tmp_path / "settings.toml"
    path.write_text(example, encoding="utf-8")
    ran = spawn("config", "show", PAPERTUI_HOME=str(tmp_path))
    assert ran.code == 0, ran.err
    given, shown = tomllib.loads(example), tomllib.loads(ran.out)
    for table in ("app", "hooks", "digest", "mail", "sync"):
        assert given[table].keys() == shown[table].keys()
    assert {name for feed in given["feeds"].values() for name in feed} == {setting.key for setting in FEED.settings}
    assert given["mute"].keys() == {"feeds", *(setting.key for setting in MUTE.settings)}
    assert shown["mute"] == given["mute"]


def test_every_variable_of_papertui_is_documented() -> None:
    read = {
        name for path in SRC.rglob("*.py") for name in re.findall(r"PAPERTUI_[A-Z0-9_]*[A-Z]", path.read_text("utf-8"))
    }
    hooks = set(re.findall(r"PAPERTUI_HOOK_[A-Z]+", (DOCS / "settings.md").read_text(encoding="utf-8")))
    documented = {name for names, _ in ENVIRONMENT for name in names.split(", ") if name.startswith("PAPERTUI_")}
    assert {name for name in read if name != "PAPERTUI_ARXIV"} == documented | hooks


def test_every_exit_code_is_documented() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    codes = {str(kind.exit_code) for kind in classes if issubclass(kind, errors.PapertuiError)}
    assert codes <= {code for code, _ in EXIT_CODES}


def test_the_help_of_import_names_every_kind() -> None:
    for kind in KINDS:
        assert kind.title in " ".join(_help_of("import").split())


def test_the_help_of_search_names_every_filter() -> None:
    help_page = _help_of("search")
    table = GENERATORS["filters"]()
    names = re.findall(r"^\| `(\w+):`", table, re.MULTILINE)
    assert names
    for name in names:
        assert f"{name}:" in help_page, name
    for value in re.findall(r"`([\w-]+)`", table):
        assert value in help_page, value


def _help_of(command: str) -> str:
    page: str = next(
        action.choices[command].format_help()
        for action in make_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    return page


def test_the_changelog_has_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0]
        assert f"| {name} |" in page, name


def test_the_files_that_architecture_names_are_there() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    table = page.split("## Where does my change go?", 1)[1].split("\n## ", 1)[0]
    for name in re.findall(r"`((?:\w+/)+(?:\w+\.\w+)?)`", f"{table}{CONTRIBUTING.read_text(encoding='utf-8')}"):
        assert (SRC / name).exists() or (ROOT / name).exists(), name


def test_readme_and_contributing_give_the_same_setup() -> None:
    (setup,) = re.findall(r"^python3 -m venv .+$", CONTRIBUTING.read_text(encoding="utf-8"), re.MULTILINE)
    readme = re.findall(r"^python3 -m venv .+$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert setup.replace("[dev,docs]", "[dev]") + " && .venv/bin/pytest" in readme


def test_just_check_runs_what_ci_runs() -> None:
    in_ci = re.findall(r"^(?:\w+=\S+ )?\.venv/bin/(.+)$", CI.read_text(encoding="utf-8"), re.MULTILINE)
    recipe = (ROOT / "justfile").read_text(encoding="utf-8").split("\ncheck:\n", 1)[1].split("\n\n", 1)[0]
    ours = set(re.findall(r"\.venv/bin/(.+)", recipe))
    plain = {re.sub(r" --quiet| --site-dir .+", "", line) for line in in_ci if not line.startswith("pip ")}
    assert ours == {*plain, "pytest"}


def test_ci_covers_every_python_that_is_promised() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = {kind.split(" :: ")[-1] for kind in project["classifiers"] if "Python :: 3." in kind}
    tests = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))["jobs"]["tests"]
    assert set(tests["strategy"]["matrix"]["python"]) == promised


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda path: path.name)
def test_files_for_github_are_yaml(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


# The tools that write the pages


def test_a_command_tree_says_what_argparse_knows() -> None:
    parser = argparse.ArgumentParser(
        "tool", description="Does it.", epilog="examples:\n  tool it\n  tool that\n\nMore."
    )
    parser.add_argument("id", metavar="ID", nargs="*", help="ids")
    parser.add_argument("-o", "--output", metavar="FILE", help="where  to")
    parser.add_argument("--kind", choices=("a", "b"))
    parser.add_argument("--hidden", help=argparse.SUPPRESS)
    tree = command_tree(parser)
    assert tree.usage == "tool [OPTIONS] [ID ...]"
    assert (tree.examples, tree.paragraphs) == ("tool it\ntool that", (("More.", False),))
    assert [(option.usage, option.help) for option in tree.options] == [
        ("-o, --output FILE", "where to"),
        ("--kind a|b", ""),
    ]


def test_a_command_tree_tells_commands_that_need_another_below_them() -> None:
    names = {command.name: command.usage for command in command_tree(make_parser()).walk()}
    assert names["papertui sync"] == "papertui sync [OPTIONS] [COMMAND]"
    assert names["papertui feeds"] == "papertui feeds COMMAND"
    assert names["papertui bookmark add"].startswith("papertui bookmark add")


def test_roff_reads_text_letter_by_letter() -> None:
    assert escape(r"a\b -x 'q'") == r"a\eb \-x \(aqq\(aq"
    assert escape(".TH is no request") == r"\&.TH is no request"


def test_messages_are_sentences_with_named_placeholders(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    (package / "till.py").write_text(
        '"""A docstring is not a message."""\n'
        "import re\n"
        "class PapertuiError(Exception): ...\n"
        "class TillError(PapertuiError): ...\n"
        'QUERY = "SELECT name FROM papers WHERE id = ?"\n'
        "def pay(self, coins, n):\n"
        "    if not coins:\n"
        "        raise TillError(\n"
        "            f\"The till holds {len(coins)} coin{'s' if n else ''}, not “{shown(self.want)}”. \"\n"
        '            "Add some."\n'
        "        )\n"
        '    if n: raise ValueError("this is a bug")\n'
        '    re.compile("not a message either")\n'
        '    parser.add_argument("--n", help="how many coins")\n'
        '    self.notify("Paid " + self.name + " in full.")\n',
        encoding="utf-8",
    )
    found = [(message.kind, message.text, message.error) for message in messages_by_package(tmp_path)["shop"]]
    assert found == [
        ("error", "The till holds {count} coin(s), not “{want}”. Add some.", "TillError"),
        ("help", "how many coins", ""),
        ("text", "Paid {name} in full.", ""),
    ]


def test_architecture_names_the_layers_in_their_order() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    page = (DOCS / "architecture.md").read_text(encoding="utf-8").split("| Package |", 1)[0]
    rows = [sorted(re.findall(r"`(\w+)`", row)) for row in re.findall(r"^\| (`.+?) \|", page, re.MULTILINE)]
    assert rows == [sorted(layer.split(" | ")) for layer in contract["layers"] if layer != "__main__"]
