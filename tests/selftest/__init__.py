"""The selftest of the check: a mock shows faults, and the check must find them. See docs/selftest.md."""
