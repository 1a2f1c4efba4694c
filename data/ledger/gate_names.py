"""Gates as they are named after a facility -> their plain names."""

import re

from data.ledger.address_words import normalise

GATE = re.compile(
    r"[的,(]?(?:院区?)?(?:(?P<side>[东南西北]{1,2})(?:侧|边)?(?:大|小|院)?(?:门|出入口|入口|出口|口)口?"
    r"|(?P<named>后门|侧门|急诊(?=门口|入口)|\d+号(?:门|口|出口))口?"
    r"|(?P<main>正大门|正门|大门|主门|前门|主入口|门口|门前|门外|门诊门口|院门)口?)"
)
"""A gate, where it follows the name of a facility."""


def name_gate(name: str) -> str:
    """
    Return the plain form of a gate's name; '' of one that only says that it is the gate.

    Examples
    --------
    >>> [name_gate(name) for name in ("北大门", "正门", "门口", "东南门口", "3号门", "出站口")]
    ['北门', '', '', '东南门', '3号门', '出站口']
    """
    plain = normalise(name)
    found = GATE.fullmatch(plain)
    return plain if found is None else read_gate(found)


def read_gate(found: re.Match[str]) -> str:
    """
    Return the plain form of a gate that `GATE` found.

    Examples
    --------
    >>> read_gate(GATE.match("北侧大门口对面"))
    '北门'
    """
    return f"{found['side']}门" if found["side"] else found["named"] or ""
