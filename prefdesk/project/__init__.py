"""The engine: it joins the rooms below and holds every verb of the product as a function.

A window, a notebook and the command line all work through `Project`. No Qt, no SQL and no
formulas live here; torch is imported only inside functions that need it. `jobs`, `cli` and `ui`
import this room.
"""

from prefdesk.project.backing_up import EVERY_S as BACKUP_EVERY_S
from prefdesk.project.checkpoints import Checkpoints
from prefdesk.project.evaluation import CheckpointScore, EvaluationReport, SideBySide
from prefdesk.project.naming import SUFFIX, full_name
from prefdesk.project.pack_copy import open_pack
from prefdesk.project.pack_records import (
    Conflict,
    Identity,
    Listed,
    MergeReport,
    PackPreview,
    PackRow,
)
from prefdesk.project.project import Project, spool_folder
from prefdesk.project.prompts import ImportReport
from prefdesk.project.report import (
    AgreementReport,
    Flag,
    Range,
    RaterReport,
    RatingReport,
    VerdictReport,
)
from prefdesk.project.rescue import Restored, Salvaged, backups, restore, salvage
from prefdesk.project.resuming import Interrupted
from prefdesk.project.rounds import PreparedRound
from prefdesk.project.sampling import SamplingKey
from prefdesk.project.session import Item, RatingSession
from prefdesk.project.settings import Criterion, ProjectSettings
from prefdesk.project.status import NextStep, Status
from prefdesk.store.backup import BackupInfo

__all__ = [
    "BACKUP_EVERY_S",
    "SUFFIX",
    "AgreementReport",
    "BackupInfo",
    "CheckpointScore",
    "Checkpoints",
    "Conflict",
    "Criterion",
    "EvaluationReport",
    "Flag",
    "Identity",
    "ImportReport",
    "Interrupted",
    "Item",
    "Listed",
    "MergeReport",
    "NextStep",
    "PackPreview",
    "PackRow",
    "PreparedRound",
    "Project",
    "ProjectSettings",
    "Range",
    "RaterReport",
    "RatingReport",
    "RatingSession",
    "Restored",
    "Salvaged",
    "SamplingKey",
    "SideBySide",
    "Status",
    "VerdictReport",
    "backups",
    "full_name",
    "open_pack",
    "restore",
    "salvage",
    "spool_folder",
]
