"""S3: a chat template that loops, eats memory or reaches for Python is stopped within seconds."""

import json
import time
from pathlib import Path

import pytest

from prefdesk.errors import InputError, ModelError
from prefdesk.models import encode, load_tokenizer, template_trial
from prefdesk.project import Project
from tests.tiny import TEMPLATE, make_model

RANGE = "range(99999)"
ENDLESS = f"{{% for a in {RANGE} %}}{{% for b in {RANGE} %}}{{% endfor %}}{{% endfor %}}"

HOSTILE = {
    "a loop without end": ENDLESS,
    "a loop without end in the second turn": "{% if messages|length > 1 %}"
    + ENDLESS
    + "{% endif %}",
    "a loop in a macro": "{% macro m() %}" + ENDLESS + "{% endmacro %}{{ m() }}",
    "a text of 10^9 letters": "{{ 'a' * 1000000000 }}",
    "a text of 10^9 letters made while it runs": "{{ messages[0]['role'] * 1000000000 }}",
    "a text that doubles": "{% set ns = namespace(t='aaaa') %}{% for i in range(40) %}"
    "{% set ns.t = ns.t + ns.t %}{% endfor %}{{ ns.t }}",
    "a text that is padded": "{{ '%1000000000d' % 1 }}",
    "a number of 10^9 digits": "{{ 10 ** 1000000000 }}",
    "an output without end": f"{{% for a in {RANGE} %}}{{% for b in {RANGE} %}}x{{% endfor %}}"
    "{% endfor %}",
    "a filter that repeats": "{{ 'a'|center(1000000000) }}",
}
HARMLESS = {
    "the globals of a function": "{{ raise_exception.__globals__.os.system('touch trap') }}",
    "the globals of a cycler": "{{ cycler.__init__.__globals__.os.system('touch trap') }}",
    "the subclasses of object": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "the format of a text": "{{ '{0.__class__.__init__.__globals__}'.format(messages) }}",
    "a template that includes another": "{% include '/etc/passwd' %}",
    "a template that cannot be read": "{% for",
    "a refusal": "{{ raise_exception('no') }}",
    "another tag": "{% generation %}x{% endgeneration %}",
    "a macro that calls itself": "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
    "a broken number": "{{ 1 / 0 }}",
}


def with_template(folder: Path, text: str) -> Path:
    file = folder / "tokenizer_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"chat_template": text}))
    (folder / "chat_template.jinja").unlink(missing_ok=True)
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return make_model(tmp_path / "model")


SLOW = (
    "a loop without end in the second turn",
    "a loop in a macro",
    "an output without end",
    "a number of 10^9 digits",
)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.heavy] * (n in SLOW)) for n in HOSTILE]
)
def test_that_a_template_that_would_not_end_is_refused_with_the_model(
    model: Path, tmp_path: Path, name: str
) -> None:
    with_template(model, HOSTILE[name])
    with Project.create(tmp_path / "a.prefdesk") as project:
        started = time.monotonic()
        with pytest.raises(ModelError, match="chat template of this model"):
            project.checkpoints.use_model(model)
        assert time.monotonic() - started < 6  # two seconds, where nothing else runs
        assert project.checkpoints.base() is None


@pytest.mark.parametrize("name", HARMLESS)
def test_that_what_only_fails_is_a_sentence_when_it_is_used(model: Path, name: str) -> None:
    tokenizer = load_tokenizer(with_template(model, HARMLESS[name]))
    if name != "another tag":
        with pytest.raises(InputError, match="refuses this prompt"):
            encode(tokenizer, "Hello")
    assert not Path("trap").exists()


def test_that_templates_are_found_wherever_they_lie(model: Path) -> None:
    with_template(model, "one")
    (model / "chat_template.jinja").write_text("two")
    (model / "chat_template.json").write_text(
        json.dumps({"chat_template": [{"name": "a", "template": "three"}, {"template": None}, 7]})
    )
    assert template_trial.templates(model) == ["two", "three", "one"]


def test_that_a_tokenizer_with_such_a_template_is_not_loaded(model: Path) -> None:
    with pytest.raises(ModelError, match="chat template of this model"):
        load_tokenizer(with_template(model, HOSTILE["a text of 10^9 letters"]))


def test_that_a_template_that_was_tried_is_not_tried_again(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_template(model, TEMPLATE + "{# once #}")
    template_trial.require_harmless(model)
    monkeypatch.setattr(template_trial, "own_command", lambda: 1 / 0)
    template_trial.require_harmless(model)
