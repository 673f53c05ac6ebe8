"""What runs in a worker process: load a program, give its function to a test, answer.

`python -m reskit.audit.child learner` runs the learner's public tests, which lie in the working
folder; `… baselines` tells what the baselines look at; `… truth` whether a program builds what
the reference builds.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import importlib.util
import io
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reskit.probe.frames import receive, send

Test = Callable[[str, Callable[..., Any], Mapping[str, Any]], dict[str, Any]]


def main(kind: str) -> None:
    """Answer messages {function, text, …} from standard input until it ends."""
    messages, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a program prints must not come between the answers
    import keras

    test = {"learner": _learner_test, "baselines": _look, "truth": _compare}[kind]()
    send(answers, {"ready": True})
    number = 0
    while (message := receive(messages)) is not None:
        number += 1
        with contextlib.redirect_stdout(io.StringIO()):
            answer = _answer(message, Path(f"program{number}.py"), test)
        keras.utils.clear_session()
        send(answers, answer)


def _answer(message: Mapping[str, Any], path: Path, test: Test) -> dict[str, Any]:
    try:
        path.write_text(message["text"], encoding="utf-8")
        function = _function(path, message["function"])
        return test(message["function"], function, message)
    except (Exception, SystemExit) as error:
        return {"lost": f"{type(error).__name__}: {error}"}


def _function(path: Path, name: str) -> Callable[..., Any]:
    """Return the function of that name from the program at `path`, which is imported."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[..., Any] = getattr(module, name)
    return found


def _learner_test() -> Test:
    """Return the public tests of the working folder as a test of one function."""
    public_tests, test_utils, outputs = (
        importlib.import_module(name) for name in ("public_tests", "test_utils", "outputs")
    )

    def test(name: str, function: Callable[..., Any], _: Mapping[str, Any]) -> dict[str, Any]:
        try:
            getattr(public_tests, f"{name}_test")(function)
        except AssertionError as error:
            # The text carries no differences as data; the same card, made once more, does.
            card = test_utils.check(name, function, outputs.EXERCISES[name])
            named = [dataclasses.asdict(each) for each in getattr(card, "differences", ())]
            return {"passed": False, "said": str(error), "differences": named}
        except Exception as error:
            said = f"The public test itself broke. {type(error).__name__}: {error}"
            return {"passed": False, "said": said, "differences": []}
        return {"passed": True, "said": "", "differences": []}

    return test


def _look() -> Test:
    """Return the test that only looks at what a function builds, call by call."""
    from reskit.audit.observing import observed

    def test(name: str, function: Callable[..., Any], message: Mapping[str, Any]) -> dict[str, Any]:
        return {"seen": [observed(name, function, call) for call in message["calls"]]}

    return test


def _compare() -> Test:
    """Return the test that compares a function with the reference's, by Keras's own numbers."""
    from reskit.audit.truth import networks, same_network, thin_block
    from reskit.network.operation import BLOCK_KINDS

    thin = {kind: thin_block(kind) for kind in BLOCK_KINDS}
    right: dict[str, list[Any]] = {}

    def test(name: str, function: Callable[..., Any], message: Mapping[str, Any]) -> dict[str, Any]:
        if name not in right:
            path = Path("reference.py")
            path.write_text(message["reference"], encoding="utf-8")
            own = _function(path, name)
            own.__globals__.update(thin if name not in BLOCK_KINDS else {})
            right[name] = networks(name, own, message["calls"])
        function.__globals__.update(thin if name not in BLOCK_KINDS else {})
        return {"same": same_network(name, function, right[name], message["calls"])}

    return test


if __name__ == "__main__":
    main(sys.argv[1])
