"""The way of a pack out and back: made for a rater, opened as a working copy, given back.

A working copy is an ordinary small project in which one rater rates with the ordinary queue.
Completions and rater keep their uids, so the events made there are valid at home.
"""

import json
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from prefdesk import store
from prefdesk.errors import Cancelled, InputError
from prefdesk.formats import pack, pack_signing
from prefdesk.project.core import Core
from prefdesk.project.naming import full_name
from prefdesk.project.pack_sieve import BATCH, asked_of, batches, hash_of
from prefdesk.project.session import order_seed
from prefdesk.project.settings import Criterion, ProjectSettings
from prefdesk.records import Event, NewPrompt, Rater

MARK, KEY = "pack", "pack_key"

# Nobody can load this model; the names of those who wrote the answers stay at home.
_HIDDEN = json.dumps({"path": "(not in the pack)", "fingerprint": "", "model_type": ""})


@dataclass(frozen=True, slots=True)
class Mark:
    """What makes a project file a working copy: pack, home project and rater (uids in hex)."""

    pack: str
    project: str
    rater: str
    after_hlc: int


def mark_of(c: store.Connection) -> Mark | None:
    """The mark of a working copy, None in an ordinary project."""
    text = store.meta.get(c, MARK)
    with store.reading("the mark of a working copy"):
        return Mark(**json.loads(text)) if text else None


def settings_of(c: store.Connection) -> ProjectSettings:
    """The project's settings."""
    return ProjectSettings.from_json(store.meta.get(c, "settings"))


def make(
    core: Core, rater: Rater, path: Path, limit: int | None, split: str | None, overwrite: bool
) -> int:
    """Write a pack with what waits for a rater, in their order; returns the number of items."""
    if limit is not None and limit < 1:
        raise InputError(f"A pack holds 1 item or more, not {limit}.")
    if rater.simulated:
        raise InputError(f"{rater.name} is simulated and needs no pack.", "Choose a person.")
    while (rest := store.filling.begin(core.store, rater.id, order_seed(rater))) is not None:
        # Whoever begins to rate meanwhile takes the filling over.
        with suppress(Cancelled):
            rest.result()
    with core.read() as c:
        if mark_of(c) is not None:
            raise InputError("This is a working copy of a pack.", "Make packs in its project.")
        settings = settings_of(c)
        ids = _waiting(c, rater.id, limit, split)
        if not ids:
            raise InputError(f"Nothing waits for {rater.name}.", "Let the model answer more first.")
        manifest = pack.Manifest(
            kind="rate",
            project=store.meta.get(c, "uid"),
            pack=os.urandom(16),
            made_ms=store.merging.now_ms(),
            rater=rater.uid,
            rater_name=rater.name,
            question=settings.question,
            criteria=tuple((one.name, one.guideline) for one in settings.criteria),
            after_hlc=store.merging.last_hlc(c, rater.id),
        )
    items = _items(core, ids, asked_of(settings))
    return pack.write(path, manifest, items, overwrite=overwrite)["items.jsonl"]


def _waiting(c: store.Connection, rater_id: int, limit: int | None, split: str | None) -> list[int]:
    ids = store.queue.upcoming(c, rater_id, store.queue.remaining(c, rater_id))
    if split is not None:
        wanted = store.completions.in_split(c, split)
        ids = [id for id in ids if id in wanted]
    return ids[:limit]


def _items(core: Core, ids: Sequence[int], asked: bytes) -> Iterator[pack.PackItem]:
    for some in batches(ids, lambda: BATCH):
        with core.read() as c:
            found = store.merging.items_by_id(c, some)
        for id in some:
            one = found[id]
            prompt = one.prompt
            yield pack.PackItem(
                one.uid,
                hash_of(one, asked),
                prompt.content,
                prompt.source,
                prompt.references,
                one.text,
            )


def open_pack(pack_path: str | Path, project_path: str | Path) -> Path:
    """Make a working copy of a pack: a new project file, in which its rater rates.

    Returns its path. `InputError` for a pack that cannot be used, `ProjectError` if a file of
    the name is there; a failure leaves nothing behind.
    """
    path = full_name(project_path)
    with pack.read(pack_path) as opened:
        opened.require("rate")
        made = store.create(path, meta=_first_meta(opened.manifest))
        try:
            _fill(made, opened)
        except BaseException:
            made.discard()
            raise
    made.close()
    return path


