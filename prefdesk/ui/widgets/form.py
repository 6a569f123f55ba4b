"""Forms made from `prefdesk.config`: one row for each setting, checked while it is typed.

A setting is declared once, in the configuration; its name and help are translated here under
the context `config`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from prefdesk.config import Config, Setting, check
from prefdesk.errors import InputError
from prefdesk.ui.tokens import SPACE_2, SPACE_3
from prefdesk.ui.widgets.buttons import PlainButton
from prefdesk.ui.widgets.speaking import Speaking
from prefdesk.ui.widgets.text import Label, restyle

C = TypeVar("C", bound=Config)


class SettingRow(Speaking, QWidget):
    """The control of one setting, its help below, and what is wrong with it.

    *Signals*
    - `changed`
    """

    changed = Signal()

    def __init__(self, setting: Setting, value: Any, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.label = Label("")
        self.problem = Label("", "problem", wrap=True)
        self.help = Label("", "caption", wrap=True)
        self.control = self._make_control()
        self.label.setBuddy(self.control)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE_2)
        column.setSpacing(2)
        column.addWidget(self.control, 0, _side(setting))
        column.addWidget(self.problem)
        column.addWidget(self.help)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.set_value(value)
        self.say(self.label.setText, lambda: setting_name(setting.name))
        self.say(self.control.setAccessibleName, lambda: setting_name(setting.name))
        self.say(self.control.setAccessibleDescription, lambda: config_text(setting.help))
        self.say(self.help.setText, lambda: config_text(setting.help))
        self._check()

    def value(self) -> Any:
        """What the control says, in the setting's type; the bare text if it is no such thing."""
        if isinstance(self.control, QCheckBox):
            return self.control.isChecked()
        if isinstance(self.control, QComboBox):
            return self.control.currentData()
        text = self.control.text().strip()
        return text if self.setting.type is str else _number(text, self.setting.type)

    def set_value(self, value: Any) -> None:
        """Show a value."""
        if isinstance(self.control, QCheckBox):
            self.control.setChecked(bool(value))
        elif isinstance(self.control, QComboBox):
            self.control.setCurrentIndex(max(0, self.control.findData(value)))
        else:
            self.control.setText(f"{value:g}" if isinstance(value, float) else str(value))

    def is_valid(self) -> bool:
        """True if the configuration would take the value."""
        return not check(self.setting, self.value())

    def retranslate(self) -> None:
        """The complaint follows the language too."""
        super().retranslate()
        if isinstance(self.control, QComboBox):
            for position in range(self.control.count()):
                self.control.setItemText(position, config_text(self.control.itemData(position)))
        self._check()

    def _make_control(self) -> QCheckBox | QComboBox | QLineEdit:
        if self.setting.type is bool:
            box = QCheckBox()
            box.toggled.connect(self._on_edited)
            return box
        if self.setting.choices:
            choice = QComboBox()
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            for name in self.setting.choices:
                choice.addItem(config_text(name), name)
            choice.currentIndexChanged.connect(self._on_edited)
            return choice
        line = QLineEdit()
        if self.setting.type is not str:
            line.setFixedWidth(160)
        line.textEdited.connect(self._on_edited)
        return line

    def _on_edited(self) -> None:
        self._check()
        self.changed.emit()

    def _check(self) -> None:
        bad = not self.is_valid()
        self.problem.setText(self._complaint() if bad else "")
        self.problem.setVisible(bad)
        if self.control.property("problem") != bad:
            self.control.setProperty("problem", bad)
            restyle(self.control)

    def _complaint(self) -> str:
        one, value = self.setting, self.value()
        if one.type in (int, float) and isinstance(value, str):
            return (
                self.tr("Enter a whole number.") if one.type is int else self.tr("Enter a number.")
            )
        if one.low is not None and value < one.low:
            return self.tr("At least {low}.").format(low=f"{one.low:g}")
        if one.high is not None and value > one.high:
            return self.tr("At most {high}.").format(high=f"{one.high:,.10g}")
        return self.tr("This value cannot be used.")


@dataclass(frozen=True, slots=True)
class Group:
    """Rare settings that belong together, under a translated title and a line on what they do."""

    title: Callable[[], str]
    help: Callable[[], str]
    names: tuple[str, ...]


