"""One decision to be supposed: a rating left out, an exclusion lifted, a weight estimated again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from prefdesk.project import WhatIf
    from prefdesk.ratings import Rule


@dataclass(frozen=True, slots=True)
class Supposed:
    """`what` names it in the words of the list it was chosen from.

    One of the others says what to suppose: the event of a rating to leave out, the uid of an
    exclusion to lift, or the id of a rater whose weight is to be estimated again.
    """

    what: str
    leave_out: bytes | None = None
    restore: bytes | None = None
    estimate: int | None = None

    def words(self) -> str:
        """The supposition as a line, in the present language."""
        if self.leave_out is not None:
            text = QCoreApplication.translate("supposed", "without {what}")
        elif self.restore is not None:
            text = QCoreApplication.translate("supposed", "with {what} again")
        else:
            text = QCoreApplication.translate("supposed", "not: {what}")
        return text.format(what=self.what)

    def change(self, rule: "Rule") -> "WhatIf":
        """What the project is asked."""
        from prefdesk.project import WhatIf

        return WhatIf(
            leave_out_ratings=() if self.leave_out is None else (self.leave_out,),
            restore=() if self.restore is None else (self.restore,),
            credibility={} if self.estimate is None else {self.estimate: None},
            rule=rule,
        )
