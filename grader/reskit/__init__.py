"""ReSKit: a test-first exercise kit with an autograder for ResNet-50 in Keras."""

__version__ = "0.1.0"
