"""Small named values of the project, such as its settings: text by key."""

from prefdesk.store.engine import Connection


def get(c: Connection, key: str, default: str = "") -> str:
    """The value under a key, or `default`."""
    row = c.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return default if row is None else str(row[0])


def put(c: Connection, key: str, value: str) -> None:
    """Set the value under a key."""
    c.execute("INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)", (key, value))


def all(c: Connection) -> dict[str, str]:
    """Every key with its value, in order of the keys."""
    return dict(c.execute("SELECT key, value FROM meta ORDER BY key").fetchall())
