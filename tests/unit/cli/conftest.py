"""Run commands in this process and look at what they said."""

import json

import pytest

from prefdesk import cli


@pytest.fixture
def run(capsys):
    """`run(verb, …)`: the exit status, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        status = cli.main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


@pytest.fixture
def report(run):
    """`report(verb, …)`: the JSON document of a command that must succeed."""

    def call(*arguments: object):
        status, out, err = run(*arguments, "--json")
        assert status == 0, err
        return json.loads(out)

    return call
