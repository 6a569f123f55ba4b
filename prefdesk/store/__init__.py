"""The project file, and the only place with SQL: connections, transactions, one module per noun.

What a number means (rewards, agreement) is not decided here, and nothing here knows of tensors
or windows. `project` may import this package; nothing else does.
"""

from prefdesk.store import (
    backup,
    checkpoints,
    chunks,
    columns,
    compacting,
    completions,
    copying,
    credibility,
    durable,
    events,
    exclusions,
    filling,
    header,
    jobs,
    keeping,
    merges,
    merging,
    meta,
    next_best,
    prompt_decisions,
    prompt_findings,
    prompts,
    queue,
    raters,
    resuming,
    rounds,
    salvaging,
    search,
    searching,
    statistics,
    status,
    stranger,
    surveying,
    undo,
)
from prefdesk.store.compacting import Compacted, compact
from prefdesk.store.engine import Connection
from prefdesk.store.faults import opening as writing_to
from prefdesk.store.faults import reading
from prefdesk.store.file import Mode, Store, create, follow, open
from prefdesk.store.lock import locked
from prefdesk.store.places import Place
from prefdesk.store.schema import APPLICATION_ID, FORMAT
from prefdesk.store.status import Summary, summary
from prefdesk.store.watching import HERE, Whereabouts

__all__ = [
    "APPLICATION_ID",
    "FORMAT",
    "HERE",
    "Compacted",
    "Connection",
    "Mode",
    "Place",
    "Store",
    "Summary",
    "Whereabouts",
    "backup",
    "checkpoints",
    "chunks",
    "columns",
    "compact",
    "compacting",
    "completions",
    "copying",
    "create",
    "credibility",
    "durable",
    "events",
    "exclusions",
    "filling",
    "follow",
    "header",
    "jobs",
    "keeping",
    "locked",
    "merges",
    "merging",
    "meta",
    "next_best",
    "open",
    "prompt_decisions",
    "prompt_findings",
    "prompts",
    "queue",
    "raters",
    "reading",
    "resuming",
    "rounds",
    "salvaging",
    "search",
    "searching",
    "statistics",
    "status",
    "stranger",
    "summary",
    "surveying",
    "undo",
    "writing_to",
]
