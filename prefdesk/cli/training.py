"""Commands for the machine's part: preprocess, sample, train, evaluate."""

import argparse
from pathlib import Path

from prefdesk.cli.monitor import Monitor
from prefdesk.cli.options import chosen
from prefdesk.cli.output import document, figure
from prefdesk.cli.tables import table
from prefdesk.config import DeviceConfig, RoundConfig, SamplingConfig
from prefdesk.events import JobSpec
from prefdesk.project import EvaluationReport, Project


def preprocess(options: argparse.Namespace) -> None:
    """Encode the prompts and report their lengths."""
    config = chosen(SamplingConfig, options)
    with Project.open(options.file) as project:
        monitor = Monitor(project)
        monitor.run(JobSpec("preprocess", {"config": config.to_json()}))
        report = monitor.reports[-1].document
    if options.json:
        document(report)
    else:
        print(
            f"{report['n_prompts']} prompts, the longest has {report['longest']} tokens; "
            f"{len(report['too_long'])} are longer than {report['limit']}."
        )


def sample(options: argparse.Namespace) -> None:
    """Draw completions."""
    with Project.open(options.file) as project:
        spec = project.completions.sampling_job(
            chosen(SamplingConfig, options),
            split=options.split,
            checkpoint_id=options.checkpoint,
            limit=options.limit,
        )
        ended = Monitor(project, chosen(DeviceConfig, options)).run(spec)
        if options.json:
            document(
                {
                    "status": ended.status,
                    "message": ended.message,
                    "completions": project.completions.count(options.split),
                }
            )


def train(options: argparse.Namespace) -> None:
    """Train one round."""
    with Project.open(options.file) as project:
        prepared = project.rounds.create(
            chosen(RoundConfig, options), checkpoint_id=options.checkpoint
        )
        ended = Monitor(project, chosen(DeviceConfig, options)).run(prepared.job)
        done = project.rounds.get(prepared.record.id)
        if options.json:
            document(
                {
                    "round": done,
                    "message": ended.message,
                    "metrics": project.rounds.metrics(done.id),
                }
            )


def evaluate(options: argparse.Namespace) -> None:
    """Compare the checkpoints on the evaluation prompts."""
    with Project.open(options.file, "w" if options.text else "r") as project:
        if options.text:
            ids = [c.id for c in project.checkpoints.all()]
            spec = project.evaluation.perplexity_job(Path(options.text), ids)
            Monitor(project, chosen(DeviceConfig, options)).run(spec)
        report = project.evaluation.report()
    if options.json:
        document(report)
    else:
        print_evaluation(report)


def print_evaluation(report: EvaluationReport) -> None:
    """The report as tables for people."""
    if not report.scores:
        print("No checkpoint has answered the evaluation prompts yet.")
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
        print(
            f"{names[c.b]} against {names[c.a]}: {figure(c.difference)} points on {c.n_prompts} "
            f"prompts; better {c.win:.0%}, equal {c.tie:.0%}, worse {c.loss:.0%}."
        )
        if c.caution:
            print(c.caution)
