"""Which people on duty go out together."""

from dataclasses import dataclass, field

from shapely import Point

from data.settings import Patrol


@dataclass(frozen=True)
class Officer:
    """One person on duty, known only by the row of the staffing table."""

    row_id: str
    number: int
    org: str
    can_enforce: bool
    mode: str
    community: str
    base: Point


@dataclass
class Crew:
    """People who go out together; the first is the host, whose base and mode they share."""

    members: list[Officer] = field(default_factory=list)

    @property
    def community(self) -> str:
        """The jurisdiction that all members share; empty: the whole area."""
        return next((member.community for member in self.members if member.community), "")

    @property
    def enforcers(self) -> int:
        """How many members hold a certificate."""
        return sum(member.can_enforce for member in self.members)

    @property
    def orgs(self) -> str:
        """The members' organisations, each once, joined by a plus sign."""
        return "+".join(dict.fromkeys(member.org for member in self.members))


def form_crews(
    officers: dict[str, list[Officer]], rules: Patrol
) -> tuple[list[Crew], list[Officer]]:
    """
    Form crews inside rows, then joint ones of people left over.

    Parameters
    ----------
    officers
        The people on duty of each row of the staffing table.
    rules
        Team size, and how many certified officers make an enforcement team.

    Returns
    -------
    crews
        None of them smaller than `rules.team_size`.
    alone
        Those whom no crew can take, because one person may not go out alone.

    Examples
    --------
    >>> base = Point(0, 0)
    >>> police, brigade = (Officer(r, 0, r, True, "foot", "", base) for r in ("police", "brigade"))
    >>> crews, alone = form_crews({"police": [police], "brigade": [brigade]}, Patrol())
    >>> crews[0].orgs, crews[0].enforcers, alone
    ('police+brigade', 2, [])
    """
    crews: list[Crew] = []
    singles: list[Officer] = []
    for people in officers.values():
        grouped, left = _split(people, rules)
        crews += grouped
        singles += left
    joint, singles = _join_singles(singles, rules, enforcing=True)
    crews += joint
    singles = _take_along(crews, singles, rules)
    mixed, singles = _join_singles(singles, rules, enforcing=False)
    return crews + mixed, singles


def _split(people: list[Officer], rules: Patrol) -> tuple[list[Crew], list[Officer]]:
    """Divide the people of one row into crews, with as many enforcement crews as possible."""
    crews: list[Crew] = []
    left = list(people)
    full = max(rules.team_size, rules.min_enforcers)
    sizes = (full, rules.team_size) if left and left[0].can_enforce else (rules.team_size,)
    for size in sizes:
        while len(left) >= size:
            crews.append(Crew(left[:size]))
            left = left[size:]
    return crews, left


def _join_singles(
    singles: list[Officer], rules: Patrol, *, enforcing: bool
) -> tuple[list[Crew], list[Officer]]:
    """Form crews of single people of different rows whose jurisdictions are compatible."""
    size = max(rules.team_size, rules.min_enforcers) if enforcing else rules.team_size
    left = [officer for officer in singles if officer.can_enforce or not enforcing]
    alone = [officer for officer in singles if officer not in left]
    crews: list[Crew] = []
    while left:
        host, *rest = left
        crew = _gather(host, rest, size)
        if len(crew.members) == size:
            crews.append(crew)
            left = [officer for officer in rest if officer not in crew.members]
        else:
            alone.append(host)
            left = rest
    return crews, alone


def _gather(host: Officer, others: list[Officer], size: int) -> Crew:
    """Add people to `host` until the crew is full, those of the same jurisdiction first."""
    crew = Crew([host])
    # a wider jurisdiction would be given up in a narrower crew
    for officer in sorted(others, key=lambda other: other.community != host.community):
        compatible = "" in {officer.community, crew.community} or (
            officer.community == crew.community
        )
        if compatible and len(crew.members) < size:
            crew.members.append(officer)
    return crew


def _take_along(crews: list[Crew], singles: list[Officer], rules: Patrol) -> list[Officer]:
    """Let single people join a crew that goes nowhere they may not go; return who is left."""
    alone = []
    for officer in singles:
        hosts = [
            crew
            for crew in crews
            if officer.community in {"", crew.community} and len(crew.members) <= rules.team_size
        ]
        if hosts:
            own = officer.row_id
            min(hosts, key=lambda c: (c.members[0].row_id != own, len(c.members))).members.append(
                officer
            )
        else:
            alone.append(officer)
    return alone
