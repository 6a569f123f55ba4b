"""The grammar of the commands about ratings and the people who give them."""

from prefdesk.cli import agreeing, rating, weighing
from prefdesk.cli.grammar import Verbs, verb
from prefdesk.cli.options import moment, positive


def add(verbs: Verbs) -> None:
    """Rate, agree, rewards, credibility and exclude."""
    _rate(verbs)
    _agree(verbs)
    _rewards(verbs)
    _credibility(verbs)
    _exclude(verbs)


def _rate(verbs: Verbs) -> None:
    rate = verb(
        verbs,
        "rate",
        rating.rate,
        "Take ratings from a file, or rate here.",
        "A file has the columns rater, completion and score (0 to 10) or label (bad, medium, "
        "good), and if wanted criterion, comment, seconds.",
    )
    way = rate.add_mutually_exclusive_group()
    way.add_argument("--from", dest="source", metavar="SOURCE", help="a .csv, .tsv or .jsonl file")
    way.add_argument("--rater", default="", metavar="NAME", help="rate by hand under this name")
    rate.add_argument(
        "--new-raters", action="store_true", help="with --from: add raters not known yet"
    )
    rate.add_argument(
        "--scale",
        type=agreeing.scale,
        metavar="LO:HI",
        help="with --from: ends of the file's scores, such as 0:100 (default: 0:10)",
    )


def _agree(verbs: Verbs) -> None:
    agree = verb(
        verbs,
        "agree",
        agreeing.agree,
        "Say whether the raters agree and what stands out.",
        "FILE is a project or a table of ratings with the columns rater, item, score and if "
        "wanted prompt, aspect, seconds, order.",
        file=False,
    )
    agreeing.options(agree)


def _rewards(verbs: Verbs) -> None:
    rewards = verb(
        verbs,
        "rewards",
        rating.rewards,
        "List what each completion is worth to training.",
        "quality is in points of the scale, se its uncertainty; reward is what training uses.",
    )
    rewards.add_argument(
        "--completion", type=positive, metavar="N", help="open one into the ratings behind it"
    )
    rewards.add_argument(
        "--next", action="store_true", help="list what one more rating would teach most about"
    )
    suppose = rewards.add_argument_group("what if (nothing is changed)")
    suppose.add_argument(
        "--without", action="append", default=[], metavar="RATER", help="leave out this rater"
    )
    suppose.add_argument(
        "--weight",
        action="append",
        default=[],
        metavar="RATER=VALUE",
        help="another credibility, 0 to 3 or estimated",
    )
    suppose.add_argument(
        "--rule",
        choices=("model", "mean", "bias_removed", "z"),
        help="another way from scores to rewards",
    )


def _credibility(verbs: Verbs) -> None:
    one = verb(
        verbs,
        "credibility",
        weighing.credibility,
        "Set by hand how much a rater counts, with a note, or let it be estimated again.",
        "Rounds that were made keep their rewards.",
    )
    one.add_argument("rater", metavar="RATER", help="the rater's name")
    one.add_argument(
        "value",
        metavar="VALUE",
        type=float,
        nargs="?",
        help="0 leaves the rater out, 1 is the panel's mean, 3 the most",
    )
    one.add_argument("--note", default="", metavar="TEXT", help="why; needed with a value")
    one.add_argument("--estimated", action="store_true", help="let it be estimated again")


def _exclude(verbs: Verbs) -> None:
    exclude = verb(
        verbs,
        "exclude",
        rating.exclude,
        "Leave a rater out of the rewards, or take that back.",
        "Nothing is deleted.",
    )
    exclude.add_argument("rater", metavar="RATER", help="the rater's name")
    exclude.add_argument("--reason", default="", metavar="TEXT", help="why; needed to leave out")
    part = exclude.add_mutually_exclusive_group()
    part.add_argument(
        "--from-order",
        type=positive,
        metavar="N",
        help="only the rater's Nth rating in order of time and all after it",
    )
    part.add_argument(
        "--since",
        type=moment,
        metavar="TIME",
        help="only ratings from this time on, such as 2026-03-01 or 2026-03-01T14:30, in the time "
        "of this computer unless it says otherwise (Z is UTC)",
    )
    exclude.add_argument("--restore", action="store_true", help="let the rater count again")
