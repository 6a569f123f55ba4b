"""The raters of a project, and what is left out of the rewards."""

from prefdesk import store
from prefdesk.errors import InputError
from prefdesk.project.core import Core
from prefdesk.records import NO_FIGURES, Credibility, Exclusion, Figures, Rater


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
        self,
        rater_id: int,
        reason: str,
        *,
        statistic: str = "",
        author: str = "",
        figures: Figures = NO_FIGURES,
    ) -> Exclusion:
        """Leave out everything a rater said."""
        return self._add("rater", rater_id, None, reason, statistic, author, figures)

    def exclude_rating(
        self,
        rater_id: int,
        event_uid: bytes,
        reason: str,
        *,
        statistic: str = "",
        author: str = "",
        figures: Figures = NO_FIGURES,
    ) -> Exclusion:
        """Leave out one rating."""
        return self._add("rating", rater_id, event_uid, reason, statistic, author, figures)

    def exclude_from(
        self,
        rater_id: int,
        event_uid: bytes,
        reason: str,
        *,
        statistic: str = "",
        author: str = "",
        figures: Figures = NO_FIGURES,
    ) -> Exclusion:
        """Leave out a rating and everything its rater said after it, also what is yet to come."""
        return self._add(
            "rater-after-order", rater_id, event_uid, reason, statistic, author, figures
        )

    def exclude_since(
        self,
        rater_id: int,
        utc_ms: int,
        reason: str,
        *,
        statistic: str = "",
        author: str = "",
        figures: Figures = NO_FIGURES,
    ) -> Exclusion:
        """Leave out what a rater said at a moment (ms since 1970, UTC) and after it.

        Ratings that arrive later count by when they were given. `InputError` if there are none.
        """
        own = self._core.query(lambda c: store.events.current(c, rater_id=rater_id))
        since = sorted((r.hlc, r.event_uid) for r in own if r.hlc >> 16 >= utc_ms)
        if not since:
            raise InputError(
                "There is no rating of this rater from that time on.", "Name an earlier time."
            )
        return self._add(
            *("rater-after-order", rater_id, since[0][1], reason, statistic, author, figures),
            after_hlc=max(utc_ms, 0) << 16,
        )

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
        figures: Figures,
        after_hlc: int | None = None,
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
                figures=figures,
                after_hlc=after_hlc,
            ),
            "exclusions",
        )


class Credibilities:
    """`project.credibility`: raters' weights set by hand, each with a note and a way back."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def set(
        self, rater_id: int, value: float | None, note: str, *, author: str = ""
    ) -> Credibility:
        """Give a rater's ratings `value` (0 to 3) times the precision of the panel's mean rater.

        0 leaves them out; None lets the weight be estimated again. Rounds that were made keep
        their rewards. Raises `InputError` for another value and without a note.
        """
        return self._core.mutate(
            lambda c: store.credibility.add(c, rater_id, value, note, author), "exclusions"
        )

    def restore(self, uid: bytes, *, author: str = "") -> Credibility:
        """Take a decision back; the one before it is in force again. It stays in the log."""
        return self._core.mutate(lambda c: store.credibility.restore(c, uid, author), "exclusions")

    def bring_back(self, uid: bytes, *, author: str = "") -> Credibility:
        """Decide once more what a decision that was taken back had decided."""
        one = self._core.query(lambda c: store.credibility.get(c, uid))
        return self.set(one.rater_id, one.value, one.note, author=author or one.author)

    def active(self) -> list[Credibility]:
        """The decision in force about each rater about whom there is one."""
        return self._core.query(store.credibility.active)

    def log(self) -> list[Credibility]:
        """Every decision in order of time; one that was taken back has a second entry."""
        return self._core.query(store.credibility.log)
