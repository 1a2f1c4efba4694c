"""Where somebody lives, in free text: house, stair and room are covered, the road stays."""

import re

from data.errors import N_
from data.ledger.findings import Rule
from data.ledger.marks import Mark

HOME = Rule("home_masked", N_("{n} texts said where somebody lives; it was masked."), "dropped")

_LIVES = (
    r"(?:家庭住址|家住址|户籍地址|户籍地|现住址|住址|家住|家在|居住(?:在|于|地)|现住|[租暂]住|住在"
    r"|(?:(?<![\u4e00-\u9fff])|(?<=[人民士生爷妈姨女某其我均也]))住(?![院宅户建房宿所持了着过嘴]))"
)
_ON_THE_WAY = r"(?:(?!门口|附近|发现|看到|有人|反映|举报|期间)[^，。；;\n\ue000\ue001*]){0,30}?"
_NUMBER = r"(?:\d{1,5}|[A-Za-z](?![A-Za-z])|[零〇一二三四五六七八九十百]{1,5})"
_UNIT = r"(?:号楼|号院|号门|号(?![路线街道])|栋|幢|座|楼|单元|门|层|室|户|[-—–#/])"
_ROOM = rf"{_NUMBER}\s?{_UNIT}(?:[\s,，]?{_NUMBER}\s?{_UNIT})*(?:[\s,，]?{_NUMBER}[室号户]?)?"
_ONLY_ROOM = r"(?<!\d)\d{3,4}(?![\d年元月个块米多])"

HOMES_WORDS = "住|户籍|家在"
"""One of these stands in every text that says where somebody lives."""

HOMES = (
    Mark(
        re.compile(rf"{_LIVES}[\s:：是为]{{0,3}}{_ON_THE_WAY}(?P<secret>{_ROOM}|{_ONLY_ROOM})"),
        HOME,
        "(?:住|户籍|家在)[^，。；;*]*[0-9A-Za-z零〇一二三四五六七八九十百]",
    ),
)
