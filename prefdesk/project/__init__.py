"""The engine: it joins the rooms below and holds every verb of the product as a function.

A window, a notebook and the command line all work through `Project`. No Qt, no SQL and no
formulas live here; torch is imported only inside functions that need it. `jobs`, `cli` and `ui`
import this room.
"""

from prefdesk.project.checkpoints import Checkpoints
from prefdesk.project.evaluation import CheckpointScore, EvaluationReport, SideBySide
from prefdesk.project.naming import SUFFIX, full_name
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
from prefdesk.project.rounds import PreparedRound
from prefdesk.project.sampling import SamplingKey
from prefdesk.project.session import Item, RatingSession
from prefdesk.project.settings import Criterion, ProjectSettings
from prefdesk.project.status import NextStep, Status

__all__ = [
    "SUFFIX",
    "AgreementReport",
    "CheckpointScore",
    "Checkpoints",
    "Criterion",
    "EvaluationReport",
    "Flag",
    "ImportReport",
    "Item",
    "NextStep",
    "PreparedRound",
    "Project",
    "ProjectSettings",
    "Range",
    "RaterReport",
    "RatingReport",
    "RatingSession",
    "SamplingKey",
    "SideBySide",
    "Status",
    "VerdictReport",
    "full_name",
    "spool_folder",
]