class SettingsForm(Speaking, QWidget, Generic[C]):
    """All settings of a configuration; rare ones behind a fold, in `groups`.

    A rare setting that no group names stands in the last one. With `stacked`, for narrow places,
    settings have their name above. Values that are fine by themselves
    and wrong together are said below the form.

    *Signals*
    - `changed`: a value was edited; ask `value()`, which is None while something is wrong.
    """

    changed = Signal()

    def __init__(
        self,
        start: C,
        *,
        only: tuple[str, ...] = (),
        groups: Sequence[Group] = (),
        stacked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = type(start)
        wanted = [s for s in start.describe() if not only or s.name in only]
        self._start = start
        self.rows = {s.name: SettingRow(s, getattr(start, s.name)) for s in wanted}
        self.problem = Label("", "problem", wrap=True)
        self.problem.hide()
        self._fold = PlainButton("", "next")
        self._fold.setCheckable(True)
        self._fold.toggled.connect(self._on_fold_toggled)
        self.say(self._fold.setText, lambda: self.tr("More settings"))
        self._rare = QWidget()
        self._forms: list[QFormLayout] = []
        self._lay_out(groups)
        self.set_stacked(stacked)
        for row in self.rows.values():
            row.changed.connect(self._on_edited)

    def value(self) -> C | None:
        """The configuration, or None while a value is wrong."""
        if not all(row.is_valid() for row in self.rows.values()):
            return None
        shown = {name: row.value() for name, row in self.rows.items()}
        rest = {s.name: getattr(self._start, s.name) for s in self._start.describe()}
        try:
            return self._kind.from_mapping(rest | shown)
        except InputError:
            return None

    def complaint(self) -> str:
        """What is wrong with values that are fine by themselves, as a sentence; or nothing."""
        if not all(row.is_valid() for row in self.rows.values()):
            return ""
        shown = {name: row.value() for name, row in self.rows.items()}
        try:
            self._kind.from_mapping(
                {s.name: getattr(self._start, s.name) for s in self._start.describe()} | shown
            )
        except InputError as error:
            return f"{error.message} {error.hint}".strip()
        return ""

    def set_value(self, value: C) -> None:
        """Show another configuration."""
        self._start = value
        for name, row in self.rows.items():
            row.set_value(getattr(value, name))
        self._on_edited()

    def set_stacked(self, on: bool) -> None:
        """Names above their settings, or before them."""
        way = QFormLayout.RowWrapPolicy
        for form in self._forms:
            form.setRowWrapPolicy(way.WrapAllRows if on else way.DontWrapRows)

    def open_fold(self) -> None:
        """Show the rare settings too."""
        self._fold.setChecked(True)

    def _lay_out(self, groups: Sequence[Group]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        common = _form()
        self._forms.append(common)
        for row in self.rows.values():
            if not row.setting.expert:
                common.addRow(row.label, row)
        column.addLayout(common)
        column.addWidget(self.problem)
        rare = QVBoxLayout(self._rare)
        rare.setContentsMargins(0, 0, 0, 0)
        for group, rows in self._grouped(groups):
            rare.addLayout(self._heading(group) if group else QVBoxLayout())
            form = _form()
            self._forms.append(form)
            for row in rows:
                form.addRow(row.label, row)
            rare.addLayout(form)
        self._rare.hide()
        column.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        self._fold.setVisible(any(row.setting.expert for row in self.rows.values()))
        column.addWidget(self._rare)
        column.addStretch(1)

    def _grouped(self, groups: Sequence[Group]) -> list[tuple[Group | None, list[SettingRow]]]:
        """Rare settings by group, in the order of the groups; empty groups do not appear."""
        rare = {name: row for name, row in self.rows.items() if row.setting.expert}
        if not groups:
            return [(None, list(rare.values()))]
        found: list[tuple[Group | None, list[SettingRow]]] = []
        for group in groups:
            named = [rare.pop(name) for name in group.names if name in rare]
            rest = list(rare.values()) if group is groups[-1] else []
            found += [(group, named + rest)] if named + rest else []
        return found

    def _heading(self, group: Group) -> QVBoxLayout:
        title, help = Label("", "heading"), Label("", "caption", wrap=True)
        self.say(title.setText, group.title)
        self.say(help.setText, group.help)
        column = QVBoxLayout()
        column.setContentsMargins(0, SPACE_3, 0, SPACE_2)
        column.setSpacing(2)
        column.addWidget(title)
        column.addWidget(help)
        return column

    def _on_edited(self) -> None:
        complaint = self.complaint()
        self.problem.setText(complaint)
        self.problem.setVisible(bool(complaint))
        self.changed.emit()

    def _on_fold_toggled(self, open_: bool) -> None:
        rare = [row.label for row in self.rows.values() if row.setting.expert]
        for label in rare:  # one column of controls, whatever the groups
            label.setMinimumWidth(max(one.sizeHint().width() for one in rare))
        self._rare.setVisible(open_)
        self._fold.set_icon("down" if open_ else "next")


def setting_name(name: str) -> str:
    """A setting's name as a person reads it, in the present language."""
    return config_text(NAMES.get(name, name.replace("_", " ").capitalize()))


def config_text(text: str) -> str:
    """A name, help line or choice of a configuration in the present language."""
    return QCoreApplication.translate("config", text)


NAMES: dict[str, str] = {
    "per_prompt": "Completions for each prompt",
    "max_new_tokens": "Longest completion, tokens",
    "top_p": "Top p",
    "top_k": "Top k",
    "batch_prompts": "Prompts together",
    "max_prompt_tokens": "Longest prompt, tokens",
    "kl_coef": "KL weight",
    "kl_placement": "KL goes into",
    "kl_target": "KL target",
    "mle_coef": "Weight of reference answers",
    "lr_schedule": "Learning rate over the round",
    "warmup_ratio": "Warm-up share",
    "eps_low": "Clip below",
    "eps_high": "Clip above",
    "advantage_scale": "Rewards divided by",
    "lora_rank": "Adapter rank",
    "lora_alpha": "Adapter scale",
    "max_grad_norm": "Longest gradient",
    "max_weight": "Largest importance weight",
    "min_ess": "Smallest effective share",
    "mask_truncated": "Leave out cut answers",
    "min_reliability": "Smallest reliability",
    "micro_batch_tokens": "Tokens held at once",
    "keep_state_s": "Keep its state every, seconds",
    "override": "Reason to train anyway",
    "take_older": "Use earlier answers too",
}
"""Names that do not follow from the field's own."""


def _side(setting: Setting) -> Qt.AlignmentFlag:
    """Free text takes the whole line, everything else only what it needs."""
    free = setting.type is str and not setting.choices
    return Qt.AlignmentFlag(0) if free else Qt.AlignmentFlag.AlignLeft


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(SPACE_3 * 2)
    form.setVerticalSpacing(SPACE_2)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    return form


def _number(text: str, kind: type) -> Any:
    value, fine = QLocale.c().toDouble(text.replace(",", "."))
    if not fine:
        return text
    if kind is int:
        return int(value) if value == int(value) else text
    return value
