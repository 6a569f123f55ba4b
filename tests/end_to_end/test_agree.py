"""`prefdesk agree` on tables of ratings: document, paragraph, and every kind of bad input."""

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prefdesk.cli import main
from prefdesk.errors import InputError
from prefdesk.formats.rating_columns import Scores
from prefdesk.project import Project
from prefdesk.project.agreeing import agree_scores
from tests.worlds import make_project, rate_by_panel


@pytest.fixture
def data(real_data: Path) -> Callable[[str], Path]:
    """Paths of the files with real ratings; the test is skipped where they are absent."""
    return lambda name: real_data / name


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    status = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def agreed(capsys, *arguments: object):
    status, out, err = run(capsys, "agree", *arguments, "--json")
    assert status == 0, err
    return json.loads(out)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def panel(n: int = 12) -> str:
    rows = [
        f"{who},i{i},{1 + (i + shift) % 5}" for i in range(n) for shift, who in enumerate("abc")
    ]
    return "rater,item,score\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize("name", ["sureal_nflx_public", "sureal_vqeghd3"])
def test_that_alpha_equals_the_reference_through_the_command_line(capsys, name, data):
    known = json.loads(data("reference_values.json").read_text())
    sets = known.get("sets", known)
    figures = next(v for k, v in sets.items() if k.startswith(name) and "last4" not in k)
    found = agreed(capsys, data(f"{name}.csv"), "--scale", "1:5")["alpha"]
    for metric in ("nominal", "ordinal", "interval"):
        expected = figures.get("alpha", {}).get(metric, figures.get(f"alpha_{metric}"))
        assert found[metric]["value"] == pytest.approx(expected, abs=1e-9)


def test_that_the_labelled_outliers_are_suggested_and_nobody_else(capsys, data):
    found = agreed(capsys, data("sureal_nflx_public_last4outliers.csv"), "--scale", "1:5")
    suggested = {r["rater"] for r in found["raters"] if r["excluded_suggested"]}
    assert suggested == {"s27", "s28", "s29", "s30"}
    assert found["verdict"] == "usable"


def test_that_careless_raters_are_found_by_checks_and_not_by_agreement(capsys, data):
    found = agreed(
        capsys, data("wmt23_sxs_ende_ratings.csv"), "--scale", "0:10",
        "--checks", data("wmt23_sxs_ende_attention_checks.csv"),
    )  # fmt: skip
    by_checks = {r["rater"] for r in found["raters"] for f in r["flags"] if f["rule"] == "checks"}
    assert by_checks == {"rater4", "rater9"}
    others = {f["rule"] for r in found["raters"] for f in r["flags"]} - {"checks"}
    assert not others & {"uninformative", "disagrees", "inverted", "constant"}


def test_that_several_criteria_are_never_mixed(capsys, data):
    path = data("squality_ratings.csv")
    status, _, err = run(capsys, "agree", path)
    assert status == 1
    assert "--criterion" in err
    assert agreed(capsys, path, "--criterion", "overall")["n_ratings"] == 900


def test_that_the_document_has_the_promised_names(tmp_path, capsys):
    found = agreed(capsys, written(tmp_path / "r.csv", panel()))
    assert (found["n_ratings"], found["n_raters"], found["n_items"]) == (36, 3, 12)
    low, high = found["alpha"]["ordinal"]["ci"]
    assert low <= found["alpha"]["ordinal"]["value"] <= high
    promised = {"rater", "n", "bias", "inconsistency", "loo_r", "credibility", "flags"}
    assert promised | {"excluded_suggested"} <= found["raters"][0].keys()
    assert found["items"][0].keys() >= {"item", "n", "mean", "quality", "se"}
    assert found["items"][0]["mean"] == pytest.approx(2)
    assert any("1 to 5" in w for w in found["warnings"])


