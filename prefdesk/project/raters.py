"""The raters of a project, and what is left out of the rewards."""

from prefdesk import store
from prefdesk.errors import InputError
from prefdesk.project.core import Core
from prefdesk.records import Exclusion, Rater


class Raters:
    """`project.raters`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def all(self) -> list[Rater]:
        """Everybody, in order of arrival."""
        return self._core.query(store.raters.all)

    def add(self, name: str, *, simulated: bool = False) -> Rater:
        """A new rater; a name twice (in any case of letters) raises `InputError`."""
        return self._core.mutate(lambda c: store.raters.add(c, name, simulated), "raters")

    def by_name(self, name: str) -> Rater:
        """The rater of this name; `InputError` if there is none."""
        found = self._core.query(lambda c: store.raters.by_name(c, name))
        if found is None:
            raise InputError(f"There is no rater called {name!r}.", "Add the rater first.")
        return found

    def rename(self, rater: Rater, name: str) -> Rater:
        """The same rater under another name."""
        return self._core.mutate(lambda c: store.raters.rename(c, rater.id, name), "raters")


class Exclusions:
    """`project.exclusions`: ratings left out of every reward, each with a reason and a way back."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def exclude_rater(
        self, rater_id: int, reason: str, *, statistic: str = "", author: str = ""
    ) -> Exclusion:
        """Leave out everything a rater said."""
        return self._add("rater", rater_id, None, reason, statistic, author)

    def exclude_rating(
        self,
        rater_id: int,
        event_uid: bytes,
        reason: str,
        *,
        statistic: str = "",
        author: str = "",
    ) -> Exclusion:
        """Leave out one rating."""
        return self._add("rating", rater_id, event_uid, reason, statistic, author)

    def restore(self, uid: bytes, *, author: str = "") -> Exclusion:
        """Take an exclusion back; it stays in the log."""
        return self._core.mutate(lambda c: store.exclusions.restore(c, uid, author), "exclusions")

    def active(self) -> list[Exclusion]:
        """Exclusions in force."""
        return self._core.query(store.exclusions.active)

    def log(self) -> list[Exclusion]:
        """Every exclusion there ever was, newest first."""
        return self._core.query(store.exclusions.log)

    def _add(
        self,
        scope: str,
        rater_id: int,
        event_uid: bytes | None,
        reason: str,
        statistic: str,
        author: str,
    ) -> Exclusion:
        if not reason.strip():
            raise InputError("An exclusion needs a reason.")
        return self._core.mutate(
            lambda c: store.exclusions.add(
                c,
                scope=scope,
                rater_id=rater_id,
                event_uid=event_uid,
                reason=reason.strip(),
                statistic=statistic,
                author=author,
            ),
            "exclusions",
        )
