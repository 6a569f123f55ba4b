"""What the system refuses, and what does not fit into memory: one sentence, never a traceback."""

import errno
import os

import pytest

from prefdesk import cli
from prefdesk.cli import projects
from prefdesk.models import export
from prefdesk.paths import data_dir


def fail(monkeypatch, capsys, tmp_path, error: BaseException) -> str:
    def refuse(options):
        raise error

    monkeypatch.setattr(projects, "status", refuse)
    assert cli.main(["status", str(tmp_path / "a.prefdesk")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("number", "way_out"),
    [
        (errno.ENOSPC, "Free some space on that disk"),
        (errno.EACCES, "Check the rights"),
        (errno.ENOTDIR, "Check the name"),
        (errno.EIO, "Check the disk"),
    ],
)
def test_that_the_system_s_refusal_names_the_file_the_reason_and_the_way_out(
    tmp_path, capsys, monkeypatch, number, way_out
):
    error = OSError(number, os.strerror(number), "/some/file")
    said = fail(monkeypatch, capsys, tmp_path, error)
    assert said.startswith(f"prefdesk: /some/file: {os.strerror(number)}. {way_out}")


def test_that_an_error_without_a_file_is_a_sentence_too(tmp_path, capsys, monkeypatch):
    said = fail(monkeypatch, capsys, tmp_path, OSError("gone"))
    assert said.startswith("prefdesk: A file cannot be read or written: gone.")


def test_that_too_little_memory_is_one_sentence(tmp_path, capsys, monkeypatch):
    assert "not enough memory" in fail(monkeypatch, capsys, tmp_path, MemoryError())


def test_that_a_data_folder_which_cannot_be_made_is_named_with_its_variable(
    tmp_path, capsys, monkeypatch
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    assert cli.main(["model", "get", "starter"]) == 1
    said = capsys.readouterr().err
    assert str(tmp_path / "file" / "prefdesk") in said
    assert "XDG_DATA_HOME" in said
    with pytest.raises(OSError):
        data_dir()


def test_that_a_system_error_inside_a_library_s_own_comes_out_as_one(tmp_path):
    with pytest.raises(OSError) as caught, export._system_errors(tmp_path):
        raise Exception("Error while serializing: No space left on device (os error 28)")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path))


def test_that_other_errors_of_a_library_stay_what_they_are(tmp_path):
    with pytest.raises(KeyError), export._system_errors(tmp_path):
        raise KeyError("weights")
