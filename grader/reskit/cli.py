"""The command line: `reskit COMMAND`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from reskit import __version__
from reskit.course import Course, CourseNotFoundError, find_course
from reskit.manifest import ManifestError
from reskit.missing import told_missing
from reskit.probe.isolation import WeakIsolationError
from reskit.probe.pool import ProbeError
from reskit.recording import RecordingError

SHORT = 24  # the short form of the audit runs one program in so many


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 not as it should be, 2 wrong use."""
    options = parser().parse_args(arguments)
    console = Console(stderr=True, soft_wrap=True)
    try:
        if "run_anywhere" in options:
            anywhere: Callable[[argparse.Namespace, Console], int] = options.run_anywhere
            return anywhere(options, console)
        run: Callable[[Course, argparse.Namespace, Console], int] = options.run
        return run(find_course(), options, console)
    except (CourseNotFoundError, ManifestError, RecordingError, WeakIsolationError) as error:
        console.print(str(error), style="red", markup=False)
        return 2
    except (ModuleNotFoundError, ProbeError) as error:
        told = told_missing(str(error))
        if told is None:  # our own bug stays a traceback
            raise
        console.print(told, style="red", markup=False, highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted; what was written is whole. Run the command again to go on.")
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="reskit", description="An exercise kit with an autograder: ResNet-50 from scratch."
    )
    top.add_argument("--version", action="version", version=f"reskit {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="the whole job on the sample class of the kit")
    demo.add_argument("--out", type=Path, default=Path("reskit-demo"), help="where to write")
    demo.set_defaults(run=_demo)

    release = commands.add_parser("release", help="solutions/ → assignments/")
    release.add_argument("--check", action="store_true", help="only say whether it is up to date")
    release.set_defaults(run=_release)

    record = commands.add_parser("record", help="what the reference builds → outputs/")
    record.add_argument("--check", action="store_true", help="only say whether it is up to date")
    record.set_defaults(run=_record)

    check = commands.add_parser("check", help="run the public cases on your own notebook")
    check.add_argument("notebook", type=Path)
    check.add_argument("--watch", action="store_true", help="and again after each save")
    check.set_defaults(run=_check)

    grade = commands.add_parser("grade", help="grade notebooks, or folders of them")
    grade.add_argument("paths", type=Path, nargs="*", metavar="PATH")
    grade.add_argument("--json", action="store_true", help="one JSON object a line, in order")
    grade.add_argument("--out", type=Path, help="write a report and a feedback page for each")
    grade.add_argument("--jobs", type=_positive, help="processes side by side (default: cores)")
    grade.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="grade on the workers of a dask.distributed scheduler",
    )
    grade.add_argument("--nbgrader", action="store_true", help="grade the nbgrader course at PATH")
    grade.add_argument("--allow-weak-isolation", action="store_true",
                       help="grade also where learners' code is not kept in well")  # fmt: skip
    grade.add_argument("--force", action="store_true", help="grade anew what is known already")
    grade.set_defaults(run=_grade)

    classes = commands.add_parser("class", help="the class report over graded submissions")
    classes.add_argument("folder", type=Path, metavar="DIR", help="what `grade --out` has filled")
    classes.add_argument("--out", type=Path, help="where to write (default: beside the reports)")
    classes.set_defaults(run=_class)

    _add_export(commands.add_parser("export", help="reports for Gradescope, Canvas and others"))

    evaluate = commands.add_parser("evaluate", help="what a model file comes to on test images")
    evaluate.add_argument("model", type=Path, metavar="MODEL", help="a .h5 or .keras file")
    evaluate.add_argument("--data", type=Path, metavar="H5", help="images (default: our test set)")
    evaluate.add_argument("--json", action="store_true", help="one JSON object")
    evaluate.add_argument("--out", type=Path, help="write the figures and a picture of them")
    evaluate.set_defaults(run=_evaluate)

    predict = commands.add_parser("predict", help="classify pictures of your own")
    predict.add_argument("model", type=Path, metavar="MODEL", help="a .h5 or .keras file")
    predict.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    predict.add_argument("--json", action="store_true", help="one JSON object a line, in order")
    predict.add_argument("--out", type=Path, default=Path("reskit-predict"), help="where to write")
    predict.set_defaults(run=_predict)

    pretrain = commands.add_parser("pretrain", help="train the reference, on our data or yours")
    pretrain.add_argument("--data", type=Path, help="folder with train_signs.h5, test_signs.h5")
    pretrain.add_argument("--more", type=Path, metavar="H5", help="more images to train with")
    pretrain.add_argument(
        "--out", type=Path, default=Path("reskit-pretrain"), help="where to write"
    )
    pretrain.add_argument("--epochs", type=_positive, help="passes over the images (default: 100)")
    pretrain.set_defaults(run=_pretrain)

    audit = commands.add_parser("audit", help="test the tests: mutants, equivalents, diagnoses")
    audit.add_argument("--every", type=_positive, default=1, metavar="N", help="one program in N")
    audit.add_argument("--short", action="store_const", const=SHORT, dest="every",
                       help=f"the same as --every {SHORT}")  # fmt: skip
    audit.add_argument("--out", type=Path, default=Path("reskit-audit"), help="where to write")
    audit.add_argument("--jobs", type=_positive, help="processes side by side (default: cores)")
    audit.set_defaults(run=_audit)

    store = commands.add_parser("store", help="what is kept of earlier gradings, and its size")
    store.add_argument("--prune", type=_positive, metavar="DAYS",
                       help="forget what no run has asked for in so many days")  # fmt: skip
    store.set_defaults(run=_store)

    doctor = commands.add_parser("doctor", help="what of this machine is ready for grading")
    doctor.add_argument("--json", action="store_true", help="one JSON object")
    doctor.set_defaults(run_anywhere=_doctor)  # it says so where there is no course
    return top


