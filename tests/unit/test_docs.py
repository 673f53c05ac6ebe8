"""What README and docs tell people to type exists, and what they link to is there."""

import re
import shlex
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from reskit.cli import parser
from reskit.course import find_course
from reskit.manifest import read_manifest

ROOT = find_course(Path(__file__)).root
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *ROOT.glob("benchmarks/*.md")])
BLOCK = re.compile(r"^```sh\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`((?:reskit|python|make) [^`]+)`")  # a command within a sentence or a table
RESULTS = sorted((ROOT / "benchmarks" / "results").glob("*.md"))
FIGURE = re.compile(r"^\|.*\|\s*\**[\d.,]+ ?(?:%|s|ms|times|\()?.*\|", flags=re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def commands(page: Path) -> list[list[str]]:
    """Return the words of each command line in the page's shell blocks."""
    lines = [
        line
        for block in BLOCK.findall(page.read_text(encoding="utf-8"))
        for line in block.replace("\\\n", " ").split("\n")
    ]
    typed = [shlex.split(line, comments=True) for line in lines]
    return [words for line in typed if (words := list(takewhile(is_no_operator, line)))]


def is_no_operator(word: str) -> bool:
    """Return whether a word still belongs to the command, and does not hand on to the next one."""
    return word not in ("|", "||", "&&", "2>&1")


def spoken(page: Path) -> list[list[str]]:
    """Return the words of each command in the page's sentences and tables."""
    text = page.read_text(encoding="utf-8")
    return [shlex.split(span) for span in SPAN.findall(text.replace("\n", " "))]


def scripts() -> set[str]:
    """Return the scripts that any page tells people to run with Python."""
    found = [words for page in (*PAGES, *RESULTS) for words in (*commands(page), *spoken(page))]
    return {
        word
        for words in found
        if Path(words[0]).name.startswith("python")
        for word in words[1:]
        if word.endswith(".py")
    }


def sections(page: Path) -> list[str]:
    """Return the text under each heading of a page, with what stands above the first heading."""
    text = page.read_text(encoding="utf-8")
    first, *others = re.split(r"^## ", text, flags=re.MULTILINE)
    return [first, *(f"{first}\n{other}" for other in others)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_reskit_commands_are_real(page: Path) -> None:
    """Every `reskit …` line on a page is one that the program takes."""
    for words in commands(page):
        if Path(words[0]).name == "reskit":
            parser().parse_args(words[1:])


@pytest.mark.parametrize("page", [*PAGES, *RESULTS], ids=lambda page: page.name)
def test_commands_in_sentences_are_real(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A `reskit …` command that a sentence names, whole or in part, is there with its options."""
    for words in spoken(page):
        if words[0] != "reskit":
            continue
        command = [word for word in words[1:2] if not word.startswith("-")]
        with pytest.raises(SystemExit, match="0"):
            parser().parse_args([*command, "--help"])
        told = capsys.readouterr().out
        assert [word for word in words if word.startswith("--") and word not in told] == []


@pytest.mark.parametrize("script", sorted(scripts()))
def test_scripts_of_the_pages_say_what_they_do(script: str) -> None:
    """Every script that a page names is there, starts, and has a help of its own."""
    done = subprocess.run(
        [sys.executable, ROOT / script, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    if "No module named 'playwright'" in done.stderr:
        pytest.skip("this script needs the extra `browser`")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: {Path(script).name}")


@pytest.mark.parametrize("page", [*PAGES, *RESULTS], ids=lambda page: page.name)
def test_tables_of_figures_name_their_command(page: Path) -> None:
    """Where a table has figures, the page says which command makes them, or where they are from."""
    named = re.compile(
        r"`[^`]*(?:python|reskit|pytest|make|tox) ?[^`]*`|\.py`|```sh|benchmarks/results"
    )
    given = "| exercise | points |"  # decided, and not measured
    unnamed = [
        text[:60]
        for text in sections(page)
        if FIGURE.search(text) and not named.search(text) and given not in text
    ]

    assert unnamed == []


def test_learners_page_has_the_points_of_the_manifest() -> None:
    """What a learner reads of the points is what the grader gives."""
    exercises = read_manifest(find_course(ROOT).manifest).exercises
    text = (ROOT / "docs" / "learner.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+)` \| (\d+) \|$", text, flags=re.MULTILINE)

    assert table == [(each.name, str(each.points)) for each in exercises]


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
