"""A JupyterLab of its own on a copy of what learners receive."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat

from reskit.course import Course
from reskit.manifest import read_manifest

STARTS_IN = 90.0  # seconds, on a machine that has much else to do
LAST = "ResNet50_test"  # the cell after which training and pictures begin
SETTINGS = {
    "apputils-extension/themes": {"theme": "JupyterLab Light"},
    "apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
    "notebook-extension/tracker": {"windowingMode": "none"},
    "docmanager-extension/plugin": {"autosave": False},
}


@dataclass(frozen=True)
class Laboratory:
    """A server that is up."""

    folder: Path  # what it serves
    address: str
    token: str

    def url(self, notebook: str) -> str:
        """Return where a notebook is opened."""
        return f"{self.address}/lab/tree/{notebook}?token={self.token}"


def answers(course: Course) -> dict[str, str]:
    """Return {grade_id: source} of the cells that learners fill in, as the solution has them."""
    exercises = [each.name for each in read_manifest(course.manifest).exercises]
    cells = jupytext.read(course.source).cells
    named = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in cells}
    return {
        name: "\n".join(line for line in named[name].split("\n") if " SOLUTION" not in line)
        for name in exercises
    }


def exercise_part(course: Course, folder: Path) -> list[str]:
    """Copy the release to `folder`, its notebook cut after the last test; return the cells' names.

    Training and what follows take minutes, and have tests of their own.
    """
    ignored = shutil.ignore_patterns("resnet50.h5", "__pycache__", ".ipynb_checkpoints")
    shutil.copytree(course.release, folder, ignore=ignored)
    path = folder / read_manifest(course.manifest).notebook
    notebook = nbformat.read(path, as_version=4)
    names = [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells]
    last = names.index(LAST) + 1
    notebook.cells = notebook.cells[:last]
    nbformat.write(notebook, path)
    return names[:last]


@contextmanager
def laboratory(folder: Path, home: Path) -> Iterator[Laboratory]:
    """Serve `folder` with a JupyterLab whose settings are in `home`; end it afterwards."""
    for name, values in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    port, token = _free_port(), secrets.token_hex(16)
    environment = {
        **os.environ,
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", "--allow-root"),
        *(f"--ServerApp.root_dir={folder}", "--LabApp.extension_manager=readonly"),
    ]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/api/status?token={token}", server, home / "server.log")
            yield Laboratory(folder, address, token)
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _free_port() -> int:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        port: int = each.getsockname()[1]
        return port


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + STARTS_IN
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < ends and server.poll() is None:
        try:
            with opener.open(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text(encoding='utf-8')[-2000:]}")