def _add_export(export: argparse.ArgumentParser) -> None:
    desks = ("gradescope", "prairielearn", "canvas", "junit")
    export.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="graded reports")
    export.add_argument("--to", choices=desks, help="the desk to write for")
    export.add_argument("--out", type=Path, help="where to write (default: DIR/export)")
    export.add_argument("--roster", type=Path, metavar="CSV", help="a gradebook that Canvas wrote")
    export.add_argument("--column", metavar="NAME", help="the assignment's column in Canvas")
    export.add_argument("--gradescope-bundle", type=Path, metavar="ZIP",
                        help="write an autograder for Gradescope")  # fmt: skip
    export.add_argument("--allow-weak-isolation", action="store_true",
                        help="the bundle grades also where code is not kept in well")  # fmt: skip
    export.set_defaults(run=_export)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _demo(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit.demo import DemoError, demo

    try:
        demo(course, options.out, Console())
    except DemoError as error:
        console.print(str(error), style="red", markup=False)
        return 2
    return 0


def _release(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit import release

    try:
        if options.check:
            return _told(release.check(course), "assignments/ is up to date.", console)
        made = release.release(course)
    except release.ReleaseError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    for path in made:
        console.print(f"wrote {path}", markup=False, highlight=False)
    return 0


def _record(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit import record

    try:
        if options.check:
            return _told(record.check(course), "outputs/ is up to date.", console)
        made = record.record(course)
    except record.RecordError as error:
        console.print(f"The reference does not run. {error}", style="red", markup=False)
        return 1
    for path in made:
        console.print(f"wrote {path}", markup=False, highlight=False)
    return 0


def _told(problems: Sequence[str], otherwise: str, console: Console) -> int:
    for problem in problems or [otherwise]:
        console.print(problem, markup=False, highlight=False)
    return 1 if problems else 0


def _check(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit.check_command import check

    return check(course, options, console)


def _grade(course: Course, options: argparse.Namespace, console: Console) -> int:
    if options.nbgrader:
        from reskit.nbgrader_grade import grade_with_nbgrader

        return grade_with_nbgrader(course, options, console)
    from reskit.grade_command import grade

    if not options.paths:
        console.print("At least one PATH is required: a notebook, or a folder of them.")
        return 2
    return grade(course, options, console)


def _class(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit.class_command import report_class

    return report_class(course, options, console)


def _export(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit.export_command import export

    return export(course, options, console)


def _evaluate(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit.evaluate_command import evaluate_model

    return evaluate_model(course, options, console)


def _predict(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit.predict_command import predict

    return predict(course, options, console)


def _pretrain(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit.pretrain_command import pretrain

    return pretrain(course, options, console)


def _audit(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit.audit_command import audit

    return audit(course, options, console)


def _store(course: Course, options: argparse.Namespace, console: Console) -> int:
    from reskit.store_command import store

    return store(course, options, console)


def _doctor(options: argparse.Namespace, console: Console) -> int:
    from reskit.doctor_command import doctor

    return doctor(options, console)
