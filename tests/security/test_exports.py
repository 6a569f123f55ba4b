"""S12, S13, S16, S17: what leaves the project runs nowhere, goes nowhere else and tells no more."""

import csv
import getpass
import json
import os
import platform
import socket
import zipfile
from pathlib import Path

import pytest

from prefdesk import formats
from prefdesk.errors import InputError, PrefdeskError, ProjectError
from prefdesk.formats.guard import guarded, unguarded
from prefdesk.project import Project
from prefdesk.records import NewPrompt
from tests.worlds import add_answers, make_project

FORMULAS = [
    '=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    "＝1", "＋1", "－1", "＠x", " =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "'=1", "%1", "|x",
    '="a"&"b"', "=1\n=2",
]  # fmt: skip

FIRST = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "%", "|")


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory):
    """A project in which every text is a formula."""
    path = tmp_path_factory.mktemp("evil") / "a.prefdesk"
    with make_project(path, prompts=1) as project:
        project.prompts.add(
            [NewPrompt(f, source=f, references=(f,), columns={f: f}) for f in FORMULAS]
        )
        add_answers(project, project.checkpoints.all()[0].id, "train", 1)
        session = project.ratings.session(project.raters.add("=Ana"))
        for one, formula in zip(project.completions.each(), FORMULAS):
            session.score(one.id, 5.0, seconds=1.0).result()
            session.comment(one.id, formula).result()
        yield project


@pytest.mark.parametrize("what", ["prompts", "ratings", "completions", "rewards"])
def test_that_no_cell_of_a_table_is_a_formula(evil: Project, tmp_path: Path, what: str) -> None:
    path = tmp_path / f"{what}.csv"
    assert evil.export.write(what, path)
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    risky = [c for c in cells if c.lstrip(" \u00a0\ufeff\u200b").startswith(FIRST)]
    assert [c for c in risky if not number(c)] == []


def number(text: str) -> bool:
    """Rewards may be negative; a number is no formula."""
    try:
        float(text)
    except ValueError:
        return False
    return text[:1] == "-"


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_that_prompts_come_back_letter_by_letter(
    evil: Project, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"p{suffix}"
    evil.export.write("prompts", path)
    assert {str(row.content) for row in formats.read_prompts(path).rows} >= set(FORMULAS)


@pytest.mark.parametrize("text", [*FORMULAS, "", "'", "''", "plain", "it's", "1", "'1"])
def test_that_the_guard_takes_off_exactly_what_it_put_on(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_that_json_lines_lose_nothing(evil: Project, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    evil.export.write("ratings", path)
    rows = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
    assert {row["comment"] for row in rows} <= {"", *FORMULAS}
    assert len({row["comment"] for row in rows} & set(FORMULAS)) > 3


def test_that_a_link_in_the_folder_of_an_export_is_not_followed(
    evil: Project, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("keep")
    for name, kind in (("l.csv", precious), ("gone.csv", tmp_path / "nothing")):
        (tmp_path / name).symlink_to(kind)
        with pytest.raises(InputError, match="exists already"):
            evil.export.write("prompts", tmp_path / name)
        evil.export.write("prompts", tmp_path / name, overwrite=True)
        assert not (tmp_path / name).is_symlink()
    assert precious.read_text() == "keep"
    assert not (tmp_path / "nothing").exists()


NAMES = [
    "..", ".", "", " ", "/", "//", "a/../../x", "a\0b", "\0", "CON.csv/", "x" * 300, "x" * 5000,
    "a/", "..csv/..", "\n/", "nul\0.csv", "./", "../", "~/", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("suffix", ["", ".csv", ".jsonl"])
def test_that_a_name_that_is_none_is_one_sentence(
    evil: Project, tmp_path: Path, name: str, suffix: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    before = sorted(p.name for p in tmp_path.iterdir())
    try:
        evil.export.write("rewards", f"{folder}/{name}{suffix}")
    except PrefdeskError as error:
        assert error.message.endswith(".") and "Traceback" not in error.message
    assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.parametrize("mode", ["w", "r"])
@pytest.mark.parametrize("kind", ["fifo", "socket", "device", "folder", "link"])
def test_that_only_a_file_is_opened_as_a_project(tmp_path: Path, kind: str, mode: str) -> None:
    path = tmp_path / "x.prefdesk"
    holder = socket.socket(socket.AF_UNIX)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        holder.bind(str(path))
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        Project.create(tmp_path / "real.prefdesk").close()
        path.symlink_to(tmp_path / "real.prefdesk")
    with pytest.raises(ProjectError):
        Project.open(path, mode)  # type: ignore[arg-type]
    holder.close()


def test_that_a_project_by_such_a_name_is_not_found_in_words(tmp_path: Path) -> None:
    for name in NAMES:
        with pytest.raises(PrefdeskError):
            Project.open(f"{tmp_path}/{name}.prefdesk")


def test_that_a_pack_for_a_rater_tells_nothing_of_others_or_of_this_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = socket.gethostname()  # may be two letters, which packed bytes hold by chance
    for module, ask in ((socket, "gethostname"), (platform, "node")):
        monkeypatch.setattr(module, ask, lambda: "quuxstation")
    with make_project(tmp_path / "a.prefdesk", prompts=3) as project:
        for name in ("Zenobia Quux", "Wolfgang Xerxes"):
            session = project.ratings.session(project.raters.add(name))
            for one in project.completions.each():
                session.score(one.id, 7.0, seconds=3.25).result()
                session.comment(one.id, f"secret remark of {name}").result()
        reader = project.raters.add("Ana")
        made = project.packs.make(reader, tmp_path / "ana.prefpack")
    path = tmp_path / "ana.prefpack"
    assert made
    with zipfile.ZipFile(path) as archive:
        parts = [path.read_bytes(), *(archive.read(name) for name in archive.namelist())]
    host = own if len(own) > 3 else f'"{own}"'
    for word in ("Zenobia", "Wolfgang", "secret remark", str(tmp_path), "quuxstation", host):
        assert not any(word.encode() in part for part in parts), word
    user = getpass.getuser()
    assert len(user) < 4 or not any(f'"{user}"'.encode() in part for part in parts)


@pytest.mark.parametrize("what", ["prompts", "ratings", "completions", "rewards"])
def test_that_a_table_tells_nothing_of_this_computer(
    evil: Project, tmp_path: Path, what: str
) -> None:
    evil.export.write(what, tmp_path / "t.jsonl")
    body = (tmp_path / "t.jsonl").read_bytes()
    for word in (str(evil.path.parent), socket.gethostname(), str(Path.home())):
        assert word.encode() not in body
