"""Model files: read in a process of their own, fitted to the reference, run on images.

`reader` (shut away) turns a file into plain arrays; `fit` maps them to the reference's layers;
`forward` computes. No Python object of a model file is ever made.
"""
