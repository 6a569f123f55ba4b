"""The project file, and the only place with SQL: connections, transactions, one module per noun.

What a number means (rewards, agreement) is not decided here, and nothing here knows of tensors
or windows. `project` may import this package; nothing else does.
"""

from prefdesk.store import (
    backup,
    checkpoints,
    chunks,
    compacting,
    completions,
    events,
    exclusions,
    jobs,
    merges,
    merging,
    meta,
    prompts,
    queue,
    raters,
    resuming,
    rounds,
    salvaging,
    status,
)
from prefdesk.store.compacting import Compacted, compact
from prefdesk.store.engine import Connection
from prefdesk.store.faults import opening as writing_to
from prefdesk.store.faults import reading
from prefdesk.store.file import Mode, Store, create, open
from prefdesk.store.lock import locked
from prefdesk.store.migrations import sync_folder
from prefdesk.store.schema import APPLICATION_ID, FORMAT
from prefdesk.store.status import Summary, summary

__all__ = [
    "APPLICATION_ID",
    "FORMAT",
    "Compacted",
    "Connection",
    "Mode",
    "Store",
    "Summary",
    "backup",
    "checkpoints",
    "chunks",
    "compact",
    "compacting",
    "completions",
    "create",
    "events",
    "exclusions",
    "jobs",
    "locked",
    "merges",
    "merging",
    "meta",
    "open",
    "prompts",
    "queue",
    "raters",
    "reading",
    "resuming",
    "rounds",
    "salvaging",
    "status",
    "summary",
    "sync_folder",
    "writing_to",
]
