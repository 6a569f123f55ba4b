"""Ratings from a table."""

from pathlib import Path

import pytest

from prefdesk import formats
from prefdesk.errors import InputError, RowErrors
from prefdesk.formats import ratings
from prefdesk.formats.ratings import RatingRow


def made(tmp_path: Path, text: str, name: str = "r.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def test_that_scores_and_labels_are_read_with_their_lines(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        "rater,completion,score,label,criterion,comment,seconds,occasion\n"
        'Ana,1, 7.5 ,,helpful,"two\nlines",3.25,\n'
        "Ana,1,,Good,,,,\n"
        "Ana,1,,0,fluent,,,1\n"
        "'=Ben,12,10,,,'=x,0,2\n",
    )
    read = formats.read_ratings(path)
    assert read.bad == ()
    assert read.rows == (
        RatingRow(2, "Ana", 1, "score", 7.5, "helpful", "two\nlines", 3.25, 0),
        RatingRow(4, "Ana", 1, "label", 2.0),
        RatingRow(5, "Ana", 1, "label", 0.0, "fluent", occasion=1),
        RatingRow(6, "=Ben", 12, "score", 10.0, comment="=x", seconds=0.0, occasion=2),
    )


def test_that_other_names_of_columns_and_json_lines_are_read(tmp_path: Path) -> None:
    by_item = formats.read_ratings(made(tmp_path, "annotator;item;rating\nA;3;0\n"))
    assert by_item.rows == (RatingRow(2, "A", 3, "score", 0.0),)
    text = '{"rater": "A", "completion": 3, "label": "medium", "seconds": null}\n'
    assert formats.read_ratings(made(tmp_path, text, "r.jsonl")).rows == (
        RatingRow(1, "A", 3, "label", 1.0),
    )


BAD = [
    (",1,5,", "the rater is blank"),
    ("  ,1,5,", "the rater is blank"),
    ("A,,5,", "the completion '' is not a whole number"),
    ("A,1.0,5,", "the completion '1.0'"),
    ("A,-1,5,", "the completion '-1'"),
    ("A,١٢,5,", "the completion '١٢'"),
    ("A,1_0,5,", "the completion '1_0'"),
    ("A," + "9" * 30 + ",5,", "the completion"),
    ("A,1,,", "neither a score nor a label"),
    ("A,1,5,good", "both a score and a label"),
    ("A,1,10.01,", "the score 10.01 is not within 0 to 10"),
    ("A,1,-0.5,", "the score -0.5 is not within 0 to 10"),
    ("A,1,1e3,", "not within"),
    ("A,1,five,", "the score 'five' is not a number"),
    ('A,1,"7,5",', "write the decimal point as a point"),
    ("A,1,1_0,", "the score '1_0' is not a number"),
    ("A,1,٧,", "the score '٧' is not a number"),
    ("A,1,７,", "the score '７' is not a number"),
    ("A,1,nan,", "the score 'nan' is not a number"),
    ("A,1,inf,", "the score 'inf' is not a number"),
    ("A,1,0x5,", "the score '0x5' is not a number"),
    ("A,1,\u00a07,", "is not a number"),
    ("A,1,true,", "is not a number"),
    ("A,1,,great", "the label 'great' is not one of bad, medium, good"),
    ("A,1,,3", "the label '3' is not one of"),
    ("A,1,,1.0", "the label '1.0' is not one of"),
    ("A\0,1,5,", "the rater holds a NUL"),
    ("A,1,5", "3 cells where the header has 4"),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_that_a_bad_row_is_named_and_the_others_are_read(
    tmp_path: Path, row: str, reason: str
) -> None:
    text = f"rater,completion,score,label\nA,100,5,\n{row}\nA,101,,bad\n"
    read = formats.read_ratings(made(tmp_path, text))
    assert [r.completion_id for r in read.rows] == [100, 101]
    (bad,) = read.bad
    assert bad.line == 3
    assert reason in bad.reason


@pytest.mark.parametrize(
    ("cells", "reason"),
    [("x,0", "time in seconds 'x'"), ("-1,0", "seconds is -1"), ("1e999,0", "seconds is"),
     ("1,x", "occasion 'x'"), ("1,-1", "occasion '-1'")],
)  # fmt: skip
def test_that_times_and_occasions_are_checked(tmp_path: Path, cells: str, reason: str) -> None:
    text = f"rater,completion,score,seconds,occasion\nA,1,5,{cells}\n"
    assert reason in formats.read_ratings(made(tmp_path, text)).bad[0].reason


def test_that_the_same_judgement_twice_is_refused_and_other_ones_are_not(tmp_path: Path) -> None:
    text = (
        "rater,completion,score,criterion,occasion\n"
        "Ana,1,5,,0\nana,1,6,,0\nAna,1,5,fluent,0\nAna,1,5,,1\nAna,2,5,,0\nBen,1,5,,0\n"
    )
    read = formats.read_ratings(made(tmp_path, text))
    assert len(read.rows) == 5
    assert [(b.line, b.reason) for b in read.bad] == [
        (3, "ana already rates completion 1 in line 2")
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("rater,completion,score\n", "a header and no rows"),
        ("rater,score\nA,1\n", "no column 'completion'; its columns are 'rater', 'score'"),
        ("completion,score\n1,1\n", "no column 'rater'"),
        ("rater,completion\nA,1\n", "no column 'score' or 'label'"),
    ],
)
def test_that_a_file_of_no_use_is_one_sentence(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        formats.read_ratings(made(tmp_path, text))


def test_that_text_files_hold_no_ratings(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Known are .*csv"):
        formats.read_ratings(made(tmp_path, "A 1 5\n", "r.txt"))


def test_that_too_many_bad_rows_refuse_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratings, "MAX_BAD_ROWS", 2)
    with pytest.raises(RowErrors, match="More than 2 rows"):
        formats.read_ratings(made(tmp_path, "rater,completion,score\n" + ",1,1\n" * 5))


def test_that_real_ratings_are_read_once_their_items_have_numbers(
    real_data: Path, tmp_path: Path
) -> None:
    lines = (real_data / "wmt23_sxs_ende_ratings.csv").read_text().splitlines()[1:]
    names: dict[str, int] = {}
    rows = [line.split(",") for line in lines]
    text = "rater,completion,score,seconds\n" + "".join(
        f"{r[0]},{names.setdefault(r[1], len(names) + 1)},{r[2]},{r[5]}\n" for r in rows
    )
    read = formats.read_ratings(made(tmp_path, text))
    assert len(read.rows) + len(read.bad) == len(lines)
    assert all("already rates" in b.reason for b in read.bad)
