"""Names of persons in free text, known by the words around them."""

import re

from data.errors import N_
from data.ledger.findings import Rule
from data.ledger.marks import HIDDEN, Mark

NAME = Rule("name_masked", N_("{n} texts named a person; the name was masked."), "dropped")

_DOUBLE = (
    "欧阳|上官|司马|诸葛|司徒|慕容|皇甫|尉迟|公孙|令狐|夏侯|宇文|长孙|端木|独孤|南宫|呼延|东方|西门"
)
_STRONG = (
    "王李张刘陈杨赵黄周吴徐孙胡朱郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴汪姜"
    "范姚谭廖邹熊陆郝孔崔邱秦顾侯邵孟钱汤尹黎乔贺赖龚樊兰殷洪翟倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦柳邢骆岳齐"
    "梅庄辛管祝涂谷祁耿牟卜詹关苗凌费纪靳盛童欧甄裴席卫柯阮桂闵解强柴华车冉房边辜"
)
"""Surnames that seldom end a word of something else."""
_WEAK = (
    "马高林何石金江方白田任文万常安成路时向史毛段雷龙武康易陶夏钟秋单明平于和包左项古乐"
    "连元全宫景代艾水党米计云应宗丰"
)
"""Surnames that often do."""
_HAN = r"[\u4e00-\u9fff]"
_SURNAME = f"(?:{_DOUBLE}|[{_STRONG}{_WEAK}])"
_SURE = f"(?:{_DOUBLE}|[{_STRONG}])"

_FORMAL = "先生|女士|小姐|同志|老师|医生|师傅|经理|主任|警官|队长|书记|所长|院长|大夫"
_FAMILIAR = "太太|大爷|大妈|大娘|大叔|大姐|大哥|大嫂|大婶|阿姨|奶奶|爷爷|老板|护士"
_SHOP = "(?![\u4e00-\u9fff]{0,4}(?:诊所|工作室|口腔|齿科|药[店房]|超市|小吃|餐|饭[店馆]|寓所))"
_JOB = "(?!家庭|全科|社区|主治|值班|中医|西医|门诊|执业|乡村)"
_BEFORE_TITLE = "民众者主称由找与及为的名位叫给对被跟让请系人"

_CUES = (
    "[举检]报[人者]|[投申]诉人|来电人|报[警案]人|反[映应]人|求助人|诉求人|申请人|[信来]访人|联[系络]人"
    "|当事人|嫌疑人|行为人|违法人|[受被]害人|目击者|证人|知情人|车主|房[东主]|户主|[收寄]件人|负责人"
    "|[经承]办人|填[报表]人|记录人|巡查人员?|执法人员|值班人员?|民警|[辅片]警|协管员|网格员|信息员|志愿者"
    "|法定代表人|法人|姓名|名字|我叫|我是|名叫|自称|叫做|本人|药贩子?"
)
_BROAD = (
    "市民|居民|群众|业主|患者|老人|住户|男子|女子|店[主长]|租户|病人|家属|保安|社工|员工"
    "|丈夫|妻子|儿子|女儿"
)
_END = (
    r"(?=[^\u4e00-\u9fff]|$|称|说|反映|表示|来电|致电|举报|投诉|报警|要求|希望|认为|告知|发现|看到|声称|在|于|到|从"
    r"|与|和|的|电话|手机|联系|身份|住|家住|女|男|等|被|把|已|先生|女士|小姐|诉|提供|系|是|有|去|来|向|对|将|及"
    r"|也|又|同|求助|讲|买|卖|收药|身|号|微信|车|现|今|昨|因|持|报|正|不|就|拨|再|经|通过)"
)
_PLACE = "(?![路街道里村园区庄镇县市桥门口场]|小区|社区|医院|公园|药店|派出所)"
_ONE = rf"{_SURNAME}{_HAN}{{1,2}}?{_END}"
_MORE = rf"(?:\s?[、,，和与及/ ]\s?{_ONE})*"
_COLON = r"(?:的?(?:姓名|名字))?\s?(?:是|为|叫|系|名叫)?\s{0,3}[:：=]\s{0,3}"
_NOBODY = (
    "(?!匿名|不|未|无|保密|市民|群众|居民|男|女|热心|同上|附近|多|若干|已|没|街道|社区|某"
    "|一名|两名|见|详)"
)
_ANY_NAME = (
    rf"{_ONE}{_MORE}|{_HAN}{{1,8}}(?:[·•]{_HAN}{{1,8}})+"
    rf"|{_NOBODY}{_HAN}{{2,4}}(?<![所局办队院店处科])(?=[\s,，。;；、()（）\d{HIDDEN}]|$)"
    r"|[A-Z][A-Za-z'\-]+(?:\s[A-Z][A-Za-z'\-]+){0,3}"
)
_ENGLISH = r"(?i:reporter|caller|complainant|informant|witness|contact person|full name)"
_WESTERN = r"[A-Z][a-z'\-]+(?:\s[A-Z][a-z'\-]+){0,2}"

