"""Names of the surfaces among which the tool chooses."""

import re

from app.i18n import t
from data.errors import N_
from spatial.holdout import SAFE
from spatial.surfaces import PLAIN

WHOLE = {
    PLAIN: N_("普通计数"),
    SAFE: N_("普通计数，同数时看四周"),
    "block": N_("本格及邻格之和"),
    "random": N_("随机"),
}
WITH_WIDTH = {
    "density": N_("平滑（带宽 {width} 米）"),
    "count + density": N_("计数加平滑（带宽 {width} 米）"),
    "fading density": N_("平滑，越旧越淡（带宽 {width} 米）"),
}
_WIDTH = re.compile(r"(.+) (\d+) m")


def name_surface(surface: str) -> str:
    """Name a surface of `candidate_surfaces`.

    Examples
    --------
    >>> name_surface("fading density 80 m")
    '平滑，越旧越淡（带宽 80 米）'
    """
    if surface in WHOLE:
        return t(WHOLE[surface])
    found = _WIDTH.fullmatch(surface)
    if found and found[1] in WITH_WIDTH:
        return t(WITH_WIDTH[found[1]], width=found[2])
    return surface
