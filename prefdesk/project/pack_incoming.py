"""A pack that came back, beside the project it belongs to: whose it is and how sure that is."""

from collections.abc import Callable, Iterator

from prefdesk import errors, store
from prefdesk.errors import InputError
from prefdesk.formats import pack
from prefdesk.project.core import Core
from prefdesk.project.pack_copy import mark_of, settings_of
from prefdesk.project.pack_records import DOUBTFUL, Identity, Seal
from prefdesk.project.pack_sieve import Sieve, Sifted

_KEYS = "pack_keys/"
_DOUBTS: dict[str, str] = {
    "key missing": "is not signed",
    "other key": "is signed with another key",
    "not checked": "is signed, which cannot be checked here",
}


Progress = Callable[[int, int], None]
"""Called with events done and events in all."""

Cancelled = Callable[[], bool]
"""Says whether somebody pressed Stop."""


def beat(cancelled: Cancelled | None) -> Callable[[], None]:
    """What to call between pieces of work: raises `errors.Cancelled` once somebody stops it."""

    def check() -> None:
        if cancelled is not None and cancelled():
            raise errors.Cancelled

    return check


class Incoming:
    """An open pack of ratings beside the project that it belongs to.

    `InputError` for a pack of another project, of items, or for another rater's working copy.
    """

    def __init__(self, core: Core, opened: pack.Pack, as_name: str) -> None:
        opened.require("ratings")
        self.core, self.pack, self.manifest = core, opened, opened.manifest
        with core.read() as c:
            _require_home(c, opened)
            self.settings = settings_of(c)
            self.identity = _identity(c, self.manifest, as_name)
            keys = _keys(c, self.manifest.rater)
        self.seal = _seal(opened, keys)
        # A key that is known, on a machine that cannot check it, anybody may have written.
        self.doubtful = self.seal in DOUBTFUL or (self.seal == "not checked" and bool(keys))
        target = self.identity.target
        self.new_name = as_name or self.manifest.rater_name
        self.target_uid = target.uid if target else self.manifest.rater
        self.merge_uid = store.merging.content_uid([opened.digest.hex(), self.target_uid.hex()])

    def sifted(self, rater_id: int) -> Iterator[Sifted]:
        """All events of the pack, each with what becomes of it here."""
        now_ms = store.merging.now_ms()
        sieve = Sieve(self.core, self.pack, self.settings, self.target_uid, now_ms)
        for number, row in enumerate(self.pack.events(), 1):
            yield sieve.sift(number, row, rater_id)


def _require_home(c: store.Connection, opened: pack.Pack) -> None:
    mark = mark_of(c)
    home = mark.project if mark else store.meta.get(c, "uid")
    if opened.manifest.project != home:
        raise InputError(
            f"{opened.name} belongs to another project.",
            "Merge it into the project that its pack was made in.",
        )
    if mark and opened.manifest.rater.hex() != mark.rater:
        raise InputError(f"{opened.name} is another rater's.", "Merge it into the project itself.")


def _identity(c: store.Connection, manifest: pack.Manifest, as_name: str) -> Identity:
    known = store.raters.by_uid(c, manifest.rater)
    namesake = store.raters.by_name(c, manifest.rater_name)
    chosen = store.raters.by_name(c, as_name) if as_name else None
    if known and as_name and chosen is None:
        raise InputError(f"There is no rater called {as_name!r}.", "Name one of the project.")
    target = chosen or known
    if target and target.simulated:
        raise InputError(f"{target.name} is simulated.", "Give the ratings to a person.")
    found = "known" if known else "same name" if namesake else "new"
    return Identity(manifest.rater, manifest.rater_name, found, target)  # type: ignore[arg-type]


def _keys(c: store.Connection, rater: bytes) -> list[str]:
    return store.meta.get(c, _KEYS + rater.hex()).split()


def remember_key(c: store.Connection, rater: bytes, key: str) -> None:
    """Keep a public key (hex) that a pack of this rater was accepted with."""
    keys = _keys(c, rater)
    if key not in keys:
        store.meta.put(c, _KEYS + rater.hex(), " ".join([*keys, key]))


def _seal(opened: pack.Pack, keys: list[str]) -> Seal:
    if opened.seal == "none":
        return "key missing" if keys else "not signed"
    if keys and opened.manifest.public_key.hex() not in keys:
        return "other key"
    if opened.seal == "unchecked":
        return "not checked"
    return "verified" if keys else "first key"


def require_clear(incoming: Incoming, unverified: bool) -> None:
    """`InputError` where somebody must first say whose ratings these are, or vouch for them."""
    identity = incoming.identity
    if identity.target is None and identity.found == "same name" and not _renames(incoming):
        raise InputError(
            f"There is another rater called {identity.name} in this project.",
            "Say who gets these ratings: a rater of the project, or a new name (--as NAME).",
        )
    if incoming.doubtful and not unverified:
        what = _DOUBTS[incoming.seal]
        raise InputError(
            f"{incoming.pack.name} {what}; {identity.name} signed what came before.",
            "Ask them whether it is theirs; then merge it as unverified (--unverified).",
        )


def _renames(incoming: Incoming) -> bool:
    return incoming.new_name.casefold() != incoming.identity.name.casefold()
