"""Commands for the machine's part: sample, train, evaluate."""

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from prefdesk.cli import together
from prefdesk.cli.monitor import Monitor
from prefdesk.cli.opening import opened
from prefdesk.cli.options import chosen
from prefdesk.cli.output import counted, document, figure, say, show
from prefdesk.cli.preflight import dry_run
from prefdesk.cli.tables import table
from prefdesk.config import DeviceConfig, RoundConfig, SamplingConfig
from prefdesk.errors import InputError, TrainingError
from prefdesk.project import EvaluationReport, PreparedRound, Project
from prefdesk.project.trying import REPORT, Tried


def sample(options: argparse.Namespace) -> int:
    """Draw completions."""
    with opened(options.file) as project:
        if not project.prompts.count(options.split):
            raise InputError(
                f"There are no {options.split} prompts.",
                f"Import some: prefdesk import FILE SOURCE --split {options.split}.",
            )
        spec = project.completions.sampling_job(
            chosen(SamplingConfig, options),
            split=options.split,
            checkpoint_id=options.checkpoint,
            limit=options.limit,
        )
        monitor = Monitor(project, chosen(DeviceConfig, options))
        ended = monitor.run(spec)
        if options.json:
            document(
                {
                    "status": ended.status,
                    "message": ended.message,
                    "completions": project.completions.count(options.split),
                }
            )
    return monitor.exit_status(ended)


def try_(options: argparse.Namespace) -> int:
    """Answer one prompt from a checkpoint, or from two to compare them; nothing is stored."""
    with opened(options.file) as project:
        given = [options.checkpoint, options.against]
        ids = [project.checkpoints.chosen(i).id for i in given[: 2 if options.against else 1]]
        spec = project.trying.job(options.prompt, ids, chosen(SamplingConfig, options))
        monitor = Monitor(project, chosen(DeviceConfig, options))
        ended = monitor.run(spec)
        found = [Tried.from_document(r.document) for r in monitor.reports if r.name == REPORT]
        answers = [one for one in found if one.done]
        names = {i: project.checkpoints.get(i).name for i in ids}
    if options.json:
        document({"status": ended.status, "answers": answers})
        return monitor.exit_status(ended)
    for one in answers:
        show(f"{names[one.checkpoint_id]} (seed {one.draw.seed}):\n{one.draw.text}\n")
    return monitor.exit_status(ended)


def train(options: argparse.Namespace) -> int:
    """Train one round, alone or in several processes."""
    if together.is_one_of_several():
        return together.train(options, _train)
    if options.shard:
        raise InputError(
            "--shard spreads the model over several processes, and there is one.",
            "Start them with torchrun --nproc-per-node N -m prefdesk train FILE --shard.",
        )
    return _train(options, chosen(DeviceConfig, options), lambda spec: None)


def _train(options: argparse.Namespace, device: DeviceConfig, announce: together.Announce) -> int:
    with opened(options.file) as project:
        if options.dry_run:
            _refuse_both(options)
            config = chosen(RoundConfig, options)
            dry_run(project, config, device, options.checkpoint, as_json=options.json)
            return 0
        prepared = _prepared(project, options)
        _warn(prepared)
        job = prepared.job
        if options.shard:
            job = replace(job, settings={**job.settings, "shard": True})
        announce(job)
        monitor = Monitor(project, device)
        ended = monitor.run(job)
        done = project.rounds.get(prepared.record.id)
        if options.json:
            document(
                {
                    "round": done,
                    "message": ended.message,
                    "metrics": project.rounds.metrics(done.id),
                }
            )
    return monitor.exit_status(ended)


def _prepared(project: Project, options: argparse.Namespace) -> PreparedRound:
    if options.resume:
        _refuse_settings(options)
        return project.rounds.resume()
    config = chosen(RoundConfig, options)
    try:
        return project.rounds.create(config, checkpoint_id=options.checkpoint)
    except TrainingError as e:
        raise TrainingError(e.message, e.hint.replace("`override`", "--override")) from e


def _warn(prepared: PreparedRound) -> None:
    """Say what the ratings cannot tell; it stops nobody."""
    found = prepared.verdict
    if found is not None and found.word != "usable":
        say(found.sentence)
    if found is not None and found.word == "not_estimable":
        say("The round takes the scores as they are; a second rater would show how sure they are.")


def _refuse_both(options: argparse.Namespace) -> None:
    if options.resume:
        raise InputError("--dry-run looks at a new round, --resume goes on with an old one.")


def _refuse_settings(options: argparse.Namespace) -> None:
    names = ["checkpoint", "preset", *(s.name for s in RoundConfig.describe())]
    given = [name for name in names if getattr(options, name, None) is not None]
    if given:
        flag = "--" + given[0].replace("_", "-")
        raise InputError(
            f"--resume goes on with the round's own settings; {flag} cannot be other now.",
            f"Leave {flag} out, or start a new round without --resume.",
        )


def evaluate(options: argparse.Namespace) -> None:
    """Compare the checkpoints on the evaluation prompts, and on a text if one is named."""
    with opened(options.file, "w" if options.text else "r") as project:
        if options.text:
            project.checkpoints.latest()  # says so where there is no model yet
            ids = [c.id for c in project.checkpoints.models()]
            spec = project.evaluation.perplexity_job(Path(options.text), ids)
            Monitor(project, chosen(DeviceConfig, options)).run(spec)
        report, perplexities = project.evaluation.report(), _perplexities(project)
    if options.json:
        document({**asdict(report), "perplexities": perplexities})
        return
    print_evaluation(report)
    if perplexities:
        show()
        head = ("checkpoint", "name", "perplexity", "tokens", "text")
        keys = ("checkpoint_id", "name", "perplexity", "n_tokens", "source")
        table(head, [[one[k] for k in keys] for one in perplexities])


def _perplexities(project: Project) -> list[dict[str, Any]]:
    """What was measured last for each checkpoint, whether or not it has completions."""
    return [
        {"name": one.name, **found}
        for one in project.checkpoints.all()
        if (found := project.report(f"perplexity/{one.id}"))
    ]


def print_evaluation(report: EvaluationReport) -> None:
    """The report as tables for people."""
    if not report.scores:
        show(
            "No checkpoint has answered the evaluation prompts yet: "
            "prefdesk sample FILE --split evaluation."
        )
        return
    table(
        (
            *("checkpoint", "completions", "rated", "human score", "length", "cut off"),
            *("BLEU", "chrF", "ROUGE-L", "perplexity"),
        ),
        [
            (
                *(s.name, s.n_completions, s.n_rated, figure(s.human), s.mean_length, s.truncated),
                *(s.bleu, s.chrf, s.rougeL, s.perplexity),
            )
            for s in report.scores
        ],
    )
    names = {s.checkpoint_id: s.name for s in report.scores}
    for c in report.comparisons:
        show(
            f"{names[c.b]} against {names[c.a]}: {figure(c.difference)} points on "
            f"{counted(c.n_prompts, 'prompt')}; "
            f"better {c.win:.0%}, equal {c.tie:.0%}, worse {c.loss:.0%}."
        )
        if c.caution:
            show(c.caution)