def _first_meta(manifest: pack.Manifest) -> dict[str, str]:
    criteria = tuple(Criterion(name, guideline) for name, guideline in manifest.criteria)
    settings = ProjectSettings(
        title=manifest.rater_name, question=manifest.question, criteria=criteria
    )
    mark = Mark(manifest.pack.hex(), manifest.project, manifest.rater.hex(), manifest.after_hlc)
    return {
        "uid": uuid.uuid4().hex,
        "settings": settings.change({}).to_json(),
        MARK: json.dumps(asdict(mark)),
        KEY: pack_signing.new_key().hex(),
    }


def _fill(made: store.Store, opened: pack.Pack) -> None:
    manifest = opened.manifest

    def begin(c: store.Connection) -> tuple[int, int]:
        store.merging.set_floor(c, manifest.after_hlc)
        store.queue.set_criteria(c, [name for name, _ in manifest.criteria])
        base = store.checkpoints.add_base(c, "Hidden", _HIDDEN)
        return base.id, store.raters.add(c, manifest.rater_name, uid=manifest.rater).id

    base_id, rater_id = made.write(begin).result()
    for some in batches(opened.items(), lambda: BATCH):
        rows = [(one.completion, _prompt(one), one.answer) for one in some]
        made.write(lambda c, r=rows: store.merging.add_items(c, base_id, r)).result()  # type: ignore[misc]
    made.write(lambda c: store.merging.start_queue(c, rater_id)).result()


def _prompt(item: pack.PackItem) -> NewPrompt:
    return NewPrompt(item.content, references=item.references, source=item.source)


def give_back(core: Core, path: Path, overwrite: bool) -> int:
    """Write what the rater of a working copy did as a pack; returns the number of events."""
    with core.read() as c:
        mark = mark_of(c)
        if mark is None:
            raise InputError(
                "This is no working copy of a pack.", "Only those give ratings back to a project."
            )
        rater = store.raters.by_uid(c, bytes.fromhex(mark.rater))
        completions = store.merging.completion_uids(c, rater.id) if rater else {}
        if rater is None or not completions:
            raise InputError("Nothing was rated here yet.")
        settings = settings_of(c)
        with store.reading("the key of a working copy"):
            private = bytes.fromhex(store.meta.get(c, KEY))
        manifest = pack.Manifest(
            kind="ratings",
            project=mark.project,
            pack=bytes.fromhex(mark.pack),
            made_ms=store.merging.now_ms(),
            rater=rater.uid,
            rater_name=rater.name,
            question=settings.question,
            criteria=tuple((one.name, one.guideline) for one in settings.criteria),
            after_hlc=mark.after_hlc,
            public_key=pack_signing.public_key(private),
        )
        asked = asked_of(settings)
        judged = _judged(c, sorted(completions), asked)
        events = (
            _packed(event, completions[event.completion_id], rater.uid)
            for event in store.merging.of_rater(c, rater.id)
        )
        return pack.write(path, manifest, judged, events, private_key=private, overwrite=overwrite)[
            "events.jsonl"
        ]


def _judged(c: store.Connection, ids: Sequence[int], asked: bytes) -> Iterator[pack.JudgedItem]:
    for some in batches(ids, lambda: BATCH):
        for one in store.merging.items_by_id(c, some).values():
            yield pack.JudgedItem(one.uid, hash_of(one, asked))


def _packed(event: Event, completion: bytes, rater: bytes) -> pack.PackEvent:
    return pack.PackEvent(
        uid=event.uid,
        act=event.act,
        verb=event.verb,
        completion=completion,
        rater=rater,
        kind=event.kind,
        criterion=event.criterion,
        occasion=event.occasion,
        hlc=event.hlc,
        utc_ms=event.utc_ms,
        value=event.value,
        body=event.body,
        target=event.target,
        seconds=event.seconds,
    )
