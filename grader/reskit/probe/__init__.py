"""The probe: the one place where a learner's code runs, in a process of its own.

`pool` (trusted) starts `parent` processes, which import Keras once and fork a `child` for each
exercise; what comes back is data, and a claim until judged.
"""
