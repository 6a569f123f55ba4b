"""The loop at the command line, and every kind of bad input: one sentence, exit 1, no change."""

import json
import subprocess
import sys

import pytest

from prefdesk.cli import main
from prefdesk.project import Project
from tests.tiny import make_model
from tests.worlds import answered_project, make_project, rate_by_panel


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    status = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def report(capsys, *arguments: object):
    status, out, err = run(capsys, *arguments, "--json")
    assert status == 0, err
    return json.loads(out)


def write_ratings(file, project_path):
    with Project.open(project_path, "r") as project:
        ids = [c.id for c in project.completions.each(split="train")]
    lines = ["rater,completion,score,comment"]
    for who, bias in (("Ana", 0), ("Ben", 1), ("Eva", -1)):
        lines += [f'{who},{i},{min(10, max(0, 5 + (i * 7) % 5 + bias))},"ok, {i}"' for i in ids]
    file.write_text("\n".join(lines) + "\n")
    return len(lines) - 1


def test_that_the_whole_loop_runs_from_the_command_line(tmp_path, tiny, capsys):
    path = tmp_path / "loop.prefdesk"
    assert report(capsys, "new", path, "--model", tiny)["settings"]["question"] == "score"
    prompts = tmp_path / "p.csv"
    rows = [f"Question {i}?,answer {i},{'evaluation' if i > 5 else 'train'}" for i in range(9)]
    prompts.write_text("question,reference,split\n" + "\n".join(rows) + "\n")
    assert report(capsys, "import", path, prompts, "--map", "prompt=question")["added"] == 9
    assert report(capsys, "preprocess", path)["n_prompts"] == 9
    sample = ("--per-prompt", 3, "--max-new-tokens", 6)
    assert report(capsys, "sample", path, *sample)["completions"] >= 6
    ratings = tmp_path / "r.csv"
    n = write_ratings(ratings, path)
    taken = report(capsys, "rate", path, "--from", ratings, "--new-raters")
    assert (taken["added"], taken["in_project"]) == (n, n)
    agreement = report(capsys, "agree", path)
    assert [r["name"] for r in agreement["raters"]] == ["Ana", "Ben", "Eva"]
    rewards = report(capsys, "rewards", path)
    opened = report(capsys, "rewards", path, "--completion", rewards[0]["completion_id"])
    assert opened["reward"] == rewards[0]
    assert {p["rater"] for p in opened["ratings"]} == {"Ana", "Ben", "Eva"}
    trained = report(capsys, "train", path, "--override", "test", "--learning-rate", 0.001)
    assert trained["round"]["status"] == "done"
    assert {"reward", "kl", "loss", "grad_norm"} <= {m["name"] for m in trained["metrics"]}
    for checkpoint in (1, 2):
        run(capsys, "sample", path, "--split", "evaluation", "--checkpoint", checkpoint, *sample)
    text = tmp_path / "text.txt"
    text.write_text("A text to read.\n\nAnd another one.\n")
    scores = report(capsys, "evaluate", path, "--text", text)["scores"]
    assert len(scores) == 2
    assert all(s["perplexity"] > 1 and s["bleu"] is not None for s in scores)
    for what in ("ratings", "rewards", "completions", "prompts"):
        assert report(capsys, "export", path, what, tmp_path / f"{what}.csv")["rows"] > 0
    assert report(capsys, "status", path)["rounds"] == 1
    assert report(capsys, "check", path) == {"whole": True, "problems": []}
    assert len(report(capsys, "history", path)) >= n
    assert [c["kind"] for c in report(capsys, "checkpoints", path)] == ["base", "lora"]


def test_that_exported_ratings_can_be_taken_in_again(tmp_path, capsys):
    with make_project(tmp_path / "a.prefdesk", prompts=4) as project:
        rate_by_panel(project)
    out = tmp_path / "ratings.csv"
    run(capsys, "export", tmp_path / "a.prefdesk", "ratings", out)
    with make_project(tmp_path / "b.prefdesk", prompts=4) as again:
        n = again.ratings.import_file(out, new_raters=True).added
        with Project.open(tmp_path / "a.prefdesk", "r") as before:
            assert n == len(before.ratings.current())
            assert [r.value for r in again.ratings.current()] == [
                r.value for r in before.ratings.current()
            ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Zoe,1,5", "no rater called 'Zoe'"),
        ("Ana,999,5", "no completion 999"),
        ("Ana,1,11", "11"),
        ("Ana,1,good", "good"),
        (",1,5", "rater"),
    ],
)
def test_that_a_bad_rating_is_refused_with_its_line_and_nothing_is_taken(
    tmp_path, capsys, line, why
):
    path = tmp_path / "a.prefdesk"
    with make_project(path) as project:
        project.raters.add("Ana")
    file = tmp_path / "r.csv"
    file.write_text(f"rater,completion,score\nAna,2,7\n{line}\n")
    status, _, err = run(capsys, "rate", path, "--from", file)
    assert status == 1
    assert "r.csv:3" in err
    assert why in err
    with Project.open(path, "r") as project:
        assert project.ratings.count_events() == 0


