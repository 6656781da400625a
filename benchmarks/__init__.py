"""Measurements that are run by hand; `docs/benchmarks.md` has the results and the commands."""
