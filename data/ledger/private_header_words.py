"""The words by which a header of a column is known to tell who somebody is: one table."""

from types import MappingProxyType

from data.errors import N_

REASONS = MappingProxyType(
    {
        "reporter": N_("Says who reported it."),
        "caller": N_("Says who called, or from where."),
        "person_name": N_("Names a person."),
        "staff_name": N_("Names a member of staff."),
        "phone": N_("Holds telephone numbers."),
        "id_number": N_("Holds numbers of identity papers or cards."),
        "home_address": N_("Says where somebody lives."),
        "contact": N_("Says how somebody can be reached."),
        "account": N_("Holds accounts or e-mail addresses."),
        "vehicle": N_("Holds licence plates."),
        "personal_trait": N_("Describes a person: sex, age, origin or the like."),
    }
)
"""Reason code -> what is said of a column that is not read."""

PUBLIC = MappingProxyType(
    {
        "counts, not people": """
            (?:当事|人员?|[队警]员|民警|网格员|志愿者)(?:人?数量?|人?次|总数|合计)|人均""",
        "what was said, not by whom": """
            (?:举报|来电|报警|投诉|反[映应]|诉求|求助|市民|群众)人?[的所]?
            (?:诉求|反[映应]|描述|所述|所诉|要求|意见|建议)""",
        "the event, not its reporter": """
            (?:举报|来电|报警|投诉|接警|出警|来访|来信|报案|信访|求助|咨询|电话)
            (?:时间|日期|时刻|内容|编号|单号|类型|类别|分类|方式|渠道|途径|来源|事项|地点|原因
            |标题|主题|摘要|描述|情况|数量|次数|件数|结果|状态|级别|等级|问题|诉求|要求|目的
            |平台|系统)""",
        "organisations": """
            (?:联[系络]|责任|负责|承办|主办|协办|主管|经办|填报|登记|被?举报|被?投诉)
            (?:单位|部门|科室|机构|企业|街道|社区|商户|商家)
            |成员单位|法人(?:名称|单位|代码|性质|类型)""",
        "things": """
            电话亭|手机(?:店|卖场)|户籍(?:人口|户数)|微信公众号|民族(?:路|道|街)|性质""",
    }
)
"""What is taken out of a Chinese header before it is looked through, and why."""

CHINESE = MappingProxyType(
    {
        "personal_trait": """
            性别|年龄|岁数|周岁|出生|(?<!发)生日|民族|[籍祖原]籍|籍贯|国籍|户[籍口](?!所在|地?址)|口音
            |婚姻|学历|文化程度|职业|政治面貌|宗教|信仰|健康状况|病史|疾病|残疾|身高|体貌|外貌
            |衣着""",
        "home_address": """
            住址|住所|居住(?!区)|现住|暂住|租住|户[籍口]|家庭(?:地址|成员|情况|信息)
            |(?:联系|通[讯信]|邮[寄递]|[收寄]件|收货|寄送|本人|个人|来电)(?:地址|位置)""",
        "id_number": """
            身份证|身份[号號]|公民身份|[证證]件|护照|通行证|驾驶证|驾照|行驶证|[军警]官证|居住证
            |台胞证|社保|医保卡|就诊卡|病历号|住院号|学号|工号|警号|银行卡|卡号""",
        "account": """
            [微威薇v]信|qq|扣扣|邮箱|邮件|电邮|[账帐][号户]|用户[名号]|昵称|网名|抖音|快手|微博
            |支付宝|小红书|ip地址|mac地址""",
        "vehicle": "车牌|车号|车辆号|号牌",
        "caller": """
            主叫|被叫|来电(?:[人者号方姓机归显]|电话|市民|群众)|去电|呼[入出]|录音
            |报警(?:[人者号方姓]|电话|手机)|(?:求助|咨询|报案|致电)[人者]""",
        "reporter": """
            (?<!被)(?:举报|检举|揭发|投诉|反[映应]|诉求|信访|上访|来访|来信|申诉|申请|告发|爆料
            |提供|提交|线索|目击|知情|发现)(?:[人者姓]|市民|群众|电话|手机|号码|联系)
            |市民(?:信息|姓|电|号)|实名""",
        "phone": """
            电[话話]|電話|手[机機]|联[系络](?:号码|方式)|聯[繫絡]|移动号|座机|传真|短号|^号码""",
        "staff_name": """
            (?:巡查|巡逻|巡检|检查|执法|填[报表写]|录入|登记|记录|经办|[承主协]办|受理|处[理置]
            |办理|审[核批]|批准|签收|接[收警听办]|出警|派[单遣]|核查|复核|回访|值班|带[班队]
            |责任|负责|分管|包保|管理|上报|采集|操作|创建|更新|修改|制表|统计|汇总|移[交送]
            |交办)[人者员]
            |民警|[辅片]警|[警队]员|网格[员长]|协管员|信息员|志愿者|巡防员|保安员|楼门长|社工
            |领导姓名|(?:带班|值班)领导|[班队]长|签[名字]""",
        "person_name": """
            姓[名氏]|名字|当事[人者]|嫌疑人|违法(?:行为)?人|行为人|涉案人|[受被]害人|证人
            |驾驶[员人]|司机|车主|业主|房[东主]|户主|住户|租[户客]|[承出]租人|患者|病人|家属
            |监护人|法定代表|法人|经营者|店[主长]|老板|持有人|[收寄]货?件?人|联[系络][人者]
            |药贩|头像|人脸""",
        "contact": "(?:联[系络])(?:信息|资料)",
    }
)
"""Reason -> words of a Chinese header; the first reason that fits is given."""