BAD_FILES = {
    "text": b"hello" * 100,
    "empty": b"",
    "truncated": None,
    "newer": None,
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_that_a_file_that_is_no_sound_project_is_refused_and_unchanged(tmp_path, capsys, kind):
    path = tmp_path / "a.prefdesk"
    with make_project(path) as project:
        rate_by_panel(project)
    whole = path.read_bytes()
    if kind == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "newer":
        path.write_bytes(whole[:60] + (999).to_bytes(4, "big") + whole[64:])
    else:
        path.write_bytes(BAD_FILES[kind])
    before = path.read_bytes()
    status, out, err = run(capsys, "status", path)
    assert status == 1
    assert err.startswith("prefdesk: ")
    assert "Traceback" not in err
    assert out == ""
    assert path.read_bytes() == before


def contents(folder):
    """Every file of a folder; of a project every row of every table, since opening it for
    writing counts the file's states."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        found[str(path.relative_to(folder))] = (
            rows(path) if path.name == "a.prefdesk" else path.read_bytes()
        )
    return found


def rows(path):
    with Project.open(path, "r") as project, project.core.read() as c:
        names = c.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        return {n: c.execute(f'SELECT * FROM "{n}"').fetchall() for (n,) in names.fetchall()}


def test_that_what_cannot_work_is_said_in_one_sentence_and_changes_nothing(tmp_path, tiny, capsys):
    path = tmp_path / "a.prefdesk"
    with make_project(path, model=tiny):
        pass
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    no_column = tmp_path / "no.csv"
    no_column.write_text("colour,size\nred,3\n")
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "config.json").write_bytes((tiny / "config.json").read_bytes())
    (bare / "model.safetensors").write_bytes((tiny / "model.safetensors").read_bytes())
    for arguments in (
        ("status", tmp_path / "nothing.prefdesk"),
        ("new", path),
        ("import", path, tmp_path / "nothing.csv"),
        ("import", path, empty),
        ("import", path, no_column),
        ("rate", path, "--from", no_column),
        ("rate", path),
        ("train", path),
        ("rewards", path, "--completion", 1),
        ("sample", path, "--checkpoint", 99),
        ("model", "inspect", bare),
        ("model", "inspect", tmp_path / "nowhere"),
        ("export", path, "ratings", tmp_path / "out.xml"),
        ("export", path, "model", bare),
        ("exclude", path, "Nobody", "--reason", "x"),
        ("evaluate", path, "--text", tmp_path / "nothing.txt"),
        ("evaluate", path, "--text", empty),
        ("model", "use", path, bare),
        ("sample", path, "--split", "evaluation"),
    ):
        before = contents(tmp_path)
        status, out, err = run(capsys, *arguments)
        assert contents(tmp_path) == before, arguments
        assert status == 1, arguments
        assert out == "", arguments
        assert len(err.strip().splitlines()[-1]) < 300, arguments
        assert "Traceback" not in err, arguments


def test_that_wrong_usage_has_its_own_exit_status(capsys):
    assert run(capsys, "sample")[0] == 2
    assert run(capsys, "fly", "x")[0] == 2
    assert run(capsys, "--version")[0] == 0


def test_that_json_is_the_only_thing_on_standard_output(tmp_path, tiny):
    path = tmp_path / "a.prefdesk"
    with make_project(path, prompts=2, model=tiny):
        pass
    command = [sys.executable, "-m", "prefdesk", "sample", str(path), "--json"]
    done = subprocess.run(
        [*command, "--max-new-tokens", "3", "--seed", "9"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "done"
    assert "completions were drawn" in done.stderr


def test_that_a_dry_run_counts_and_measures_and_changes_nothing(tmp_path, tiny, capsys):
    path = answered_project(tmp_path / "a.prefdesk", tiny)
    settings = ("--batch-prompts", 2, "--learning-rate", 1e-5)
    found = report(capsys, "train", path, "--dry-run", *settings)
    assert found["preflight"]["completions"] >= 8
    assert found["preflight"]["comparable"] == 8
    assert sum(s["share"] for s in found["preflight"]["shares"]) == pytest.approx(1.0)
    cost = found["cost"]
    assert cost["steps"] == found["preflight"]["steps"] == 4
    assert cost["cpu_s"] > 0 and 0 < cost["wall_low_s"] < cost["wall_high_s"]
    assert cost["memory_bytes"] > 10**7
    with Project.open(path, "r") as project:
        assert project.rounds.all() == []
        assert [c.kind for c in project.checkpoints.all()] == ["base"]
    status, out, _ = run(capsys, "train", path, "--dry-run", *settings)
    assert status == 0 and "would make 80 % of the gradient" in out and "It would take" in out
    done = report(capsys, "train", path, *settings)
    with Project.open(path, "r") as project:
        kept = project.checkpoints.latest().size_bytes
    assert done["round"]["status"] == "done"
    assert cost["kept_bytes"] == pytest.approx(kept, rel=0.2)


def test_that_a_dry_run_of_what_cannot_train_measures_nothing(tmp_path, tiny, capsys):
    with make_project(tmp_path / "a.prefdesk", prompts=3, model=tiny):
        pass
    found = report(capsys, "train", tmp_path / "a.prefdesk", "--dry-run")
    assert (found["preflight"]["completions"], found["cost"]) == (0, None)
    both = run(capsys, "train", tmp_path / "a.prefdesk", "--dry-run", "--resume")
    assert both[0] == 1 and "--dry-run looks at a new round" in both[2]