def test_that_a_project_gives_the_same_document_and_its_own_keys(tmp_path, capsys):
    path = tmp_path / "p.prefdesk"
    with make_project(path, prompts=12) as project:
        rate_by_panel(project)
        rows = list(project.export.rows("ratings"))
    body = agreed(capsys, path)
    assert {"key", "ratings", "pairs", "coefficients"} <= body.keys()
    assert {r["name"] for r in body["raters"]} == {r["rater"] for r in body["raters"]}
    table = tmp_path / "same.csv"
    with table.open("w", newline="") as handle:
        out = csv.DictWriter(
            handle, ["rater", "completion", "score", "prompt"], extrasaction="ignore"
        )
        out.writeheader()
        out.writerows(rows)
    same = agreed(capsys, table, "--scale", "0:10")
    for metric in ("nominal", "ordinal", "interval"):
        assert same["alpha"][metric]["value"] == pytest.approx(body["alpha"][metric]["value"])
    bias = {r["rater"]: r["bias"] for r in body["raters"]}
    assert {r["rater"]: r["bias"] for r in same["raters"]} == pytest.approx(bias)


def test_that_paragraph_and_tables_are_written(tmp_path, capsys):
    table = written(tmp_path / "r.csv", panel().replace("\na,", "\n=cmd_1,"))
    status, out, _ = run(capsys, "agree", table, "--methods", "latex", "--tables", tmp_path / "t")
    assert status == 0
    assert "36 ratings of 12 items" in out
    assert "seed 0" in out
    raters = (tmp_path / "t" / "raters.csv").read_text()
    assert "'=cmd_1" in raters
    assert run(capsys, "agree", table, "--tables", tmp_path / "t")[0] == 1


def test_that_a_project_writes_paragraph_and_tables_with_exclusions_and_rewards(tmp_path):
    with make_project(tmp_path / "p.prefdesk", prompts=12) as project:
        rate_by_panel(project)
        rater = project.raters.all()[0]
        project.exclusions.exclude_rater(rater.id, "50% guessed", author="test")
        said = project.judgement.methods("latex")
        assert r"50\% guessed" in said
        files = {p.stem: p for p in project.judgement.write_tables(tmp_path / "t")}
        assert files.keys() >= {"raters", "coefficients", "rewards", "exclusions", "items"}
        assert "50% guessed" in files["exclusions"].read_text()
        with files["rewards"].open(newline="") as handle:
            assert len(list(csv.DictReader(handle))) == len(project.rewards())


