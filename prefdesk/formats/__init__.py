"""Files of other tools, in and out: prompts, ratings, tables, and text made safe to look at.

Pure conversions: nothing here knows a project, a model or a window, and nothing is stored.
`project` joins these with the store; `cli` and `ui` may use them for previews and display.
"""

from prefdesk.formats.prompts import ReadResult
from prefdesk.formats.prompts import read as read_prompts
from prefdesk.formats.ratings import RatingRow, RatingsRead, is_ratings
from prefdesk.formats.ratings import read as read_ratings
from prefdesk.formats.tables import write_csv, write_jsonl, write_table
from prefdesk.formats.visible import Visible, reveal, visible

__all__ = [
    "RatingRow",
    "RatingsRead",
    "ReadResult",
    "Visible",
    "is_ratings",
    "read_prompts",
    "read_ratings",
    "reveal",
    "visible",
    "write_csv",
    "write_jsonl",
    "write_table",
]
