"""Full-text search: what it finds, and an index that is never in the way and never believed."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prefdesk import store
from prefdesk.errors import InputError
from prefdesk.records import Draw, Event, NewPrompt
from prefdesk.store import engine, search, search_cache, search_index, search_scan, undo
from prefdesk.store.lock import locked
from prefdesk.store.searching import Index
from prefdesk.store.words import Query

from .conftest import Filled
from .test_full_disk import small_disk
from .test_words import STORABLE, TEXTS


@dataclass
class World:
    """A project, its index, and ways to change it."""

    filled: Filled
    folder: Path

    def __post_init__(self) -> None:
        self.index = Index(self.filled.store, self.folder, "2")
        self._drawn = 100

    @property
    def path(self) -> Path:
        return search_cache.file_of(self.folder, "2", self.filled.store.path)

    def update(self) -> int:
        return len(list(self.index.update(verify=True)))

    def ask(self, prompts: list[str]) -> list[int]:
        rows = [NewPrompt(text) for text in prompts]
        return self.filled.store.write(lambda c: store.prompts.add(c, rows)[0]).result()

    def answer(self, *texts: str, prompt: int = 1) -> None:
        first = self._drawn
        self._drawn += len(texts)
        draws = [
            Draw(prompt, first + i, 0, (1,), (-0.5,), text, True, "1x1")
            for i, text in enumerate(texts)
        ]
        sampling = self.filled.sampling
        self.filled.store.write(lambda c: store.completions.add_draws(c, sampling, draws)).result()

    def comment(self, text: str, completion: int = 1, rater: int = 1, **more: int) -> None:
        self.filled.store.write(
            lambda c: store.events.append(
                c, rater_id=rater, completion_id=completion, kind="comment", body=text, **more
            )
        ).result()

    def found(self, text: str, kind: str = "all", limit: int = 1000) -> list[tuple[str, int]]:
        """Every hit, page by page."""
        hits, after = [], None
        while True:
            page = self.index.page(text, kind, after, limit)
            hits += [(hit.kind, hit.id) for hit in page.hits]
            after = page.next
            if after is None:
                return hits

    def total(self, text: str, kind: str = "all") -> int:
        return self.index.page(text, kind, None, 100).total


@pytest.fixture
def world(filled: Filled, tmp_path: Path) -> World:
    return World(filled, tmp_path / "cache" / "search")


def no_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the texts were read one by one")

    monkeypatch.setattr(search_scan, "page", refuse)


def test_that_a_word_is_found_in_prompts_answers_and_comments(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    [asked] = world.ask(["Where is the Walrus?"])
    world.answer("A walrus, in the sea.", "No WALRUSES here.")
    world.comment("Too few walruses", completion=5, rater=2)
    assert world.update() > 0
    no_scan(monkeypatch)
    page = world.index.page("walrus", "all", None, 10)
    assert [(h.kind, h.id) for h in page.hits if h.kind != "completion"] == [
        ("prompt", asked),
        ("comment", 5),
    ]
    assert page.totals == {"prompt": 1, "completion": 2, "comment": 1}
    assert (page.total, page.ranked, page.complete, page.exact) == (4, True, True, True)
    hit = page.hits[-1]
    assert (hit.rater_id, hit.prompt_id) == (2, 2)
    assert [hit.excerpt[a:b] for a, b in hit.spans] == ["walruses"]
    assert world.total("walrus ", "completion") == 1


def test_that_the_project_file_is_not_touched(world: World) -> None:
    before = world.filled.store.writes, world.filled.store.path.read_bytes()
    world.update()
    world.found("answer")
    assert (world.filled.store.writes, world.filled.store.path.read_bytes()) == before
    with world.filled.store.read() as c:
        assert len(c.execute("PRAGMA database_list").fetchall()) == 1


@given(st.lists(STORABLE, min_size=1, max_size=8, unique=True), st.lists(TEXTS, max_size=3))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_that_index_and_scan_find_the_same(
    world: World, texts: list[str], queries: list[str]
) -> None:
    world.answer(*texts)
    world.update()
    for typed in ["the", "cafe", "日本", texts[0], *queries]:
        query, kinds = Query.of(typed), search.KINDS
        read = search_scan.page(world.filled.store, query, kinds, None, 1000)
        by_index = world.index.page(typed, "all", None, 1000)
        key = lambda hit: (hit.kind, hit.id)  # noqa: E731
        assert sorted(by_index.hits, key=key) == sorted(read.hits, key=key)
        assert by_index.totals == read.totals
        assert read.complete and by_index.complete


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("answer"), STORABLE),
            st.tuples(st.just("ask"), STORABLE),
            st.tuples(st.just("comment"), st.sampled_from(["fine words", "café", "日本語 too"])),
            st.tuples(st.sampled_from(["undo", "redo", "delete", "update"]), st.just("")),
        ),
        max_size=12,
    )
)  # fmt: skip
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_that_an_index_brought_up_to_date_is_one_made_anew(
    world: World, steps: list[tuple[str, str]]
) -> None:
    change: dict[str, Callable[[str], object]] = {
        "answer": world.answer,
        "ask": lambda text: world.ask([text]),
        "comment": lambda text: world.comment(text, completion=1 + len(text) % 3),
        "undo": lambda _: world.filled.store.write(lambda c: undo.undo(c, 1)).result(),
        "redo": lambda _: world.filled.store.write(lambda c: undo.redo(c, 1)).result(),
        "delete": lambda _: world.filled.store.write(delete_last_prompt).result(),
        "update": lambda _: world.update(),
    }
    for what, text in steps:
        with suppress(InputError):
            change[what](text)
    world.update()
    grown = contents(world.path)
    search_cache.discard(world.path)
    world.update()
    assert grown == contents(world.path)


def delete_last_prompt(c: store.Connection) -> None:
    store.prompts.delete(c, store.prompts.ids(c)[-1:])


def contents(path: Path) -> object:
    """Every word of an index with the texts it stands in, and the comments."""
    c = engine.connect(path, read_only=False)
    found = []
    for kind in search.KINDS:
        c.execute(
            f"CREATE VIRTUAL TABLE temp.{kind}_list USING fts5vocab(main, {kind}_words, instance)"
        )
        found.append(sorted(c.execute(f"SELECT * FROM {kind}_list").fetchall()))
    comments = c.execute("SELECT id, completion_id, event_uid FROM comment ORDER BY id").fetchall()
    c.close()
    return found, comments


def test_that_a_changed_comment_is_found_by_its_new_words_only(world: World) -> None:
    world.comment("first thought", completion=3)
    world.update()
    world.comment("second idea", completion=3)
    assert (world.total("thought"), world.total("idea")) == (0, 1)
    world.filled.store.write(lambda c: undo.undo(c, 1)).result()
    assert (world.total("thought"), world.total("idea")) == (1, 0)


def test_that_comments_from_before_the_newest_are_found_as_well(world: World) -> None:
    world.comment("newest", now_ms=10_000_000)
    world.update()
    # As a merge brings them: an event that happened long ago, on another machine.
    world.filled.store.write(merge_old_comment).result()
    world.update()
    assert world.total("elsewhere") == 1


def merge_old_comment(c: store.Connection) -> None:
    event = Event(
        b"u" * 16, b"a" * 16, "comment", 7, 2, "comment", "overall", 0, 5, 1, body="elsewhere"
    )
    store.merging.add_events(c, [event])


def test_that_a_clock_that_is_ahead_does_not_hide_comments(world: World) -> None:
    ahead_ms = int(time.time() * 1000) + 10 * 365 * 86400 * 1000
    world.comment("from the future", rater=2, now_ms=ahead_ms)
    world.update()
    world.comment("from today")
    assert (world.total("future"), world.total("today")) == (1, 1)
    world.comment("once more", completion=2, rater=2, now_ms=ahead_ms)
    assert world.total("once") == 1


def test_that_pages_follow_each_other_without_gaps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.answer(*[f"walrus {'walrus ' * (i % 5)}number {i}" for i in range(30)])
    world.ask([f"walrus {i}" for i in range(5)])
    world.comment("walrus")
    world.update()
    for most in (10_000, 10):
        monkeypatch.setattr(search, "RANKED_MOST", most)
        at_once = world.found("walrus")
        assert len(at_once) == len(set(at_once)) == 36
        for limit in (1, 7, 35, 36):
            assert world.found("walrus", limit=limit) == at_once
    newest = [id for kind, id in at_once if kind == "completion"]
    assert newest == sorted(newest, reverse=True)
    page = world.index.page("walrus", "all", None, 5)
    assert (page.ranked, page.exact) == (False, False)
    assert world.index.count("walrus", "all") == {"prompt": 5, "completion": 30, "comment": 1}


def test_that_texts_that_fit_better_come_first(world: World) -> None:
    world.answer("one quokka among many other words that are here", "quokka quokka", "none")
    world.update()
    page = world.index.page("quokka", "completion", None, 10)
    assert [hit.excerpt[:13] for hit in page.hits] == ["quokka quokka", "one quokka am"]


def test_that_a_frequent_word_is_not_looked_for_as_a_beginning(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.answer(*[f"walrus {i}" for i in range(5)], "walruses")
    world.update()
    assert world.total("walrus") == 6
    monkeypatch.setattr(search, "RANKED_MOST", 3)
    assert len(world.found("walrus")) == 5


def test_that_one_letter_is_a_beginning_only_where_that_is_quick(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.answer("x-ray", "x", "xylophone")
    world.update()
    assert (world.total("x"), world.total("xyl")) == (3, 1)
    monkeypatch.setattr(search, "FEW_TEXTS", 10)
    assert (world.total("x"), world.total("xyl")) == (2, 1)


def test_that_a_stopped_update_goes_on_where_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "ROWS", 3)
    steps = world.index.update()
    first = next(steps)
    assert 0 < first.done < first.total
    steps.close()
    assert [p.name for p in world.folder.iterdir()] == [world.path.name]
    again = next(world.index.update())
    assert again.done > first.done
    world.update()
    assert world.total("answer", "completion") == 12


def test_that_one_fills_at_a_time_and_others_search(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.update()
    world.answer("walrus")
    with locked(world.path):
        assert world.update() == 0
        no_scan(monkeypatch)
        page = world.index.page("answer", "completion", None, 50)
        assert (page.total, page.complete) == (12, False)
    assert world.index.page("walrus", "all", None, 50).complete


def test_that_an_index_can_be_searched_while_it_is_filled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.update()
    monkeypatch.setattr(search_index, "ROWS", 2)
    world.answer(*[f"walrus {i}" for i in range(20)])
    no_scan(monkeypatch)
    counts = []
    for _ in world.index.update():
        counts.append(world.total("walrus"))
    assert counts == sorted(counts)
    assert (counts[0] < 20, counts[-1]) == (True, 20)


def spoil_everywhere(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(2048, len(data), 4096):
        data[at : at + 2000] = os.urandom(2000)
    path.write_bytes(data)


def spoil_header(path: Path) -> None:
    path.write_bytes(b"no index" * 1000)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def make_empty(path: Path) -> None:
    path.write_bytes(b"")


def make_older(path: Path) -> None:
    c = engine.connect(path, read_only=False)
    c.execute("PRAGMA user_version=0")
    c.execute("INSERT INTO completion_words(completion_words) VALUES('delete-all')")
    c.close()


def make_foreign(path: Path) -> None:
    c = engine.connect(path, read_only=False)
    c.execute("UPDATE owner SET uid = 'somebody else'")
    c.execute("INSERT INTO completion_words(completion_words) VALUES('delete-all')")
    c.close()


def lose_words(path: Path) -> None:
    c = engine.connect(path, read_only=False)
    c.execute("DELETE FROM completion_words_data WHERE id > 10")
    c.close()


@pytest.mark.parametrize(
    "spoil",
    [spoil_everywhere, spoil_header, cut, make_empty, make_older, make_foreign, lose_words],
)
def test_that_an_index_that_is_not_right_is_made_anew(
    world: World, spoil: Callable[[Path], None]
) -> None:
    world.answer("a walrus")
    world.update()
    whole = contents(world.path)
    spoil(world.path)
    # What is found meanwhile is true, and finding it raises nothing.
    assert world.total("walrus") == 1
    world.update()
    world.total("walrus")
    world.update()
    assert contents(world.path) == whole


def test_that_an_index_that_another_made_anew_is_the_one_searched(world: World) -> None:
    world.update()
    assert world.total("answer") == 12
    search_cache.discard(world.path)
    world.answer("a walrus")
    list(Index(world.filled.store, world.folder, "2").update())
    assert world.total("walrus") == 1


def test_that_prompts_under_ids_given_again_are_found_by_their_own_words(world: World) -> None:
    world.ask(["about walruses", "about penguins"])
    world.update()
    world.filled.store.write(delete_last_prompt).result()
    world.ask(["about quokkas"])
    world.update()
    assert (world.total("penguins"), world.total("quokkas")) == (0, 1)


def test_that_deleted_prompts_are_noticed_without_comparing_everything(world: World) -> None:
    asked = world.ask(["about walruses", "about penguins", "about whales"])
    world.update()
    world.filled.store.write(lambda c: store.prompts.delete(c, asked[1:])).result()
    world.ask(["about quokkas", "about wombats"])
    list(search_index.update(world.filled.store, world.path, "2", verify=False))
    totals = [world.total(f"{one}s") for one in ("penguin", "whale", "quokka", "wombat", "walruse")]
    assert totals == [0, 0, 1, 1, 1]


def test_that_a_backup_put_back_is_noticed(filled_path: Path, tmp_path: Path) -> None:
    backup = filled_path.read_bytes()

    def opened(*texts: str) -> World:
        ids = Filled(store.open(filled_path), 1, 1, [1], [1], [1])
        made = World(ids, tmp_path / "search")
        made.answer(*texts)
        made.update()
        return made

    first = opened("a walrus", "the same")
    assert first.total("walrus") == 1
    first.filled.store.close()
    filled_path.write_bytes(backup)
    second = opened("a quokka", "the same")
    assert (second.total("walrus"), second.total("quokka"), second.total("same")) == (0, 1, 1)
    second.filled.store.close()


def test_that_an_old_index_invents_nothing(world: World) -> None:
    world.answer("a walrus")
    world.update()
    c = engine.connect(world.path, read_only=False)
    c.execute("INSERT OR REPLACE INTO completion_words(rowid, text) VALUES(3, 'quokka')")
    c.execute("INSERT OR REPLACE INTO prompt_words(rowid, text) VALUES(2, 'a quokka')")
    c.execute("INSERT INTO prompt_words(rowid, text) VALUES(1001, 'quokka'), (9999, 'quokka')")
    c.close()
    assert world.found("quokka") == []


def test_that_search_works_where_there_is_no_folder_for_an_index(
    world: World, tmp_path: Path
) -> None:
    world.answer("a walrus")
    (tmp_path / "file").write_text("in the way")
    for folder in (None, tmp_path / "file" / "search"):
        index = Index(world.filled.store, folder, "2")
        assert list(index.update()) == []
        page = index.page("walrus", "all", None, 10)
        assert [hit.kind for hit in page.hits] == ["completion"]
        assert index.prompts("walrus", after=0, limit=5, split=None, task=None) is None


def test_that_search_works_without_an_engine_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        search_cache, "_TABLES", ("CREATE VIRTUAL TABLE prompt_words USING fts99(text)",)
    )
    assert world.update() == 0
    assert list(world.folder.iterdir()) == []
    assert world.total("answer") == 12


def test_that_a_full_disk_stops_the_index_and_not_the_search(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"walrus {i} " + " ".join(f"w{i}x{j}" for j in range(400)) for i in range(200)]
    world.answer(*texts)
    with small_disk(tmp_path / "small", 400) as disk:
        index = Index(world.filled.store, disk, "2")
        assert list(index.update()) == []
        monkeypatch.setattr(search_cache, "RESERVE_BYTES", 0)
        list(index.update())
        assert list(disk.iterdir()) == [], "the space is given back"
        page = index.page("walrus", "completion", None, 1000)
        assert len(page.hits) == 200
    assert world.filled.store.check() == []


def test_that_a_scan_ends_in_time_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_scan, "BUDGET_S", -1.0)
    page = search_scan.page(world.filled.store, Query.of("answer"), search.KINDS, None, 10)
    assert (page.hits, page.complete, page.exact) == ((), False, False)


def test_that_pages_of_a_scan_follow_each_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_scan, "ROWS", 4)
    world.ask(["an answer?"])
    world.comment("no answer")
    at_once = world.found("answer")
    assert len(at_once) == 14
    assert world.found("answer", limit=3) == at_once


def test_that_indexes_nobody_needs_go_when_one_is_made(world: World) -> None:
    world.folder.mkdir(parents=True)
    old, young = world.folder / "old.db", world.folder / "young.db"
    for path in (old, young):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 61 * 86400,) * 2)
    os.utime(young, (time.time() - 59 * 86400,) * 2)
    world.update()
    assert {p.name for p in world.folder.iterdir()} == {world.path.name, "young.db"}


@pytest.mark.parametrize("uid", ["../../away", "", "a" * 300, "CON/x", "\ud800"])
def test_that_a_uid_names_no_other_folder(tmp_path: Path, uid: str) -> None:
    path = search_cache.file_of(tmp_path, uid, tmp_path / "a.prefdesk")
    assert path.parent == tmp_path
    assert path.suffix == ".db" and len(path.name) < 100


@given(st.one_of(TEXTS, st.text(max_size=30)))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_that_nothing_typed_raises(world: World, typed: str) -> None:
    if not world.path.exists():
        world.update()
    world.index.page(typed, "all", None, 5)
    world.index.prompts(typed, after=0, limit=5, split=None, task=None)
    world.index.count(typed, "all")


def test_that_a_kind_that_there_is_not_is_refused(world: World) -> None:
    with pytest.raises(InputError, match="no kind"):
        world.index.page("a", "rating", None, 5)
    with pytest.raises(InputError, match="1 to"):
        world.index.page("a", "all", None, 0)
    with pytest.raises(InputError, match="go on"):
        world.index.page("a", "prompt", search.SearchKey("comment", 1), 5)


@pytest.mark.parametrize("most", [10_000, 1])
def test_that_prompts_are_found_by_their_answers(
    world: World, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(search, "RANKED_MOST", most)
    asked = world.ask(["walrus?", "other"])
    world.answer("a walrus", "two walruses", "none", prompt=2)
    world.update()

    def pages(limit: int, **more: str) -> Iterator[tuple[int, int]]:
        after: int | None = 0
        while after is not None:
            page = world.index.prompts(
                "walrus", after=after, limit=limit, **{"split": None, "task": None, **more}
            )
            assert page is not None
            assert page.total == (None if most == 1 else 2 if not more else 0)
            yield from zip((p.id for p in page.prompts), page.answers, strict=True)
            after = page.next

    for limit in (1, 2, 50):
        assert list(pages(limit)) == [(2, 2), (asked[0], 0)]
    assert list(pages(5, split="evaluation")) == []
