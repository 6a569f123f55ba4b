"""Merges a pack, or takes the newest merge back, and ends itself by SIGKILL in between.

Arguments: project, pack, merge or undo, after how many transactions, how many ms later.
"""

import os
import signal
import sys
import threading

from prefdesk.project import Project, pack_merge
from prefdesk.store import merges


def main() -> None:
    """Do it in small transactions, so that there are many moments to die in."""
    path, pack, what, after, late_ms = sys.argv[1:]
    pack_merge.PER_TRANSACTION = merges.PART = 20
    seen = 0

    def progress(done: int, total: int) -> None:
        nonlocal seen
        seen += 1
        if seen == int(after):
            # From another thread, so that it falls anywhere in the transactions that follow.
            threading.Timer(int(late_ms) / 1000, os.kill, (os.getpid(), signal.SIGKILL)).start()

    with Project.open(path) as project:
        if what == "merge":
            project.packs.merge(pack, progress=progress)
        else:
            project.packs.undo(progress=progress)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
