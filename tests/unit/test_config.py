"""Settings check themselves and come from one declaration."""

import pytest

from prefdesk.config import DeviceConfig, RoundConfig, SamplingConfig
from prefdesk.errors import InputError

ALL = (SamplingConfig, RoundConfig, DeviceConfig)


@pytest.mark.parametrize("config", ALL)
def test_that_settings_are_the_same_after_json(config):
    assert config.from_json(config().to_json()) == config()


@pytest.mark.parametrize("config", ALL)
def test_that_every_setting_explains_itself_in_one_line(config):
    for one in config.describe():
        assert one.help.endswith(".")
        assert len(one.help) < 90


@pytest.mark.parametrize(
    ("config", "values", "word"),
    [
        (SamplingConfig, {"per_prompt": 0}, "at least 1"),
        (SamplingConfig, {"temperature": float("nan")}, "must be a number"),
        (SamplingConfig, {"template": "jinja"}, "one of chat, plain"),
        (SamplingConfig, {"per_prompt": True}, "of type int"),
        (RoundConfig, {"learning_rate": "fast"}, "of type float"),
        (RoundConfig, {"min_ess": 1.5}, "at most 1"),
    ],
)
def test_that_an_impossible_value_is_refused_in_words(config, values, word):
    with pytest.raises(InputError, match=word):
        config(**values)


def test_that_a_divergence_cannot_be_steered_from_nothing():
    with pytest.raises(InputError, match="kl_coef above 0"):
        RoundConfig(kl_target=1.0, kl_coef=0.0)
    assert RoundConfig(kl_target=1.0).kl_target == 1


def test_that_a_whole_number_serves_as_a_fraction():
    assert RoundConfig(kl_coef=1).kl_coef == 1


def test_that_an_unknown_setting_is_refused():
    with pytest.raises(InputError, match="no setting called 'lr'"):
        RoundConfig.from_json('{"lr": 1}')


def test_that_dividing_by_each_prompt_s_spread_is_cautioned_against():
    assert RoundConfig(advantage_scale="batch").cautions() == ()
    (sentence,) = RoundConfig(objective="grpo", advantage_scale="group").cautions()
    assert "undoes their reliability" in sentence
    (sentence,) = RoundConfig(objective="reinforce", advantage_scale="group").cautions()
    assert "no effect" in sentence
