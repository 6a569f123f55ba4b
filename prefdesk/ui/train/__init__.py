"""The place Train: choose a recipe, look before any compute is spent, watch, keep what comes out.

The training itself runs in the worker process that `desk.jobs` supervises; no formula and no
tensor lives here. The window imports `panel`.
"""
