"""Benchmarks: figures that belong to a machine, and ratios that travel.

`python -m tests.bench NAME [--json] [--quick]` measures; nothing here is a test. What is
compared is measured interleaved, in one run.
"""
