"""The audit of the tests: programs that are known to be wrong or right, and who says so."""
