"""How much there is of everything, counted fast enough for a screen that is drawn often."""

from dataclasses import dataclass

from prefdesk.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over the whole project.

    `ratings` are scores and labels that count now. `rated_completions` have at least one of
    them; `coverage` is the share of all completions (0-1) that enough raters judged.
    """

    train_prompts: int
    evaluation_prompts: int
    completions: int
    rated_completions: int
    ratings: int
    raters: int
    rounds: int
    checkpoints: int
    coverage: float


_SQL = """
SELECT
  (SELECT count(*) FROM prompt WHERE split = 'train'),
  (SELECT count(*) FROM prompt WHERE split = 'evaluation'),
  (SELECT count(*) FROM completion),
  judged.completions, judged.ratings,
  (SELECT count(*) FROM rater),
  (SELECT count(*) FROM round),
  (SELECT count(*) FROM checkpoint WHERE state = 'complete' AND kind <> 'resume'),
  judged.covered
FROM (
  SELECT coalesce(sum(n_completions), 0) AS completions, coalesce(sum(n_ratings), 0) AS ratings,
    coalesce(sum(CASE WHEN n_raters >= ? THEN n_completions END), 0) AS covered
  FROM coverage_stat
) judged
"""


def summary(c: Connection, target_ratings: int = 3) -> Summary:
    """All counts in one query; `target_ratings` raters make a completion covered."""
    row = c.execute(_SQL, (target_ratings,)).fetchone()
    covered, completions = row[-1], row[2]
    return Summary(*(*row[:-1], covered / completions if completions else 0.0))
