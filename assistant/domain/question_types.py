"""What a question wants to know (多少, 多久, 怎么办, 哪里, 能不能 …) and what a statement that tells it looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuestionType:
    """``asks`` finds it in a question, ``tells`` in a statement; ``headings`` are guide sections that answer it;
    ``form`` is the weight of ``tells``: small where nearly every rule has such words."""

    name: str
    asks: re.Pattern[str]
    tells: re.Pattern[str]
    headings: re.Pattern[str]
    form: float = 0.3


def _type(name: str, asks: str, tells: str, headings: str, form: float = 0.3) -> QuestionType:
    return QuestionType(name, re.compile(asks), re.compile(tells), re.compile(headings), form)


NUMBER = r"[\d零一二两三四五六七八九十百千万半]"
QUESTION_TYPES = (
    _type(
        "penalty",
        r"罚|什么责任|违法吗|什么后果|扣几分|拘留",
        r"罚款|处以|责令|没收|警告|拘留|吊销|赔偿|法律责任|治安管理处罚",
        r"法律责任|处罚|罚",
    ),
    _type(
        "duration",
        r"多久|多长时间|几天|几个月|几年|几个?小时|多少天|多少个?工作日|多少日|期限|时限|有效期|什么时候|啥时候|何时|几点|几号|多大岁数|几岁|多大|哪天|到几月",
        NUMBER + r"\s*(?:个?工作日|日|天|个?月|年|个?小时|分钟|周岁|岁|时|点)|当日|立即|及时|期满",
        r"时限|期限|时效|时间|多久|时长|假期|产假|年限|有效期",
    ),
    _type(
        "amount",
        r"多少钱|多少元|交钱|花钱|收钱|掏钱|多少|收费|费用|花钱|要钱吗|免费|补贴标准|几倍|比例|标准是|什么标准|赔多少|补偿多少|工资怎么算|怎么算|几度|多少度|限额|最低|最高",
        NUMBER
        + r"\s*(?:元|万元|倍|%|度|℃|°C|平方米|米|分贝|人|次|层)|百分之|免费|不收|费用|比例|收费|不低于|不高于|不超过|标准",
        r"费用|收费|怎么算|计算|标准|金额|补贴|补偿|赔偿|待遇|工资|价格|额度|比例|温度",
    ),
    _type(
        "material",
        r"材料|带什么|带啥|准备什么|准备啥|什么证|哪些证|证件|手续要什么|提交什么|需要提供|要交什么|要什么证明",
        r"材料|证明|身份证|户口簿|申请表|提交|提供|携带|登记表|合同|照片|原件|复印件|凭证",
        r"材料|证件|证据|准备",
    ),
    _type(
        "condition",
        r"条件|资格|谁可以|谁能|哪些人|什么人|什么情况|哪些情况|符合什么|要求|满足什么|门槛|范围",
        r"符合|具备|条件|应当|下列|属于|满足|年满|具有|且",
        r"条件|对象|范围|情形|资格|要求|谁可以|谁能|哪些人|谁是",
    ),
    _type(
        "disposal",
        r"(?:往|放|扔|倒|丢)(?:到|在)?哪|哪(?:里|儿)?(?:扔|倒|丢)|(?:怎么|咋|如何)(?:扔|丢|倒)",
        r"投放|堆放|暂存|指定|清运|预约|回收",
        r"怎么扔|投放|怎么放|居民|堆放|大件|分类",
    ),
    _type(
        "place",
        r"哪里|哪儿|去哪|上哪|哪个部门|什么部门|哪个单位|找谁|谁管|归谁|谁来管|向谁|找哪|哪个窗口|什么地方|地址|哪家",
        r"向.{2,30}(?:申请|投诉|举报|反映|申报|提出)|到.{2,20}(?:办理|申请|登记)|由.{2,24}(?:负责|受理|处理|查处|监督)|部门|机构|街道|12345|12315|窗口",
        r"到哪里|哪里办|向谁|找谁|部门|受理|谁管|谁来管|渠道|途径|联系|反映|投诉|可以走的路",
    ),
    _type(
        "liability",
        r"谁负责|谁承担|谁出钱|谁付|谁出|谁来修|谁维修|谁赔|谁的责任|谁掏钱|算谁的|谁交|谁修|谁来付",
        r"负责|承担|支付|赔偿|补偿|责任|费用由|由.{2,20}(?:负责|承担|支付|维修|清偿)",
        r"责任|谁(?:承担|付|赔|修|负责|出)|补偿|赔偿|费用|职责",
    ),
    _type(
        "whether",
        r"能不能|可不可以|可以.{0,16}[吗么？?]|是否|是不是|能否|合法吗|算不算|行不行|行吗|对吗|有没有|会不会|要不要|该不该|允许|违不违|合理吗|能.{0,16}[吗么？?]|[吗么][？?]?$|有权",
        r"可以|不得|不能|应当|禁止|无权|有权|不应|属于|不属于|不予|允许|必须|无需|不收",
        r"能不能|可不可以|要不要|不得|禁止|常见误解",
        0.1,
    ),
    _type(
        "how",
        r"怎么办|怎么|如何|怎样|咋办|咋整|咋弄|咋|流程|步骤|程序|办理|申请|投诉|举报|维权|处理|解决",
        r"申请|提交|办理|投诉|举报|协商|拨打|申报|登记|审核|可以向|要求|保留|申请仲裁|提起诉讼",
        r"步骤|怎么办|怎样|流程|办理|程序|申请|如何|处理|途径|维权|求助|可以走的路",
    ),
    _type(
        "complaint",
        r"(?!)",
        r"拨打|投诉|举报|反映|报告|劝阻|责令|调解|应当及时|排除|维修",
        r"投诉|举报|反映|报修|怎么办|步骤|处理|途径|求助|谁该|谁来管|可以走的路",
    ),
    _type(
        "what",
        r"什么是|是什么|指什么|什么意思|叫什么|哪些|包括",
        r"是指|指的是|包括|下列|本条例所称|称为",
        r"适用|定义|什么是|范围",
    ),
)
BY_NAME = {kind.name: kind for kind in QUESTION_TYPES}


def question_types(question: str) -> tuple[QuestionType, ...]:
    """The types a question shows, the most telling first; ``complaint`` when it asks nothing."""
    found = tuple(kind for kind in QUESTION_TYPES if kind.asks.search(question))
    return found or (BY_NAME["complaint"],)
