"""A report with every figure, made by hand from one that a project worked out."""

import itertools
from dataclasses import replace

from prefdesk.project import AgreementReport
from prefdesk.project.report import Coefficient, DesignReport, PairAgreement, Range

FORMS = ("alpha_nominal", "alpha_ordinal", "alpha_interval", "ac2", "icc_1", "icc_2_k", "kendall_w")


def full(report: AgreementReport) -> AgreementReport:
    """The same raters with histograms, courses, pairs, coefficients and a design."""
    raters = [
        replace(
            r,
            scale_use=Range(1.1 + i / 10, 1.0, 1.4),
            drift=Range(-0.2, -0.5, 0.1),
            repeat=Range(0.8, 0.6, 0.9) if i else Range(None, None, None),
            n_repeats=8 if i else 0,
            vitality=0.04,
            modal_share=0.3,
            histogram=(1, 2, 4, 6, 9, 8 + i, 9, 4, 3, 2, 1),
            course=tuple((float(10 * k), 0.4 - 0.1 * k) for k in range(1, 9)),
        )
        for i, r in enumerate(report.raters)
    ]
    pairs = [
        PairAgreement(a.rater_id, b.rater_id, None if n == 2 else 0.9 - 0.09 * n, 20 + n)
        for n, (a, b) in enumerate(itertools.combinations(raters, 2))
    ]
    coefficients = [Coefficient(f, Range(0.6, 0.5, 0.7), Range(0.6, 0.4, 0.8)) for f in FORMS]
    nothing = Range(None, None, None)
    coefficients.append(Coefficient("ac1", nothing, nothing, "The scale is continuous."))
    return replace(
        report,
        raters=tuple(raters),
        pairs=tuple(pairs),
        coefficients=tuple(coefficients),
        design=DesignReport(((2, 30), (7, 54)), 2, ("Two answers were judged by one rater only.",)),
        bins=tuple(k - 0.5 for k in range(12)),
    )
