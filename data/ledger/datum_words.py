"""The answer about a coordinate system, in words for a clerk."""

from collections.abc import Iterator, Mapping

from pyproj import CRS

from data.errors import N_, Message
from data.ledger.datum_clues import Fit
from data.ledger.datum_hypotheses import Hypothesis
from data.ledger.datum_likelihood import Kind
from data.ledger.datum_verdict import Fits, Verdict

NAMES = {"wgs84": "WGS 84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02", "bd09": "BD-09"}
MEASURED = {
    "named_street": N_(
        "{system}: {n} points lie a median {m} m from the street that their address names."
    ),
    "street": N_("{system}: {n} points lie a median {m} m from the nearest street."),
    "facility": N_("{system}: {n} points lie a median {m} m from the facility that they name."),
    "community": N_("{system}: {share} % of {n} points lie in the community that they name."),
    "boundary": N_("{system}: {share} % of {n} points lie inside the boundary."),
    "member": N_("{system}: {share} % of {n} known places lie in the polygon that they belong to."),
    "edge": N_("{system}: {n} known places of the border lie a median {m} m from the outline."),
    "outline": N_("{system}: the outline lies a median {m} m from the known one."),
}
COMPASS = (
    N_("north"), N_("northeast"), N_("east"), N_("southeast"),
    N_("south"), N_("southwest"), N_("west"), N_("northwest"),
)  # fmt: skip


def name_of(system: str) -> str:
    """
    Name a system as people do.

    Examples
    --------
    >>> name_of("gcj02"), name_of("EPSG:4548")
    ('GCJ-02', 'EPSG:4548 (CGCS2000 / 3-degree Gauss-Kruger CM 117E)')
    """
    if system in NAMES:
        return NAMES[system]
    return f"{system} ({CRS.from_user_input(system).name})"


def say(verdict: Verdict, fits: Fits, *, labelled: bool, certain: bool) -> Iterator[Message]:
    """
    Say which system it is and why, or why it cannot be told.

    Parameters
    ----------
    verdict, fits
        The answer and how well each system fits each kind of evidence.
    labelled
        Whether the answer is what a believed label says.
    certain
        Whether it may be used without asking.
    """
    if verdict.best is None:
        yield from _say_unknown(verdict, fits)
    else:
        yield _say_best(verdict.best, verdict, labelled=labelled, certain=certain)
        if verdict.mixed is not None:
            text = N_("Part of the points seems to be in {system}: the file mixes two systems.")
            yield Message.of(text, system=name_of(verdict.mixed.system))
        if verdict.best.swapped:
            yield Message.of(N_("The two columns of coordinates are exchanged."))
    kind = verdict.decisive or _clearest(fits)
    if kind is not None:
        for hypothesis in verdict.ranked[:3]:
            if fits[kind][hypothesis].n:
                yield _measured(kind, hypothesis, fits[kind])
    if kind is not None and kind.to == "polygon" and kind.code == "boundary":
        yield Message.of(N_("Only the boundary speaks; names of streets would tell more."))


def say_nudged(length_m: float, towards: float) -> Message:
    """
    Say that the points would fit better elsewhere.

    Parameters
    ----------
    length_m
        How far off.
    towards
        Degrees clockwise from north.
    """
    return Message.of(
        N_(
            "They would fit better {m} m further {towards}: perhaps another system, such as "
            "Xi'an 80, Beijing 54 or one of the city."
        ),
        m=round(length_m),
        towards=Message(COMPASS[round(towards / 45) % 8]),
    )


def _say_best(best: Hypothesis, verdict: Verdict, *, labelled: bool, certain: bool) -> Message:
    """Name the best system."""
    system = name_of(best.system)
    if labelled:
        return Message.of(
            N_("The file says {system}, and nothing speaks against it."), system=system
        )
    if len(verdict.ranked) == 1 and certain and verdict.decisive is None:
        text = N_("The coordinates are {system}: outside China nothing else is in question.")
        return Message.of(text, system=system)
    text = (
        N_("The coordinates are {system}.")
        if certain
        else N_("The coordinates are probably {system}: please confirm it on the map.")
    )
    return Message.of(text, system=system)


def _say_unknown(verdict: Verdict, fits: Fits) -> Iterator[Message]:
    """Say why it cannot be told."""
    seen = any(fit.n for by_system in fits.values() for fit in by_system.values())
    names = ", ".join(dict.fromkeys(name_of(h.system) for h in verdict.ranked))
    yield Message.of(N_("It cannot be told which system this is: {names}."), names=names)
    if not fits:
        yield Message.of(N_("There is no street, boundary or facility to hold the points against."))
    elif not seen:
        yield Message.of(N_("Not one point lies in the area under any of them."))
    else:
        yield Message.of(N_("The evidence fits several of them, or none of them well."))


def _measured(kind: Kind, hypothesis: Hypothesis, fit: Mapping[Hypothesis, Fit]) -> Message:
    """Say what was measured under one system."""
    found = fit[hypothesis]
    return Message.of(
        MEASURED[kind.code],
        system=name_of(hypothesis.system),
        n=found.n,
        m=round(found.median_m),
        share=round(100 * found.share),
    )


def _clearest(fits: Fits) -> Kind | None:
    """Return the kind of evidence that separates the systems most."""
    spread = {
        kind: max(values) - min(values)
        for kind, fit in fits.items()
        if (values := [one.log_likelihood for one in fit.values()])
        and any(one.n for one in fit.values())
    }
    return max(spread, key=lambda kind: spread[kind], default=None)
