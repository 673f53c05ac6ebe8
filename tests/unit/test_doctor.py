"""The doctor's findings and how they are told; nothing is started here."""

import json
from importlib.metadata import PackageNotFoundError

import pytest
from test_isolation_told import isolation

from reskit import doctor, environment
from reskit.doctor_command import lines, verdict
from reskit.environment import meets
from reskit.probe.isolation import MINIMUM
from reskit.probe.pool import ProbeError


class Started:
    """A warm parent that has told what it found out."""

    def __init__(self, missing=()):
        self.isolation = isolation(*missing)

    def close(self):
        """End it."""


def examined(missing=()):
    """Return the doctor's findings on a machine where `missing` was not stopped."""
    return doctor.examine(lambda _wanted: Started(missing))


def test_ready_machine_can_grade():
    """Where all that is needed is there, the doctor says so in its last line."""
    findings = examined()

    assert doctor.can_grade(findings)
    assert lines(findings)[-1] == "Ready to grade."


@pytest.mark.parametrize("name", MINIMUM)
def test_what_a_learner_could_do_stands_in_the_way(name):
    """One thing that works and must not is named, with what helps."""
    findings = examined([name])

    assert not doctor.can_grade(findings)
    assert verdict(findings) == f"Not ready to grade: {name}."
    assert f"  WORKS    {name}: told To do: {MINIMUM[name]}" in lines(findings)


def test_absent_layer_alone_does_not_stop_grading():
    """Layers overlap: one may be absent as long as nothing gets through."""
    told = "\n".join(lines(examined()))

    assert "absent   bubblewrap: not installed" in told
    assert "To do: apt install bubblewrap" in told


def test_parent_that_does_not_start_is_told():
    """A broken TensorFlow is a finding, with the words of the process."""

    def fails(_wanted):
        raise ProbeError("No module named 'tensorflow'")

    findings = doctor.examine(fails)

    assert not doctor.can_grade(findings)
    assert "No module named 'tensorflow'" in "\n".join(lines(findings))


def test_without_a_course_the_doctor_still_looks(monkeypatch, tmp_path):
    """Somebody who has only installed the package reads what to do next."""
    monkeypatch.setenv("RESKIT_COURSE", str(tmp_path))

    findings = examined()

    assert verdict(findings) == "Not ready to grade: course."


def test_json_is_json_and_says_the_verdict():
    """Scripts read the same findings."""
    data = json.loads(json.dumps(doctor.to_data(examined(["write a file"]))))

    assert data["schema"] == "reskit.doctor/1"
    assert data["can_grade"] is False
    assert {each["group"] for each in data["findings"]} == {
        *("isolation", "tried", "versions", "optional", "course")
    }


def test_package_that_is_not_there_is_told_with_what_to_type(monkeypatch):
    """Whoever lacks a package reads the line that installs it."""

    def version(name):
        if name == "nbgrader":
            raise PackageNotFoundError(name)
        return "99.0"

    monkeypatch.setattr(environment, "version", version)
    told = "\n".join(lines(examined()))

    assert "not fit  nbgrader: not installed To do: pip install 'nbgrader>=" in told
    assert verdict(examined()) == "Not ready to grade: nbgrader."


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"a.json": True}, "enabled"),
        ({}, "not enabled"),
        ({"a.json": True, "b.json": False}, "not enabled"),
        ({"a.json": "{"}, "not enabled"),
    ],
)
def test_formgrader_is_found_in_jupyters_settings(monkeypatch, tmp_path, settings, state):
    """Whether formgrader opens in the browser is read from what Jupyter reads."""
    folder = tmp_path / "jupyter_server_config.d"
    folder.mkdir()
    for name, on in settings.items():
        said = {"ServerApp": {"jpserver_extensions": {environment.FORMGRADER: on}}}
        text = on if isinstance(on, str) else json.dumps(said)
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(environment, "_settings_of_jupyter", lambda: [str(tmp_path)])

    found = environment.formgrader()

    assert found.found == state
    assert ("jupyter server extension enable" in found.advice) is (state == "not enabled")
    assert not found.needed


@pytest.mark.parametrize(
    ("found", "condition", "expected"),
    [
        ("2.21.0", ">=2.18", True),
        ("2.9.1", ">=2.18", False),
        ("3.14.0", "<3.14", False),
        ("3.13.9", "<3.14", True),
        ("2.18.0rc1", ">=2.18", True),
        ("1.0", "!=1.1", True),
    ],
)
def test_versions_are_compared_as_numbers(found, condition, expected):
    """2.9 is older than 2.18."""
    assert meets(found, condition) is expected
