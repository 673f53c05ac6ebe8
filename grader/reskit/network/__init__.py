"""Networks as graphs: recorded from Keras, brought to a normal form, compared.

Everything here needs the standard library and NumPy alone, `tracing` and `calling` Keras on top.
The learner's `test_utils.py` is made from these modules, so grader and learner compare alike.
"""
