"""Wrong usage is said before anything happens; a mistyped project never opens a window."""

from dataclasses import replace

import pytest

from prefdesk import __main__ as program
from prefdesk.cli.options import chosen
from prefdesk.cli.parser import build
from prefdesk.config import RoundConfig, with_preset
from tests.worlds import make_project


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.prefdesk"
    with make_project(file, prompts=1):
        pass
    return file


@pytest.mark.parametrize(
    ("verb", "option", "value", "why"),
    [
        ("sample", "--limit", "0", "must be 1 or more, not 0"),
        ("sample", "--limit", "-3", "must be 1 or more, not -3"),
        ("sample", "--limit", "few", "must be a whole number, not 'few'"),
        ("sample", "--checkpoint", "0", "must be 1 or more"),
        ("sample", "--per-prompt", "0", "must be at least 1, not 0"),
        ("sample", "--temperature", "-1", "must be at least 0.05, not -1"),
        ("sample", "--temperature", "hot", "must be a number, not 'hot'"),
        ("sample", "--temperature", "nan", "must be a number"),
        ("sample", "--threads", "-1", "must be at least 0"),
        ("train", "--learning-rate", "-1", "must be at least 0, not -1"),
        ("train", "--epochs", "1.5", "must be a whole number, not '1.5'"),
        ("rewards", "--completion", "-1", "must be 1 or more"),
        ("rewards", "--completion", "9" * 30, "must be 1 or more"),
    ],
)
def test_that_an_impossible_number_is_wrong_usage(path, run, verb, option, value, why):
    before = path.read_bytes()
    status, _, err = run(verb, path, option, value)
    assert status == 2
    assert f"argument {option}: {why}" in err
    assert path.read_bytes() == before


def test_that_two_sources_of_ratings_exclude_each_other(path, run):
    assert run("rate", path, "--from", "x.csv", "--rater", "Ana")[0] == 2


def test_that_an_unknown_completion_is_said(path, run):
    assert run("rewards", path, "--completion", 999)[::2] == (
        1,
        "prefdesk: There is no completion 999.\n",
    )


def test_that_every_command_and_option_says_what_it_is_for():
    parsers = [build()]
    for parser in parsers:
        for action in parser._actions:
            if action.nargs == "A...":
                parsers += action.choices.values()
                assert all(c.help for c in action._choices_actions)
            else:
                assert action.help, (parser.prog, action.dest)
    assert len(parsers) > 20


@pytest.mark.parametrize("name", ["typo.prefdesk", "TYPO.PREFDESK", "a folder/typo.prefdesk"])
def test_that_a_project_which_is_not_there_opens_no_window(tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(program, "_window", lambda path: pytest.fail("a window opened"))
    assert program.main([name]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"prefdesk: There is no file {name}. ")


def test_that_a_project_opens_in_the_window_whatever_the_case_of_its_suffix(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(program, "_window", lambda path: opened.append(path) or 0)
    shouted = tmp_path / "A.PREFDESK"
    shouted.write_text("")
    assert program.main([str(shouted)]) == 0
    assert program.main([]) == 0
    assert opened == [str(shouted), None]


def test_that_a_window_without_its_system_packages_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "prefdesk.ui.app", None)
    assert program.main([]) == 1
    assert "The README names the system packages" in capsys.readouterr().err


def test_that_a_preset_gives_way_to_what_stands_beside_it():
    options = build().parse_args(["train", "a.prefdesk", "--preset", "bold", "--epochs", "5"])
    config = chosen(RoundConfig, options)
    assert config == replace(with_preset(RoundConfig(), "bold"), epochs=5)


def test_that_a_round_that_goes_on_takes_no_preset(path, run):
    status, _, err = run("train", path, "--resume", "--preset", "safe")
    assert status == 1 and "--preset cannot be other now" in err
