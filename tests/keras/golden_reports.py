"""What the reports on wrong programs say, in short: the same under every version of Keras.

`python tests/keras/golden_reports.py` grades the programs and writes `golden_reports.json` anew,
after which every changed line of it wants to be read.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from mutants import MUTANTS
from programs import Change, grade, reference_text
from stops import STOPS

from reskit.course import find_course
from reskit.grading import Grader
from reskit.report import Report

GOLDEN = Path(__file__).with_name("golden_reports.json")


def one_of_each_kind() -> list[Change]:
    """Return, for blocks and for the network, one mutant for each kind of mistake."""
    found: dict[object, Change] = {}
    for mutant in MUTANTS:
        kinds = tuple((kind, attribute) for kind, _, attribute in mutant.differences)
        found.setdefault((mutant.function == "ResNet50", kinds), mutant)
    return list(found.values())


def wrong_programs(reference: str) -> dict[str, str]:
    """Return {name: text} of the programs of which the reports are kept."""
    return {each.name: each.applied(reference) for each in (*one_of_each_kind(), *STOPS)}


def in_short(report: Report) -> dict[str, Any]:
    """Return what the report says, each cause and difference once, and a hash of all its bytes.

    Neither the place of the file nor the versions that graded it are in the hash.
    """
    data = json.loads(report.to_json())
    cases = [case for exercise in data["exercises"] for case in exercise["cases"]]
    kept = {name: data[name] for name in ("score", "fault", "exercises")}
    text = json.dumps(kept, ensure_ascii=False)
    return {
        "score": data["score"],
        "causes": list(dict.fromkeys(case["cause"] for case in cases if case["cause"])),
        "differences": [each["message"] for case in cases for each in case["differences"]],
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def as_text(reports: dict[str, Report]) -> str:
    """Return the golden file: one program after the other."""
    told = {name: in_short(report) for name, report in reports.items()}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Grade the programs and write the golden file."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    course = find_course(Path(__file__))
    programs = wrong_programs(reference_text(course))
    with tempfile.TemporaryDirectory() as folder, Grader(course, jobs=2) as grader:
        GOLDEN.write_text(as_text(grade(programs, Path(folder), grader)), encoding="utf-8")


if __name__ == "__main__":
    main()
