"""What README and docs tell people to type exists, and what they link to is there."""

import re
import shlex
from pathlib import Path

import pytest

from reskit.cli import parser
from reskit.course import find_course

ROOT = find_course(Path(__file__)).root
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("benchmarks/*.md")])
BLOCK = re.compile(r"^```sh\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def commands(page: Path) -> list[list[str]]:
    """Return the words of each command line in the page's shell blocks."""
    lines = [
        line
        for block in BLOCK.findall(page.read_text(encoding="utf-8"))
        for line in block.replace("\\\n", " ").split("\n")
    ]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_reskit_commands_are_real(page: Path) -> None:
    """Every `reskit …` line on a page is one that the program takes."""
    for words in commands(page):
        if Path(words[0]).name == "reskit":
            parser().parse_args(words[1:])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_and_scripts_exist(page: Path) -> None:
    """Every `make …` line has its target, every script that Python is to run is there."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for words in commands(page):
        if words[0] == "make":
            assert {word for word in words[1:] if "=" not in word} <= targets
        scripts = [word for word in words[1:] if word.endswith(".py")]
        if Path(words[0]).name.startswith("python"):
            assert all((ROOT / script).is_file() for script in scripts), words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """No page points at a file that is not there."""
    broken = [
        target
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert broken == []


def test_tests_that_the_threat_model_names_are_there() -> None:
    """Each test that is said to show that a layer holds stands in the file that is named."""
    page = (ROOT / "docs" / "threat_model.md").read_text(encoding="utf-8")
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    named = set(re.findall(r"`(test_\w+)`", page))

    assert len(named) > 10
    assert [name for name in sorted(named) if f"def {name}(" not in tests] == []