UNUSABLE = {
    "no column": ("who,thing,score\na,b,1\n", "--column-rater"),
    "header only": ("rater,item,score\n", "no rows"),
    "text only": ("rater,item,score\na,b,good\n", "No row"),
    "empty": ("", "empty"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_that_an_unusable_file_is_refused_in_a_sentence(tmp_path, capsys, case):
    text, said = UNUSABLE[case]
    status, _, err = run(capsys, "agree", written(tmp_path / "r.csv", text), "--json")
    assert status == 1
    assert said in err
    assert "Traceback" not in err


SAID = {
    "one rater": (panel().replace("\nb,", "\na,").replace("\nc,", "\na,"), "One rater"),
    "one item": ("rater,item,score\na,i,1\nb,i,2\nc,i,3\n", "One item"),
    "no overlap": ("rater,item,score\n" + "".join(f"r{i % 2},i{i},{i % 5}\n" for i in range(20)),
                   "two raters"),
    "all equal": ("rater,item,score\n" + "".join(f"{r},i{i},3\n" for i in range(9) for r in "ab"),
                  "the same"),
    "unconnected": ("rater,item,score\n" + "".join(
        f"{r}{i % 2},i{i},{(i * 7 + len(r)) % 5}\n" for i in range(30) for r in ("a", "bb")),
        "2 sets"),
    "not a number": (panel() + "a,i99,NaN\nb,i99,\nc,i99,x\n", "left out"),
    "twice": (panel() + "a,i1,1\n", "last score"),
    "too few": ("rater,item,score\na,i,1\nb,i,2\na,j,3\nb,j,3\n", "4 ratings"),
}  # fmt: skip


@pytest.mark.parametrize("case", SAID)
def test_that_it_is_said_what_cannot_be_said(tmp_path, capsys, case):
    text, said = SAID[case]
    found = agreed(capsys, written(tmp_path / "r.csv", text))
    assert any(said in w for w in found["warnings"])
    undefined = [found[k] for k in ("ac1", "ac2", "fleiss_kappa")] + list(found["alpha"].values())
    assert all(u["value"] is not None or u["reason"] for u in undefined)


def test_that_scores_outside_the_scale_are_left_out_and_named(tmp_path, capsys):
    table = written(tmp_path / "r.csv", panel() + "a,i99,77\n")
    found = agreed(capsys, table, "--scale", "1:5")
    assert found["n_ratings"] == 36
    assert any("line 38" in w and "77" in w for w in found["warnings"])


def test_that_spreadsheets_of_other_countries_are_read(tmp_path, capsys):
    text = "\ufeff" + panel().replace(",", ";").replace(";5\n", ";4,5\n")
    found = agreed(capsys, written(tmp_path / "r.csv", text))
    assert found["n_ratings"] == 36
    assert any("1 to 4.5" in w for w in found["warnings"])


def test_that_columns_can_be_named(tmp_path, capsys):
    text = panel().replace("rater,item,score", "who,what,mark")
    names = ("--column-rater", "who", "--column-item", "what", "--column-score", "mark")
    assert agreed(capsys, written(tmp_path / "r.csv", text), *names)["n_items"] == 12
    status, _, err = run(capsys, "agree", tmp_path / "r.csv", "--column-rater", "nobody")
    assert (status, "nobody" in err) == (1, True)


def test_that_missed_checks_are_named_and_unknown_raters_said(tmp_path, capsys):
    rows = "".join(f"{r},i{i},{1 + (i * 7) % 5}\n" for i in range(30) for r in "abcd")
    table = written(tmp_path / "r.csv", "rater,item,score\n" + rows)
    checks = written(tmp_path / "c.csv", "RATER,found,MISSED\na,20,0\nb,19,1\nc,20,1\nd,6,14\n")
    found = agreed(capsys, table, "--checks", checks)
    flagged = {r["rater"]: r for r in found["raters"] if r["flags"]}
    assert list(flagged) == ["d"]
    assert "14 of 20" in flagged["d"]["flags"][0]["reason"]
    assert flagged["d"]["excluded_suggested"]
    written(checks, "rater,found,missed\nnobody,1,1\n")
    status, _, err = run(capsys, "agree", table, "--checks", checks)
    assert (status, "same names" in err) == (1, True)


def test_that_scores_in_absurd_units_are_refused(tmp_path, capsys):
    text = panel().replace(",1\n", ",1e-300\n").replace(",5\n", ",1e50\n")
    status, _, err = run(capsys, "agree", written(tmp_path / "r.csv", text))
    assert (status, "other units" in err) == (1, True)


ROW = st.tuples(
    st.sampled_from("abc"), st.sampled_from("ijklm"),
    st.one_of(st.integers(0, 10), st.floats(-1e6, 1e6, allow_nan=False)),
    st.sampled_from(["", "p", "q"]), st.floats(0, 100) | st.just(math.nan),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ROW, min_size=1, max_size=24, unique_by=lambda r: r[:2]), st.booleans())
def test_that_any_small_table_gives_a_valid_document(rows, grouped):
    raters, items, values, prompts, seconds = map(list, zip(*rows, strict=True))
    scores = Scores(
        "t", raters, items, [float(v) for v in values], prompts if grouped else None,
        seconds, seconds if grouped else None, list(range(len(rows))),
    )  # fmt: skip
    try:
        found = agree_scores(scores)
    except InputError as refused:
        assert "other units" in str(refused)
        return
    json.dumps(found.document, allow_nan=False)
    assert found.document["n_ratings"] == len(rows)


def test_that_coefficients_equal_the_reference_through_the_command_line(capsys, data):
    known = json.loads(data("reference_values.json").read_text())["sets"]["sureal_nflx_public"]
    found = agreed(capsys, data("sureal_nflx_public.csv"), "--scale", "1:5")
    icc = {c["form"]: c["value"] for c in found["icc"]}
    libraries = {"ICC(2,1)": "ICC(A,1)", "ICC(2,k)": "ICC(A,k)", "ICC(3,1)": "ICC(C,1)"}
    for ours, theirs in libraries.items():
        assert icc[ours] == pytest.approx(known["icc"][theirs]["icc"], abs=1e-9)
    assert found["ac2"]["value"] == pytest.approx(known["ac2_quadratic"]["coef"], abs=1e-5)


def test_that_a_continuous_scale_has_no_ac1_and_says_why(capsys, data):
    found = agreed(capsys, data("sureal_vqeg_frtv1_525_low.csv"), "--scale", "-100:100")
    for form in ("ac1", "ac2", "fleiss_kappa"):
        assert found[form]["value"] is None
        assert "continuous" in found[form]["reason"]
    assert found["alpha"]["interval"]["value"] > 0.5


PAIRS = "rater,winner,loser,tie\n" + "".join(
    f"{r},i{min(a, b) if r != 'z' else max(a, b)},i{max(a, b) if r != 'z' else min(a, b)},0\n"
    for r in ("u", "v", "w", "x", "z") for a in range(6) for b in range(a)
)  # fmt: skip


def test_that_pairs_rank_the_items_and_name_the_rater_who_reverses_them(tmp_path, capsys):
    found = agreed(capsys, "--pairs", written(tmp_path / "p.csv", PAIRS))
    assert (found["n_pairs"], found["n_raters"], found["n_items"]) == (75, 5, 6)
    order = sorted(found["items"], key=lambda i: -i["quality"])
    assert [i["item"] for i in order] == [f"i{i}" for i in range(6)]
    suggested = [r["rater"] for r in found["raters"] if r["excluded_suggested"]]
    assert suggested == ["z"]
    assert run(capsys, "agree", "--pairs", tmp_path / "p.csv")[0] == 0


def test_that_pairs_of_an_item_with_itself_and_blank_names_are_named_and_left_out(tmp_path, capsys):
    table = written(tmp_path / "p.csv", PAIRS + "u,i1,i1,0\n,i1,i2,0\nu,i1,i2,perhaps\n")
    found = agreed(capsys, "--pairs", table)
    assert found["n_pairs"] == 75
    assert any("compared with itself" in w for w in found["warnings"])


def test_that_rankings_give_the_order_of_the_items(tmp_path, capsys):
    rows = "".join(f"{r},{p}{i},{i + 1},{p}\n" for r in "abc" for p in "pqrs" for i in range(4))
    table = written(tmp_path / "r.csv", "rater,item,rank,prompt\n" + rows + "a,lone,1,t\n")
    found = agreed(capsys, "--rankings", table)
    assert found["n_rankings"] == 12
    quality = {i["item"]: i["quality"] for i in found["items"]}
    assert quality["p0"] > quality["p1"] > quality["p2"] > quality["p3"]
    assert any("one item only" in w for w in found["warnings"])


def test_that_rankings_that_compare_nothing_are_not_estimable(tmp_path, capsys):
    table = written(tmp_path / "r.csv", "rater,item,rank,prompt\na,i,1,p\nb,j,1,q\n")
    assert agreed(capsys, "--rankings", table)["verdict"] == "not_estimable"


def test_that_two_files_at_once_are_refused(tmp_path, capsys):
    table = written(tmp_path / "p.csv", PAIRS)
    assert run(capsys, "agree", table, "--pairs", table)[0] == 1
    assert run(capsys, "agree")[0] == 1


def test_that_a_written_project_still_opens_after_agree(tmp_path, capsys):
    path = tmp_path / "p.prefdesk"
    with make_project(path, prompts=4) as project:
        rate_by_panel(project)
    agreed(capsys, path)
    with Project.open(path, "r") as again:
        assert again.judgement.stored() == again.agreement()
