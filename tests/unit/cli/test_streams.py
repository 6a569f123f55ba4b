"""Standard output and error in narrow encodings, on full disks and without a reader."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds import make_project

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")


def prefdesk(*arguments: object, **options):
    buffered = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    environment = buffered | options.pop("environment", {})
    return subprocess.run(
        [sys.executable, "-m", "prefdesk", *map(str, arguments)], env=environment, **options
    )


@pytest.fixture
def project(tmp_path):
    path = tmp_path / "a.prefdesk"
    with make_project(path, prompts=2) as made:
        made.raters.add("Żaneta Ćwik 雪")
        made.change_settings(title="Zażółć")
    ratings = tmp_path / "r.csv"
    ratings.write_text("rater,completion,score,comment\nŻaneta Ćwik 雪,1,5,słabe 雪\n", "utf-8")
    assert prefdesk("rate", path, "--from", ratings, capture_output=True).returncode == 0
    return path


@needs_full
@pytest.mark.parametrize("arguments", [("status",), ("status", "--json"), ("--help",)])
def test_that_a_full_disk_behind_standard_output_is_one_sentence(project, arguments):
    verb, *rest = arguments
    where = [] if verb == "--help" else [project]
    with FULL.open("w") as full:
        done = prefdesk(verb, *where, *rest, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr == (
        "prefdesk: Standard output cannot be written: No space left on device. "
        "Free some space, or send it somewhere else.\n"
    )


@needs_full
def test_that_work_goes_on_where_nobody_can_read_its_progress(project):
    with FULL.open("w") as full:
        done = prefdesk("status", project, stdout=subprocess.PIPE, stderr=full, text=True)
        failed = prefdesk("status", "nowhere.prefdesk", stdout=subprocess.PIPE, stderr=full)
    assert (done.returncode, failed.returncode) == (0, 1)
    assert "ratings" in done.stdout


def test_that_a_reader_who_has_seen_enough_is_no_traceback(project):
    command = f'"{sys.executable}" -m prefdesk history "{project}" | true'
    done = subprocess.run(command, shell=True, stderr=subprocess.PIPE, text=True)
    assert done.stderr == ""


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_that_a_narrow_encoding_shows_escapes_and_takes_no_text_away(project, encoding):
    narrow = {"PYTHONIOENCODING": encoding}
    done = prefdesk("history", project, capture_output=True, environment=narrow)
    assert done.returncode == 0, done.stderr
    assert rb"s\u0142abe \u96ea" in done.stdout
    failed = prefdesk(
        "exclude", project, "雪", "--reason", "x", capture_output=True, environment=narrow
    )
    assert failed.returncode == 1
    assert rb"There is no rater called '\u96ea'" in failed.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_that_a_json_document_is_utf_8_whatever_the_terminal(project, encoding):
    narrow = {"PYTHONIOENCODING": encoding}
    done = prefdesk("history", project, "--json", capture_output=True, environment=narrow)
    assert done.returncode == 0, done.stderr
    assert "słabe 雪" in [event["body"] for event in json.loads(done.stdout.decode("utf-8"))]
