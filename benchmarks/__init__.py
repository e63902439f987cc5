"""Measurements that write themselves into docs/performance.md; run by `make bench-…`."""
