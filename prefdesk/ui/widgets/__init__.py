"""The parts every place is built from. No project, no store: they show what they are given.

Used by `prefdesk.ui` only.
"""

from prefdesk.ui.widgets.buttons import AnswerButton, Button, PlainButton, PrimaryButton
from prefdesk.ui.widgets.cards import Card, EmptyState, Line, NumberCard, row
from prefdesk.ui.widgets.form import Group, SettingRow, SettingsForm, config_text, setting_name
from prefdesk.ui.widgets.notice import Notice
from prefdesk.ui.widgets.pairs import PairList
from prefdesk.ui.widgets.progress import ProgressStrip, time_left
from prefdesk.ui.widgets.speaking import Speaking
from prefdesk.ui.widgets.table import Column, RowsModel, TableView, one_line, tsv
from prefdesk.ui.widgets.text import Label, PlainText, ReadingText, heading, restyle, shown, tip

__all__ = [
    "AnswerButton",
    "Button",
    "Card",
    "Column",
    "EmptyState",
    "Group",
    "Label",
    "Line",
    "Notice",
    "NumberCard",
    "PairList",
    "PlainButton",
    "PlainText",
    "PrimaryButton",
    "ProgressStrip",
    "ReadingText",
    "RowsModel",
    "SettingRow",
    "SettingsForm",
    "Speaking",
    "TableView",
    "config_text",
    "heading",
    "one_line",
    "restyle",
    "row",
    "setting_name",
    "shown",
    "time_left",
    "tip",
    "tsv",
]
