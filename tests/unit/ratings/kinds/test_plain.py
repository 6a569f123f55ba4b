"""The plain models against hand-worked numbers and the stored values of other packages."""

import csv
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from prefdesk.errors import InputError
from prefdesk.ratings.kinds import (
    Judgements,
    dawid_skene,
    plain_bradley_terry,
    plain_plackett_luce,
)


def table(folder: Path, name: str, aspect: str | None = None) -> list[dict[str, str]]:
    with (folder / name).open(newline="") as file:
        return [r for r in csv.DictReader(file) if aspect is None or r["aspect"] == aspect]


def reference(folder: Path, name: str) -> dict:
    return json.loads((folder / "reference_values.json").read_text())["sets"][name]


def test_three_wins_of_four_are_the_log_of_three() -> None:
    pairs = Judgements.from_pairs("rrrr", "aaaa", "bbbb", [1, 1, 1, 0])
    theta = plain_bradley_terry(pairs, alpha=1e-9)
    assert theta[0] - theta[1] == pytest.approx(np.log(3), abs=1e-6)


def test_a_ranking_of_two_is_a_comparison() -> None:
    pairs = Judgements.from_pairs("rrr", "aab", "bcc", [1, 1, 0])
    rankings = Judgements.from_rankings("rrrrrr", [1, 1, 2, 2, 3, 3], "abacbc", [1, 2, 1, 2, 2, 1])
    np.testing.assert_allclose(
        plain_bradley_terry(pairs, 0.1), plain_plackett_luce(rankings, 0.1), atol=1e-9
    )


def test_bradley_terry_equals_the_reference_on_real_pairs(real_data: Path) -> None:
    rows = table(real_data, "sureal_lukas_pairs.csv")
    pairs = Judgements.from_pairs(
        [r["rater"] for r in rows], [r["winner"] for r in rows], [r["loser"] for r in rows],
        [1] * len(rows),
    )  # fmt: skip
    theta = dict(zip(pairs.items, plain_bradley_terry(pairs), strict=True))
    for group in reference(real_data, "sureal_lukas_pairs")["bradley_terry"].values():
        for item, value in group["theta"].items():
            assert theta[item] == pytest.approx(value, abs=1e-4)


def test_plackett_luce_equals_the_reference_on_real_rankings(real_data: Path) -> None:
    rows = table(real_data, "squality_ratings.csv", "overall")
    rankings = Judgements.from_rankings(
        [r["rater"] for r in rows], [r["prompt_id"] for r in rows],
        [r["item"].split("|")[1] for r in rows], [float(r["rank"]) for r in rows],
    )  # fmt: skip
    theta = dict(zip(rankings.items, plain_plackett_luce(rankings), strict=True))
    for item, value in reference(real_data, "squality_rankings_PL")["theta"].items():
        assert theta[item] == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(
    "name", ["sureal_nflx_public", "sureal_vqeghd3", "squality_correctness", "wmt23_sxs_ende"]
)
def test_plain_dawid_skene_equals_the_reference_after_as_many_steps(
    real_data: Path, name: str
) -> None:
    stored = reference(real_data, name)
    known = stored["dawid_skene"]
    aspect = name.split("_")[1] if name.startswith("squality") else None
    rows = table(real_data, stored["file"].split()[0], aspect)
    labels = np.digitize([float(r["score"]) for r in rows], stored["cuts"]).tolist()
    fit = dawid_skene(
        [r["rater"] for r in rows], [r["item"] for r in rows], labels, prior=False,
        max_steps=known["n_iter_run"], tolerance=-1,
    )  # fmt: skip
    items = {r["item"]: r for r in table(real_data, stored["items_file"])}
    posterior = [[float(items[i][f"ds_p{k}"]) for k in range(3)] for i in fit.items]
    np.testing.assert_allclose(fit.posterior, posterior, atol=2e-6)
    np.testing.assert_allclose(fit.prior, [known["priors"][str(k)] for k in range(3)], atol=2e-6)
    for rater, mine in zip(fit.raters, fit.confusion, strict=True):
        theirs = np.array(known["errors"][rater]).T  # its columns are in an order of their own
        orders = itertools.permutations(range(3))
        assert min(np.abs(theirs[:, list(o)] - mine).max() for o in orders) < 2e-6


def test_dawid_skene_with_its_prior_finds_the_classes_of_a_careless_panel() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 200)
    said = {r: np.where(rng.random(200) < (0.85 if r < 3 else 0.34), truth, rng.integers(0, 3, 200))
            for r in range(4)}  # fmt: skip
    rows = [(r, i, int(said[r][i])) for r in said for i in range(200)]
    fit = dawid_skene(*(list(c) for c in zip(*rows, strict=True)))
    found = fit.posterior.argmax(axis=1)
    assert (found == truth[list(fit.items)]).mean() > 0.93
    skill = np.einsum("rkk->r", fit.confusion) / 3
    assert skill.argmin() == 3


def test_what_a_plain_model_cannot_use_is_refused_in_a_sentence() -> None:
    tied = Judgements.from_pairs("r", "a", "b", [0.5])
    with pytest.raises(InputError, match="no ties"):
        plain_bradley_terry(tied)
    with pytest.raises(InputError, match="no comparisons"):
        plain_plackett_luce(Judgements.of(scores=[("r", "a", 3)]))
    with pytest.raises(InputError, match="whole number"):
        dawid_skene(["r"], ["a"], [3])
    with pytest.raises(InputError, match="no labels"):
        dawid_skene([], [], [])
