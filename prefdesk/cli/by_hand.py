"""Rating at a terminal: one item after the other, each answer on disk before the next.

The conversation is on standard error, so that standard output stays for the result.
"""

import time

from prefdesk.cli import streams
from prefdesk.cli.output import counted, say
from prefdesk.errors import InputError
from prefdesk.project import Item, Project, RatingSession
from prefdesk.records import LABELS, Rater

QUIT, SKIP, UNDO = "q", "s", "u"
QUESTIONS = {"score": "0 to 10", "label": ", ".join(LABELS)}


def rate(project: Project, name: str) -> int:
    """Ask until the queue is empty or somebody leaves; how many ratings were added.

    Ctrl-D ends it as q does; what was answered is kept in any case.
    """
    rater = _rater(project, name)
    before = project.ratings.count(rater.id)
    table = _Table(project.ratings.session(rater))
    try:
        table.work()
    except KeyboardInterrupt:
        say("\nEvery answer so far is kept.")
        raise
    return project.ratings.count(rater.id) - before


def _rater(project: Project, name: str) -> Rater:
    try:
        return project.raters.by_name(name)
    except InputError:
        made = project.raters.add(name)
        say(f"{made.name} is a new rater.")
        return made


class _Table:
    """One rater at the terminal. `u` reaches back to the start of this sitting, not before."""

    def __init__(self, session: RatingSession) -> None:
        self._session = session
        self._acts = 0

    def work(self) -> None:
        """Show item after item."""
        session = self._session
        say(f"Answer {QUESTIONS[session.question]}; s skips, u takes the last one back, q ends.")
        say("\n".join(c.guideline for c in session.criteria if c.guideline))
        while items := session.upcoming(1):
            if not self._judge(items[0]):
                return
        say("No completion waits for you.")

    def _judge(self, item: Item) -> bool:
        """Show one item and take its answers; False if the rater leaves."""
        left = counted(self._session.remaining(), "completion")
        say(f"\n--- {left} left ---\n{item.prompt.text}\n\n> {item.text}\n")
        shown = time.monotonic()
        for criterion in self._session.criteria:
            if criterion.name in item.answers:
                continue
            answer = self._answer(item, criterion.name, shown)
            if answer in (QUIT, SKIP, UNDO):
                return answer != QUIT
            shown = time.monotonic()
        return True

    def _answer(self, item: Item, criterion: str, shown: float) -> str:
        """Ask until there is an answer, and do what it says; seconds count from `shown`."""
        asked = f"{criterion}? " if len(self._session.criteria) > 1 else "? "
        while True:
            answer = _read(asked)
            seconds = time.monotonic() - shown
            try:
                self._do(item, answer, criterion, seconds)
            except InputError as e:
                say(str(e))
            else:
                return answer

    def _do(self, item: Item, answer: str, criterion: str, seconds: float) -> None:
        session = self._session
        if answer == QUIT:
            return
        if answer == UNDO:
            self._undo()
            return
        if answer == SKIP:
            session.skip(item.completion_id, seconds=seconds).result()
        elif session.question == "score":
            value = _score(answer)
            session.score(item.completion_id, value, criterion=criterion, seconds=seconds).result()
        else:
            label = next((name for name in LABELS if answer and name.startswith(answer)), answer)
            session.label(item.completion_id, label, criterion=criterion, seconds=seconds).result()
        self._acts += 1

    def _undo(self) -> None:
        if not self._acts:
            raise InputError("There is nothing to take back in this sitting.")
        self._session.undo().result()
        self._acts -= 1


def _read(asked: str) -> str:
    streams.tell(asked, end="")
    try:
        return input().strip().lower()
    except EOFError:
        say("")
        return QUIT


def _score(answer: str) -> float:
    try:
        return float(answer.replace(",", "."))
    except ValueError:
        raise InputError(f"{answer!r} is no answer here.", "A score is 0 to 10.") from None
