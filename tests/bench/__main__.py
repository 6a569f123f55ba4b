"""`python -m tests.bench NAME [--json] [--quick] [--only PART,...]`."""

import argparse
import importlib
import json
import os
import sys

NAMES = (
    "advantages",
    "learning",
    "merge",
    "planted",
    "preprocess",
    "ratings",
    "report",
    "sample",
    "search",
    "store",
    "train",
    "ui",
    "weights",
)
MODULES = {"report": "agreement"}
"""Where a benchmark is found that has not the name of its module."""


def main() -> int:
    """Run one benchmark and print what it found."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quick", action="store_true", help="shorter and rougher")
    parser.add_argument("--only", metavar="PART[,PART]", help="some parts, where there are any")
    parser.add_argument("--peer-python", metavar="PATH", help="an interpreter that has trl")
    parser.add_argument("--minutes", type=float, help="how long learning may go on")
    options = parser.parse_args()
    if options.peer_python:
        os.environ["PREFDESK_PEER_PYTHON"] = options.peer_python
    more = {"only": options.only.split(",")} if options.only else {}
    more |= {"minutes": options.minutes} if options.minutes else {}
    module = importlib.import_module(f"tests.bench.{MODULES.get(options.name, options.name)}")
    found = module.measure(quick=options.quick, **more)
    if options.json:
        print(json.dumps(found.document(), indent=1))
        return 0
    for run in found.runs:
        print("  ".join(f"{k} {v}" for k, v in run.items()))
    for bar in found.bars:
        word = "holds" if bar.holds else "FAILS"
        print(f"{word}: {bar.name} {bar.figure:g} {bar.unit} (bar {bar.bar:g})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