NOT_OF_A_PERSON = """
    contact_(?:org\\w*|unit|department|hash)
    |(?:victim|suspect|offender|patient|officer|contact)s?_?(?:count|total|num(?:ber)?)
    |(?:num\\w*|no|nb?|count)_?(?:of_)?(?:victim|suspect|offender|patient|officer)s?
    |age_of_(?:report|case|record)|phone_(?:booth|box|shop|store)s?|user_(?:type|area)"""
"""What is taken out of a header in Latin letters; its words are joined by `_`."""

LATIN = MappingProxyType(
    {
        "personal_trait": """
            sex|gender|age|race|ethnicity|ethnic(?:al)?(?:_group|_origin)?|nationality|citizenship
            |birth\\w*|dob|religion|occupation|marital|hukou|sexo|edad|g[eé]nero|raza|etnia
            |nacionalidad|estado_civil""",
        "home_address": """
            (?:home|residential|residence|postal|mailing|contact|private)_?addr(?:ess)?
            |residence|domicil\\w+""",
        "id_number": """
            id_?(?:card|no|num(?:ber)?)(?:_no|_number)?|identity(?:_card|_no|_number)?|national_id
            |passport|ssn|social_security|driver_license|driving_licence|c[eé]dula|dni|curp
            |sfz\\w*|shenfenzheng""",
        "account": """
            we_?chat|weixin|wx_?id|qq|e_?mail\\w*|account|user_?(?:name|id)?|login|open_?id|ip|mac
            |imei|imsi|card_?(?:no|number)|bank_card|correo""",
        "vehicle": "number_?plates?|plates?|(?:car|vehicle)_?(?:no|number|id)|vin|placa",
        "caller": "callers?|call(?:ing|ed)_(?:party|number)|recording",
        "reporter": """
            reporters?|reported_by|complain(?:ant|er)s?|informants?|tipsters?|whistle_?blowers?
            |witness(?:es)?|petitioners?|denunciante""",
        "phone": """
            (?:tele|cell_?|mobile_?)?phones?\\w*|mobiles?|tels?|cell_?(?:no|number)|fax
            |tel[eé]fono|celular|dianhua|shouji""",
        "staff_name": """
            officers?|inspectors?|patrol_?m[ae]n|patrollers?|operators?|staff|badge|signature
            |(?:entered|created|updated|handled|recorded)_by|responsible_person|person_in_charge
            |agent_name""",
        "person_name": """
            (?:full|first|last|middle|family|given|sur|person\\w*|victim\\w*|suspect\\w*
            |offender\\w*|owner\\w*|patient\\w*|driver\\w*|customer|client|resident|real|nick)
            _?names?
            |names?_of_(?:the_)?(?:person|victim|suspect|reporter|caller)\\w*
            |victims?|suspects?|offenders?|patients?|xingming|apellidos?|v[ií]ctima""",
        "contact": "contacts?|next_of_kin",
    }
)
"""The same of headers in Latin letters, of which whole words must fit."""
