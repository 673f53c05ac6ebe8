"""The parts of the learner's `resnets_utils.py`; `reskit release` joins them into one file."""
