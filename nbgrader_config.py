"""nbgrader's settings: this folder is a real nbgrader course, graded by ReSKit.

reskit release                                  # fills build/source and assignments
nbgrader generate_assignment resnet50 --force   # enters the assignment in gradebook.db
nbgrader autograde resnet50                     # submitted/<student>/resnet50/ResNet50.ipynb
nbgrader generate_feedback resnet50             # feedback/<student>/resnet50/ResNet50.html
"""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  (nbgrader defines it for this file)

c.CourseDirectory.course_id = "reskit"

# The source with its answers is made by `reskit release` and never committed. The release is
# committed: `--force` writes the same bytes again.
c.CourseDirectory.source_directory = "build/source"
c.CourseDirectory.release_directory = "assignments"
c.GenerateAssignment.post_convert_hook = "reskit.release.complete"

# nbgrader copies what lies beside a notebook into each autograded folder. Data and networks
# are the same for all, large, and not needed: nothing is run there.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "datasets",
    "images",
    "*.h5",
    "*.keras",
]

# What is released to the exchange is the whole folder all the same.
c.ExchangeFactory.release_assignment = "reskit.nbgrader_exchange.ReleaseWholeFolder"

# What cannot be read as a notebook still gets a page and its zero, instead of stopping the run.
c.Autograde.exporter_class = "reskit.nbgrader_repair.LenientExporter"
# RepairCells gives every graded cell the metadata of the release, so that CheckCellMetadata,
# half of the time that a submission takes, need not look at them here; below it does.
c.Autograde.sanitize_preprocessors = [
    "reskit.nbgrader_repair.RepairCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
]

# nbgrader's own steps, with ReSKit in the place of Execute: no kernel is started.
c.Autograde.autograde_preprocessors = [
    "reskit.nbgrader_steps.GradeWithReskit",
    "reskit.nbgrader_text.ShowTextAsText",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# `nbgrader validate` does run the notebook, and a cell of it may load data or build a network.
c.Execute.timeout = 300
