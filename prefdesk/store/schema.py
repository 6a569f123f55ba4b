"""The tables of the current format, word for word as SQLite keeps them.

A file is compared with this list when it is opened, so the format has no triggers, views or
generated columns: nothing in a foreign file can run.
"""

from collections.abc import Iterable

APPLICATION_ID = 0x50464453
FORMAT = 3

# The record of migrations has the shape that sqlite-utils expects to find.
LEDGER = (
    """CREATE TABLE _sqlite_migrations(
  id INTEGER PRIMARY KEY,
  migration_set TEXT,
  name TEXT,
  applied_at TEXT
) STRICT""",
    """CREATE UNIQUE INDEX _sqlite_migrations_name
  ON _sqlite_migrations(migration_set, name)""",
)

TABLES = (
    """CREATE TABLE meta(
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE prompt(
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK(length(uid) = 16),
  text TEXT NOT NULL,
  messages TEXT,
  task TEXT NOT NULL,
  split TEXT NOT NULL CHECK(split IN ('train', 'evaluation')),
  source TEXT NOT NULL,
  reference_texts TEXT NOT NULL,
  tags TEXT NOT NULL,
  columns TEXT NOT NULL
) STRICT""",
    "CREATE INDEX prompt_split ON prompt(split)",
    "CREATE INDEX prompt_task ON prompt(task)",
    """CREATE TABLE encoded_prompt(
  fingerprint TEXT NOT NULL,
  prompt_id INTEGER NOT NULL REFERENCES prompt ON DELETE CASCADE,
  token_ids BLOB NOT NULL,
  PRIMARY KEY(fingerprint, prompt_id)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX encoded_prompt_prompt ON encoded_prompt(prompt_id)",
    """CREATE TABLE rater(
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK(length(uid) = 16),
  name TEXT NOT NULL,
  folded_name TEXT NOT NULL UNIQUE,
  simulated INTEGER NOT NULL,
  queue_seed INTEGER,
  queue_filled_id INTEGER NOT NULL DEFAULT 0
) STRICT""",
    """CREATE TABLE chunk(
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK(length(hash) = 32),
  codec INTEGER NOT NULL,
  raw_size INTEGER NOT NULL CHECK(raw_size BETWEEN 1 AND 4194304),
  base_id INTEGER REFERENCES chunk,
  data BLOB NOT NULL
) STRICT""",
    "CREATE INDEX chunk_base ON chunk(base_id) WHERE base_id IS NOT NULL",
    """CREATE TABLE checkpoint(
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK(length(uid) = 16),
  kind TEXT NOT NULL CHECK(kind IN ('base', 'lora', 'full', 'resume')),
  state TEXT NOT NULL CHECK(state IN ('writing', 'complete', 'deleting', 'deleted')),
  name TEXT NOT NULL,
  parent_id INTEGER REFERENCES checkpoint,
  round_id INTEGER REFERENCES round,
  header TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  n_chunks INTEGER NOT NULL,
  sha256 BLOB CHECK(length(sha256) = 32),
  created_ms INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT""",
    "CREATE INDEX checkpoint_parent ON checkpoint(parent_id)",
    "CREATE INDEX checkpoint_round ON checkpoint(round_id)",
    """CREATE TABLE checkpoint_chunk(
  checkpoint_id INTEGER NOT NULL REFERENCES checkpoint,
  seq INTEGER NOT NULL,
  chunk_id INTEGER NOT NULL REFERENCES chunk,
  PRIMARY KEY(checkpoint_id, seq)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX checkpoint_chunk_chunk ON checkpoint_chunk(chunk_id)",
    """CREATE TABLE sampling(
  id INTEGER PRIMARY KEY,
  checkpoint_id INTEGER NOT NULL REFERENCES checkpoint,
  split TEXT NOT NULL CHECK(split IN ('train', 'evaluation')),
  settings TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  UNIQUE(checkpoint_id, split, settings)
) STRICT""",
    """CREATE TABLE completion(
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK(length(uid) = 16),
  prompt_id INTEGER NOT NULL REFERENCES prompt,
  checkpoint_id INTEGER NOT NULL REFERENCES checkpoint,
  text TEXT NOT NULL,
  multiplicity INTEGER NOT NULL,
  n_tokens INTEGER NOT NULL,
  finished INTEGER NOT NULL
) STRICT""",
    "CREATE INDEX completion_prompt ON completion(prompt_id)",
    "CREATE INDEX completion_checkpoint ON completion(checkpoint_id)",
    """CREATE TABLE draw(
  id INTEGER PRIMARY KEY,
  sampling_id INTEGER NOT NULL REFERENCES sampling,
  prompt_id INTEGER NOT NULL REFERENCES prompt,
  draw_index INTEGER NOT NULL,
  completion_id INTEGER NOT NULL REFERENCES completion,
  seed INTEGER NOT NULL,
  token_ids BLOB NOT NULL,
  logprobs BLOB NOT NULL,
  finished INTEGER NOT NULL,
  layout TEXT NOT NULL,
  UNIQUE(sampling_id, prompt_id, draw_index)
) STRICT""",
    "CREATE INDEX draw_completion ON draw(completion_id)",
    "CREATE INDEX draw_prompt ON draw(prompt_id)",
    """CREATE TABLE event(
  uid BLOB PRIMARY KEY CHECK(length(uid) = 16),
  act BLOB NOT NULL CHECK(length(act) = 16),
  verb TEXT NOT NULL,
  completion_id INTEGER NOT NULL REFERENCES completion,
  rater_id INTEGER NOT NULL REFERENCES rater,
  kind TEXT NOT NULL CHECK(kind IN ('score', 'label', 'skip', 'comment', 'retract')),
  criterion TEXT NOT NULL,
  occasion INTEGER NOT NULL,
  hlc INTEGER NOT NULL,
  utc_ms INTEGER NOT NULL,
  value REAL,
  body TEXT NOT NULL,
  target BLOB,
  seconds REAL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX event_completion ON event(completion_id, rater_id)",
    "CREATE INDEX event_rater ON event(rater_id, hlc)",
    "CREATE INDEX event_hlc ON event(hlc)",
    "CREATE INDEX event_act ON event(act)",
    "CREATE INDEX event_target ON event(target) WHERE target IS NOT NULL",
    """CREATE TABLE rating(
  completion_id INTEGER NOT NULL REFERENCES completion,
  rater_id INTEGER NOT NULL REFERENCES rater,
  criterion TEXT NOT NULL,
  occasion INTEGER NOT NULL,
  kind TEXT NOT NULL,
  value REAL,
  body TEXT NOT NULL,
  seconds REAL,
  hlc INTEGER NOT NULL,
  event_uid BLOB NOT NULL REFERENCES event,
  PRIMARY KEY(completion_id, rater_id, criterion, occasion, kind)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX rating_rater ON rating(rater_id)",
    """CREATE TABLE item_stat(
  completion_id INTEGER NOT NULL REFERENCES completion,
  criterion TEXT NOT NULL,
  n_raters INTEGER NOT NULL,
  n_scores INTEGER NOT NULL,
  score_sum REAL NOT NULL,
  score_squares REAL NOT NULL,
  n_labels INTEGER NOT NULL,
  label_sum REAL NOT NULL,
  label_squares REAL NOT NULL,
  n_skips INTEGER NOT NULL,
  PRIMARY KEY(completion_id, criterion)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE coverage_stat(
  n_raters INTEGER PRIMARY KEY,
  n_completions INTEGER NOT NULL,
  n_ratings INTEGER NOT NULL
) STRICT""",
    """CREATE TABLE queue(
  rater_id INTEGER NOT NULL REFERENCES rater,
  coverage INTEGER NOT NULL,
  position INTEGER NOT NULL,
  completion_id INTEGER NOT NULL REFERENCES completion,
  PRIMARY KEY(rater_id, coverage, position, completion_id)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE exclusion(
  uid BLOB PRIMARY KEY CHECK(length(uid) = 16),
  scope TEXT NOT NULL CHECK(scope IN ('rater', 'rating', 'rater-after-order')),
  rater_id INTEGER NOT NULL REFERENCES rater,
  event_uid BLOB REFERENCES event,
  reason TEXT NOT NULL,
  statistic TEXT NOT NULL,
  author TEXT NOT NULL,
  utc_ms INTEGER NOT NULL,
  restored_by TEXT,
  restored_ms INTEGER,
  after_hlc INTEGER,
  p REAL,
  q REAL,
  threshold REAL,
  model TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE pack_merge(
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK(length(uid) = 16),
  pack_uid BLOB NOT NULL CHECK(length(pack_uid) = 16),
  rater_id INTEGER NOT NULL REFERENCES rater,
  state TEXT NOT NULL CHECK(state IN ('running', 'done', 'undoing', 'undone')),
  seal TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  report TEXT NOT NULL,
  undo_act BLOB CHECK(length(undo_act) = 16)
) STRICT""",
    "CREATE INDEX pack_merge_rater ON pack_merge(rater_id)",
    """CREATE TABLE pack_merge_part(
  merge_id INTEGER NOT NULL REFERENCES pack_merge,
  seq INTEGER NOT NULL,
  event_uids BLOB NOT NULL,
  PRIMARY KEY(merge_id, seq)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE quarantine(
  merge_id INTEGER NOT NULL REFERENCES pack_merge,
  event_uid BLOB NOT NULL CHECK(length(event_uid) = 16),
  reason TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY(merge_id, event_uid)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE round(
  id INTEGER PRIMARY KEY,
  uid BLOB NOT NULL UNIQUE CHECK(length(uid) = 16),
  number INTEGER NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK(status IN ('running', 'done', 'stopped', 'cancelled', 'failed')),
  config TEXT NOT NULL,
  parent_checkpoint_id INTEGER NOT NULL REFERENCES checkpoint,
  checkpoint_id INTEGER REFERENCES checkpoint,
  last_draw_id INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  message TEXT NOT NULL
) STRICT""",
    """CREATE TABLE round_reward(
  round_id INTEGER NOT NULL REFERENCES round,
  completion_id INTEGER NOT NULL REFERENCES completion,
  quality REAL NOT NULL,
  se REAL NOT NULL,
  reliability REAL NOT NULL,
  reward REAL NOT NULL,
  weight REAL NOT NULL,
  n_ratings INTEGER NOT NULL,
  PRIMARY KEY(round_id, completion_id)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE metric(
  round_id INTEGER NOT NULL REFERENCES round,
  step INTEGER NOT NULL,
  name TEXT NOT NULL,
  value REAL,
  PRIMARY KEY(round_id, step, name)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE job(
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  status TEXT NOT NULL CHECK(status IN ('running', 'done', 'stopped', 'cancelled', 'failed')),
  settings TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  heartbeat_ms INTEGER NOT NULL,
  done INTEGER NOT NULL,
  total INTEGER NOT NULL,
  message TEXT NOT NULL,
  detail TEXT NOT NULL,
  crashed INTEGER NOT NULL
) STRICT""",
    "CREATE INDEX job_status ON job(status)",
    """CREATE TABLE credibility(
  uid BLOB PRIMARY KEY CHECK(length(uid) = 16),
  rater_id INTEGER NOT NULL REFERENCES rater,
  value REAL CHECK(value BETWEEN 0 AND 3),
  note TEXT NOT NULL,
  author TEXT NOT NULL,
  utc_ms INTEGER NOT NULL,
  restored_by TEXT,
  restored_ms INTEGER
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE next_best(
  rank INTEGER PRIMARY KEY,
  completion_id INTEGER NOT NULL UNIQUE REFERENCES completion,
  gain REAL NOT NULL,
  variance REAL NOT NULL
) STRICT""",
    """CREATE TABLE prompt_finding(
  run INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN
    ('empty', 'refused', 'control', 'duplicate', 'near', 'too-long', 'language')),
  prompt_id INTEGER NOT NULL REFERENCES prompt ON DELETE CASCADE,
  other_id INTEGER REFERENCES prompt ON DELETE CASCADE,
  value REAL,
  detail TEXT NOT NULL,
  PRIMARY KEY(run, kind, prompt_id)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX prompt_finding_prompt ON prompt_finding(prompt_id)",
    "CREATE INDEX prompt_finding_other ON prompt_finding(other_id) WHERE other_id IS NOT NULL",
    """CREATE TABLE prompt_decision(
  id INTEGER PRIMARY KEY,
  act INTEGER NOT NULL,
  undoes INTEGER,
  prompt_id INTEGER NOT NULL REFERENCES prompt ON DELETE CASCADE,
  kind TEXT NOT NULL,
  choice TEXT NOT NULL CHECK(choice IN ('open', 'keep', 'leave-out', 'shorten')),
  made_id INTEGER REFERENCES prompt ON DELETE SET NULL,
  author TEXT NOT NULL,
  note TEXT NOT NULL,
  utc_ms INTEGER NOT NULL
) STRICT""",
    "CREATE INDEX prompt_decision_prompt ON prompt_decision(prompt_id, kind)",
    "CREATE INDEX prompt_decision_made ON prompt_decision(made_id) WHERE made_id IS NOT NULL",
)


def expected() -> frozenset[tuple[str, str, str]]:
    """What the schema table of a project holds: (type, name, SQL) of each entry."""
    return entries(TABLES)


def entries(tables: Iterable[str]) -> frozenset[tuple[str, str, str]]:
    """The same for a format with these tables and indexes."""
    found = set()
    for sql in (*LEDGER, *tables):
        head = sql.split("(", 1)[0].split()
        kind = "table" if head[1] == "TABLE" else "index"
        found.add((kind, head[head.index("INDEX") + 1] if kind == "index" else head[2], sql))
    return frozenset(found)
