"""The class report: what a class of graded submissions says together."""