_WEAKLY = rf"(?:(?<!{_HAN})|(?<=[{_BEFORE_TITLE}]))"
_SOMEBODY = "某[某甲乙丙丁]?)(?![些种个一处地年月日医小药社店路街单公人])"
_TITLED = (
    rf"(?P<secret>{_SURE}{_JOB}{_HAN}{{1,2}}?)(?=(?:{_FORMAL}){_SHOP})",
    rf"(?P<secret>{_SURE})(?=(?:{_FORMAL}|{_FAMILIAR}){_SHOP}|[哥姐姨叔嫂]{_END})",
    rf"{_WEAKLY}(?P<secret>[{_WEAK}]{_JOB}{_HAN}{{0,2}}?)(?=(?:{_FORMAL}|{_FAMILIAR}){_SHOP})",
)
_HALF_NAMED = (
    rf"(?P<secret>{_SURE}{_SOMEBODY}",
    rf"{_WEAKLY}(?P<secret>[{_WEAK}]{_SOMEBODY}",
)
_GAP = r"[^\p{L}\p{N}]"
_PATTERNS = (
    *(
        (titled, rf"{_SURNAME}\p{{Han}}{{0,2}}(?:{_FORMAL}|{_FAMILIAR}|[哥姐姨叔嫂])")
        for titled in _TITLED
    ),
    (
        rf"(?:{_CUES}){_COLON}(?P<secret>{_ANY_NAME})",
        rf"(?:{_CUES})(?:的|姓名|名字|是|为|叫|系|名叫|{_GAP})*[:：=（(]",
    ),
    (
        rf"(?:{_CUES})(?:姓名)?(?:是|为|叫)?[\s（(]{{0,2}}(?P<secret>{_ONE}{_MORE})",
        rf"(?:{_CUES})(?:姓名)?(?:是|为|叫)?{_GAP}{{0,2}}{_SURNAME}",
    ),
    (
        rf"(?:{_CUES})(?:姓名)?(?:是|为|叫)?\s?(?P<secret>{_SURE}{_HAN}{{2}}){_PLACE}",
        rf"(?:{_CUES})(?:姓名)?(?:是|为|叫)?{_GAP}?{_SURNAME}",
    ),
    (
        rf"(?:{_CUES}|{_BROAD})\s?(?P<secret>[老小阿大]{_SURNAME}){_END}",
        rf"(?:{_CUES}|{_BROAD}){_GAP}?[老小阿大]{_SURNAME}",
    ),
    (rf"(?:绰号|外号)[\s:：为叫“\"]{{0,2}}(?P<secret>{_HAN}{{1,4}}?){_END}", "绰号|外号"),
    (
        rf"(?:{_CUES}|{_BROAD})(?:是|为|叫)?\s?(?P<secret>{_HAN}{{2,8}}[·•]{_HAN}{{2,8}})",
        r"\p{Han}[·•]\p{Han}",
    ),
    (
        rf"(?:{_BROAD})(?:姓名)?[\s:：]{{0,2}}(?P<secret>{_SURE}{_HAN}{{1,2}}?){_END}",
        rf"(?:{_BROAD})(?:姓名)?{_GAP}{{0,2}}{_SURE}",
    ),
    (rf"\b(?:Mr|Mrs|Ms|Miss)\b\.?\s(?P<secret>{_WESTERN})", "Mr|Ms|Miss"),
    (
        rf"{_ENGLISH}(?:\sname)?\s?(?:[:：]|\bis\b|\bnamed\b)\s?(?P<secret>{_WESTERN})",
        _ENGLISH,
    ),
    *((half_named, f"{_SURNAME}某") for half_named in _HALF_NAMED),
    (rf"(?<![同百])姓(?P<secret>{_SURNAME})(?=[的,，。\s男女称]|$)", f"姓{_SURNAME}"),
)

NAMES_WORDS = (
    rf"{_CUES}|{_BROAD}|{_FORMAL}|{_FAMILIAR}|[哥姐姨叔嫂某姓·•]|外号|绰号|Mr|Ms|Miss|{_ENGLISH}"
)
"""One of these stands in every text with a name that is found; in the syntax of RE2."""
NAMES = tuple(Mark(re.compile(pattern), NAME, gate) for pattern, gate in _PATTERNS)

_WORDS = (
    "车牌|车号|时间|时段|时长|单号|单位|金额|方式|方法|白天|平方|平台|明天|计算|成员|万元"
    "|任务|全天|左右|总计|和|向|于"
)
_BESIDE = rf"(?!{_WORDS})(?P<secret>{_SURNAME}(?:{_HAN}(?<![路街道里门口院店区])){{1,2}})"
NAMES_BESIDE_NUMBERS = (
    Mark(re.compile(rf"(?<!{_HAN}){_BESIDE}(?=[\s:：,，、(（\-]{{0,3}}{HIDDEN})"), NAME, ""),
    Mark(re.compile(rf"{HIDDEN}[\s,，、()（）:：\-]{{0,2}}{_BESIDE}(?!{_HAN})"), NAME, ""),
)
"""A short word that begins with a surname and stands next to a number that was just covered."""
