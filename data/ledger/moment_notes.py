"""What many times together give away: midnights and reports that stand for unknown times."""

import pandas as pd

from data.errors import N_
from data.ledger.findings import Findings, Rule
from data.ledger.moment_units import DAY_S, GRAINS, HOUR_S

MIDNIGHT_SUSPICIOUS = Rule(
    "midnight_suspicious",
    N_("{n} times are exactly 00:00, far more than at the hours beside; many may be unknown."),
    "noted",
    N_("Leave the time of day empty where it is not known."),
)
OCCURRED_EQUALS_REPORT = Rule(
    "occurred_equals_report",
    N_(
        "{n} records happened in the minute in which they were reported: at best that is when "
        "they were noticed."
    ),
    "noted",
    N_("Ask when it happened."),
)
OCCURRED_AFTER_REPORT = Rule(
    "occurred_after_report",
    N_("{n} records happened after they were reported."),
    "noted",
    N_("Check the two times."),
)
FEW = 5
MIDNIGHT_SHARE, MIDNIGHT_TIMES = 0.01, 2.0
"""Share of all times, and how many times as many as at 23:00 and 01:00, that are suspicious."""
EQUAL_SHARE, SAME_S = 0.9, 60.0


def note_midnights(spans: pd.DataFrame, texts: pd.Series, findings: Findings) -> None:
    """
    Note the times of exactly 00:00, if they are suspiciously many.

    Examples
    --------
    >>> begin_s = pd.Series([0.0] * 6 + [3600.0 * hour for hour in range(1, 24)])
    >>> spans = pd.DataFrame({"begin_s": begin_s, "grain": 1.0})
    >>> findings = Findings()
    >>> note_midnights(spans, begin_s.astype(str), findings)
    >>> findings.counts
    {'midnight_suspicious': 6}
    """
    clocks = spans["begin_s"].where(spans["grain"] == GRAINS["minute"]) % DAY_S
    midnight = clocks == 0
    beside = (clocks == HOUR_S).sum() + (clocks == DAY_S - HOUR_S).sum()
    n = int(midnight.sum())
    many = n >= FEW and n >= MIDNIGHT_SHARE * clocks.notna().sum()
    if many and n >= MIDNIGHT_TIMES * beside / 2:
        findings.add(MIDNIGHT_SUSPICIOUS, texts[midnight], column="occurred_from")


def note_reports(
    spans: pd.DataFrame, report: pd.DataFrame, texts: pd.Series, findings: Findings
) -> None:
    """
    Note what happened in the minute of its report, if nearly all did, and what happened later.

    Parameters
    ----------
    spans, report
        `begin_s`, `end_s` and `grain` of the occurrence and of the report.
    texts
        The cells of the occurrence.
    findings
        Counts them.
    """
    minute = GRAINS["minute"]
    both = (spans["grain"] == minute) & (report["grain"] == minute)
    equal = both & ((spans["begin_s"] - report["begin_s"]).abs() < SAME_S)
    if equal.sum() >= max(FEW, EQUAL_SHARE * both.sum()):
        findings.add(OCCURRED_EQUALS_REPORT, texts[equal], column="occurred_from")
    after = spans["begin_s"] > report["end_s"]
    findings.add(OCCURRED_AFTER_REPORT, texts[after], column="occurred_from")
