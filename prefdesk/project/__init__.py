"""The engine: it joins the rooms below and holds every verb of the product as a function.

A window, a notebook and the command line all work through `Project`. No Qt, no SQL and no
formulas live here; torch is imported only inside functions that need it. `jobs`, `cli` and `ui`
import this room.
"""

from prefdesk.project.answers import AnswersReport, TakenAnswer
from prefdesk.project.backing_up import EVERY_S as BACKUP_EVERY_S
from prefdesk.project.checkpoints import Checkpoints
from prefdesk.project.cost import Cost, MeasuredCost
from prefdesk.project.elsewhere import copy_of
from prefdesk.project.evaluation import CheckpointScore, EvaluationReport, SideBySide
from prefdesk.project.first import FirstFigures, RaterFigures
from prefdesk.project.fitting import CredibilityOf
from prefdesk.project.ledgers import InRound, Ledger
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
from prefdesk.project.pairs import PairReport, SharedAnswer
from prefdesk.project.preflight import Preflight, PromptShare
from prefdesk.project.preprocessing import PreprocessReport
from prefdesk.project.project import Project
from prefdesk.project.prompts import ImportReport
from prefdesk.project.ratings_file import RatingsPreview, RatingsReport
from prefdesk.project.report import (
    AgreementReport,
    Coefficient,
    DesignReport,
    Flag,
    PairAgreement,
    Range,
    RaterReport,
    RatingReport,
    VerdictReport,
)
from prefdesk.project.rescue import (
    Restored,
    Salvaged,
    SavedTable,
    Survey,
    backups,
    compact,
    header_is_ours,
    restore,
    salvage,
    survey,
)
from prefdesk.project.resuming import Interrupted
from prefdesk.project.rounds import PreparedRound
from prefdesk.project.sampling import SamplingKey
from prefdesk.project.searching import Hit, PromptHits, Search, SearchKey, SearchPage
from prefdesk.project.session import Item, RatingSession
from prefdesk.project.settings import Criterion, ProjectSettings
from prefdesk.project.spool import spool_folder
from prefdesk.project.status import NextStep, Status
from prefdesk.project.teaching import NextBest
from prefdesk.project.what_if import Moved, WhatIf, WhatIfReport
from prefdesk.ratings import Plan, PlanRow
from prefdesk.store import HERE, Place, Whereabouts
from prefdesk.store.backup import BackupInfo
from prefdesk.store.compacting import Compacted, Space

__all__ = [
    "BACKUP_EVERY_S",
    "HERE",
    "SUFFIX",
    "AgreementReport",
    "AnswersReport",
    "BackupInfo",
    "CheckpointScore",
    "Checkpoints",
    "Coefficient",
    "Compacted",
    "Conflict",
    "Cost",
    "CredibilityOf",
    "Criterion",
    "DesignReport",
    "EvaluationReport",
    "FirstFigures",
    "Flag",
    "Hit",
    "Identity",
    "ImportReport",
    "InRound",
    "Interrupted",
    "Item",
    "Ledger",
    "Listed",
    "MeasuredCost",
    "MergeReport",
    "Moved",
    "NextBest",
    "NextStep",
    "PackPreview",
    "PackRow",
    "PairAgreement",
    "PairReport",
    "Place",
    "Plan",
    "PlanRow",
    "Preflight",
    "PreparedRound",
    "PreprocessReport",
    "Project",
    "ProjectSettings",
    "PromptHits",
    "PromptShare",
    "Range",
    "RaterFigures",
    "RaterReport",
    "RatingReport",
    "RatingSession",
    "RatingsPreview",
    "RatingsReport",
    "Restored",
    "Salvaged",
    "SamplingKey",
    "SavedTable",
    "Search",
    "SearchKey",
    "SearchPage",
    "SharedAnswer",
    "SideBySide",
    "Space",
    "Status",
    "Survey",
    "TakenAnswer",
    "VerdictReport",
    "WhatIf",
    "WhatIfReport",
    "Whereabouts",
    "backups",
    "compact",
    "copy_of",
    "full_name",
    "header_is_ours",
    "open_pack",
    "restore",
    "salvage",
    "spool_folder",
    "survey",
]
