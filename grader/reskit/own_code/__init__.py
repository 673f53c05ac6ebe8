"""A learner's own code of one function, as text, with the lines marked that a report speaks of.

Nothing in it is run. A line is marked only where it is certain which one makes a layer.
"""
