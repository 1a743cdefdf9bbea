"""Make the program's own Word templates: `python -m app.meetings.documents.make_templates`.

They hold docxtpl's tags: {{ variable }}, {%p … %} for a paragraph, {%tr … %} for a row. docs/documents.md lists the
variables.
"""

from io import BytesIO

from app.core.word.filling import without_times
from app.core.word.layout import CENTER, JUSTIFY, LEFT, RIGHT, Page
from app.meetings.documents.data import DocumentKind
from app.meetings.documents.rendering import OWN_TEMPLATES

COMPANY = "{{ meeting.compound }}"
BASE = (
    "{{ motion.base.choice }}{% if motion.scope %}（{{ motion.scope }}）{% endif %}",
    "{{ motion.base.persons }}",
    "{{ motion.base.area }}",
)
VOTES = ("{{ row.choice }}", "{{ row.persons }}", "{{ row.area }}")
SPC = "《最高人民法院关于审理建筑物区分所有权纠纷案件适用法律若干问题的解释》"


def announcement() -> Page:
    """业主大会会议公告."""
    page = Page("业主大会会议公告 {{ meeting.title }}")
    page.page_numbers()
    page.title(f"{COMPANY}业主大会会议公告")
    page.line("（{{ meeting.title }}）", align=CENTER, after=14)
    page.line("全体业主：")
    page.text(
        "根据《中华人民共和国民法典》第二百七十八条、《物业管理条例》第十二条和第十四条的规定，由{{ meeting.convenor }}"
        "召集，决定召开{{ meeting.title }}。现将有关事项公告如下："
    )
    page.heading("一、会议形式和表决时间")
    page.text(
        "本次会议采用书面征求意见的形式，业主可以在“线上社区”小程序中表决，也可以填写纸质表决票。"
        "表决自{{ meeting.opens_at }}起，至{{ meeting.closes_at }}止，截止后收到的表决票无效。"
        "{% if meeting.first_closes_at %}表决期已依议事规则延长，原截止时间为{{ meeting.first_closes_at }}。{% endif %}"
    )
    page.heading("二、表决事项")
    page.tag("{%p for motion in motions %}")
    page.text("（{{ motion.heading }}）{{ motion.title }}", bold=True, keep=True)
    page.tag("{%p for paragraph in motion.paragraphs %}")
    page.text("{{ paragraph }}")
    page.tag("{%p endfor %}")
    page.text("依据：{{ motion.article }}“{{ motion.quotation }}”，属{{ motion.category }}，{{ motion.threshold }}。")
    page.tag("{%p if motion.scope %}")
    page.text(
        "本事项由{{ motion.scope }}的业主表决，表决基数为{{ motion.persons }}人，专有部分面积{{ motion.area }}平方米。"
    )
    page.tag("{%p endif %}")
    page.tag("{%p if motion.seats %}")
    page.text("应选{{ motion.seats }}人，候选人：", keep=True)
    page.tag("{%p for one in motion.candidates %}")
    page.line("{{ one.number }}. {{ one.name }}{% if one.statement %}：{{ one.statement }}{% endif %}", indent=True)
    page.tag("{%p endfor %}")
    page.tag("{%p endif %}")
    page.tag("{%p for attachment in motion.attachments %}")
    page.text("附件{{ loop.index }}：{{ attachment.file_name }}（{{ attachment.size }}）")
    page.line("SHA-256：{{ attachment.sha256 }}", size=9, indent=True)
    page.tag("{%p endfor %}")
    page.tag("{%p endfor %}")
    page.heading("三、业主名册和表决基数")
    page.text(
        "本次会议的表决基数为：表决权人{{ meeting.persons }}人，专有部分面积{{ meeting.area }}平方米。业主名册与本公告"
        "同时公示，公示期{{ objection_days }}日，至{{ objection_until }}止。业主对名册有异议的，请在公示期内书面提出。"
    )
    page.heading("四、表决规则")
    page.tag("{%p for rule in rules %}")
    page.text("{{ loop.index }}. {{ rule }}")
    page.tag("{%p endfor %}")
    page.text("特此公告。")
    page.seal("{{ meeting.convenor }}", "{{ meeting.announced_on }}")
    return page


def electorate() -> Page:
    """业主名册公示. One row a unit, the whole list in one table."""
    page = Page("业主名册公示 {{ meeting.title }}", margins=(25, 20, 22, 20), size=12)
    page.page_numbers()
    page.title(f"{COMPANY}业主名册公示")
    page.line("（{{ meeting.title }}）", align=CENTER, after=8)
    page.line("全体业主：")
    page.text(
        "现将{{ meeting.title }}的业主名册予以公示。公示期{{ objection_days }}日，自{{ meeting.announced_on }}起，至"
        "{{ objection_until }}止（公示当日不计入）。业主对名册有异议的，请在公示期内携带不动产权属证明，向"
        "{{ meeting.convenor }}书面提出。为保护个人信息，姓名作隐去处理。"
    )
    page.text(
        "表决权人共{{ meeting.persons }}人，专有部分共{{ units }}处，专有部分面积合计{{ meeting.area }}平方米。",
        bold=True,
    )
    page.gap(6)
    table = page.table((16, 62, 34, 32, 26), size=10.5)
    page.row(table, ("编号", "房屋坐落", "业主", "面积（平方米）", "面积来源"), head=True)
    page.tag_row(table, "{%tr for row in rows %}")
    cells = ("{{ row.number }}", "{{ row.door }}", "{{ row.owners }}", "{{ row.area }}", "{{ row.source }}")
    page.row(table, cells, aligns=(CENTER, LEFT, CENTER, RIGHT, CENTER), height=6.5)
    page.tag_row(table, "{%tr endfor %}")
    total = ("合计", "{{ units }}处", "{{ meeting.persons }}人", "{{ meeting.area }}", "")
    page.row(table, total, aligns=(CENTER, LEFT, CENTER, RIGHT, CENTER), height=7)
    page.gap(8)
    page.line(
        "说明：1. 编号相同的各处房屋属于同一表决权人，按一人计算；建设单位未出售或者尚未交付的部分，按一人计算"
        f"（{SPC}第九条）。2. 面积依次以不动产登记簿、实测面积、买卖合同为准（同解释第八条）。",
        size=10.5,
        align=JUSTIFY,
    )
    page.seal("{{ meeting.convenor }}", "{{ meeting.announced_on }}")
    return page


def ballot_sheets() -> Page:
    """表决票. One page a party."""
    page = Page("表决票 {{ meeting.title }}", margins=(20, 20, 16, 20), size=12)
    page.tag("{%p for sheet in sheets %}")
    page.title(f"{COMPANY}业主大会表决票", size=22, new_page=True)
    page.line("（{{ meeting.title }}）", align=CENTER, after=6)
    head = page.table((24, 112, 34), size=12)
    rows = (
        ("票　　号", "第 {{ sheet.number }} 号（共 {{ meeting.persons }} 号）"),
        ("业　　主", "{{ sheet.owners }}"),
        ("房屋坐落", "{{ sheet.doors }}"),
        ("专有面积", "{{ sheet.area }} 平方米（{{ sheet.units }} 处）"),
        ("表决时间", "{{ meeting.opens_at }} 至 {{ meeting.closes_at }}"),
    )
    for name, value in rows:
        page.row(head, (name, value, ""), aligns=(CENTER, LEFT, CENTER), height=7.5)
    code = head.cell(0, 2).merge(head.cell(len(rows) - 1, 2))
    for spare in code.paragraphs[1:]:
        spare._element.getparent().remove(spare._element)
    code.paragraphs[0].add_run("{{ sheet.qr }}")
    code.paragraphs[0].alignment = CENTER
    page.gap(10)
    page.tag("{%p if sheet.motions %}")
    table = page.table((16, 100, 18, 18, 18), size=14)
    page.row(table, ("序号", "表决事项", "同意", "反对", "弃权"), head=True)
    page.tag_row(table, "{%tr for motion in sheet.motions %}")
    page.row(
        table,
        (
            "{{ motion.heading }}",
            "{{ motion.title }}{% if motion.scope %}（{{ motion.scope }}的业主表决）{% endif %}",
            "□",
            "□",
            "□",
        ),
        aligns=(CENTER, LEFT, CENTER, CENTER, CENTER),
        height=12,
    )
    page.tag_row(table, "{%tr endfor %}")
    page.tag("{%p endif %}")
    page.tag("{%p for election in sheet.elections %}")
    page.gap(6)
    page.line(
        "{{ election.heading }}、{{ election.title }}"
        "（应选{{ election.seats }}人，最多选{{ election.seats }}人，多选的本项无效）",
        font="黑体",
        size=12,
    )
    table = page.table((16, 53, 16, 16, 53, 16), size=14)
    page.row(table, ("序号", "候选人", "同意") * 2, head=True)
    page.tag_row(table, "{%tr for pair in election.candidates|batch(2) %}")
    beside = ("{{ pair[1].number }}", "{{ pair[1].name }}", "□")
    second = [f"{{% if pair|length > 1 %}}{text}{{% endif %}}" for text in beside]
    page.row(
        table,
        ("{{ pair[0].number }}", "{{ pair[0].name }}", "□", *second),
        aligns=(CENTER, LEFT, CENTER) * 2,
        height=8.5,
    )
    page.tag_row(table, "{%tr endfor %}")
    page.tag("{%p endfor %}")
    page.gap(6)
    page.line("填票说明", font="黑体", size=12)
    for note in (
        "1. 每一事项只选一项，在方框内打“√”"
        "{% if sheet.elections %}；选举事项在同意的候选人后打“√”{% endif %}。{{ blank_rule }}",
        "2. 本票须由业主本人签字；共有的，由共有人推选一人签字；委托他人的，由代理人签字并附书面委托书。",
        "3. 每一表决权只投一票，线上和纸质以先有效的一票为准。请在{{ meeting.closes_at }}前交回，逾期无效。",
        "4. 二维码只含票号，不含个人信息，用于登记本票，请勿折损或遮盖。事项全文和附件见会议公告。",
    ):
        page.line(note, size=10.5, align=JUSTIFY)
    page.gap(6)
    signs = page.table((85, 85), size=12)
    page.row(signs, ("业主（签字）：", "代理人（签字）："), aligns=(LEFT, LEFT), height=13)
    page.row(signs, ("日期：　　　　年　　月　　日", "日期：　　　　年　　月　　日"), aligns=(LEFT, LEFT), height=9)
    page.row(signs, ("送达人（签字）：", "收票人（签字）："), aligns=(LEFT, LEFT), height=12)
    page.tag("{%p endfor %}")
    return page


def _turnout(page: Page) -> None:
    table = page.table((44, 54, 58), size=12)
    page.row(table, ("", "人数（人）", "专有部分面积（平方米）"), head=True)
    aligns = (CENTER, RIGHT, RIGHT)
    page.row(table, ("表决基数", "{{ meeting.persons }}", "{{ meeting.area }}"), aligns=aligns)
    needed = ("三分之二以上，至少", "{{ turnout.needed_persons }}", "{{ turnout.needed_area }}")
    page.row(table, needed, aligns=aligns)
    page.row(table, ("参与表决", "{{ turnout.persons }}", "{{ turnout.area }}"), aligns=aligns)
    page.gap(6)
    page.text(
        "以全体业主计，参与表决的人数和面积{% if turnout.reached %}均达到{% else %}未同时达到{% endif %}三分之二以上"
        "（《民法典》第二百七十八条第二款）。"
    )


def _elections(page: Page) -> None:
    """Every election with its candidates, after the other motions."""
    page.tag("{%p for election in elections %}")
    page.text("（{{ election.heading }}）{{ election.title }}", bold=True, keep=True)
    page.text(
        "依据：{{ election.article }}，应选{{ election.seats }}人；当选须经参与表决的面积过半数且人数过半数同意。",
        keep=True,
    )
    table = page.table((44, 26, 46, 18, 22), size=12)
    page.row(table, ("候选人", "人数（人）", "专有部分面积（平方米）", "名次", "结果"), head=True)
    page.tag_row(table, "{%tr for one in election.candidates %}")
    cells = ("{{ one.name }}", "{{ one.persons }}", "{{ one.area }}", "{{ one.rank }}", "{{ one.outcome }}")
    page.row(table, cells, aligns=(CENTER, RIGHT, RIGHT, CENTER, CENTER), keep=True)
    page.tag_row(table, "{%tr endfor %}")
    for row in ("took_part", "blank"):
        voters = [f"{{{{ election.{row}.{name} }}}}" for name in ("choice", "persons", "area")]
        page.row(table, (*voters, "", ""), aligns=(CENTER, RIGHT, RIGHT, CENTER, CENTER), keep=True)
    page.gap(6)
    page.tag("{%p for comparison in election.comparisons %}")
    page.line("{{ loop.index }}. {{ comparison }}。", indent=True)
    page.tag("{%p endfor %}")
    page.text("结论：{{ election.verdict }}。", bold=True)
    page.tag("{%p for note in election.notes %}")
    page.text("{{ note }}")
    page.tag("{%p endfor %}")
    page.tag("{%p endfor %}")


def count_record() -> Page:
    """计票记录."""
    page = Page("计票记录 {{ meeting.title }}", margins=(30, 26, 28, 28), size=14)
    page.page_numbers()
    page.title(f"{COMPANY}业主大会计票记录")
    page.line("（{{ meeting.title }}）", align=CENTER, after=10)
    page.heading("一、基本情况")
    table = page.table((34, 122), size=12)
    for name, value in (
        ("会议名称", "{{ meeting.title }}"),
        ("召集人", "{{ meeting.convenor }}"),
        ("公告日期", "{{ meeting.announced_on }}"),
        ("表决时间", "{{ meeting.opens_at }} 至 {{ meeting.closes_at }}"),
        ("计票时间", "{{ counted_at }}"),
    ):
        page.row(table, (name, value), aligns=(CENTER, LEFT))
    page.heading("二、参与表决情况")
    _turnout(page)
    for sentences in ("paper", "changed"):
        page.tag(f"{{%p for sentence in {sentences} %}}")
        page.text("{{ sentence }}")
        page.tag("{%p endfor %}")
    page.heading("三、各事项计票")
    page.tag("{%p for motion in motions %}")
    page.text("（{{ motion.heading }}）{{ motion.title }}", bold=True, keep=True)
    page.text("依据：{{ motion.article }}，属{{ motion.category }}，{{ motion.threshold }}。", keep=True)
    votes = page.table((44, 54, 58), size=12)
    page.row(votes, ("选项", "人数（人）", "专有部分面积（平方米）"), head=True)
    page.row(votes, BASE, aligns=(CENTER, RIGHT, RIGHT), keep=True)
    page.tag_row(votes, "{%tr for row in motion.votes %}")
    page.row(votes, VOTES, aligns=(CENTER, RIGHT, RIGHT), keep=True)
    page.tag_row(votes, "{%tr endfor %}")
    took_part = ("{{ motion.took_part.choice }}", "{{ motion.took_part.persons }}", "{{ motion.took_part.area }}")
    page.row(votes, took_part, aligns=(CENTER, RIGHT, RIGHT))
    page.gap(6)
    page.text("算式（人数单位为人，面积单位为平方米）：", keep=True)
    page.tag("{%p for comparison in motion.comparisons %}")
    page.line("{{ loop.index }}. {{ comparison }}。", indent=True)
    page.tag("{%p endfor %}")
    page.text("结论：{{ motion.verdict }}。", bold=True)
    page.tag("{%p for note in motion.notes %}")
    page.text("{{ note }}")
    page.tag("{%p endfor %}")
    page.tag("{%p endfor %}")
    _elections(page)
    page.heading("四、计票规则")
    page.tag("{%p for rule in rules %}")
    page.text("{{ loop.index }}. {{ rule }}")
    page.tag("{%p endfor %}")
    page.tag("{%p if log_root %}")
    page.heading("五、表决存证")
    page.text("计票时存证日志共{{ log_size }}条，根哈希（SHA-256）：", keep=True)
    page.line("{{ log_root }}", size=9, indent=True)
    page.tag("{%p endif %}")
    page.gap(10)
    page.text("以上计票经书记和监督人核对无误，签字确认：", keep=True)
    signs = page.table((36, 58, 34, 28), size=12)
    page.row(signs, ("计票身份", "系统确认时间", "签字", "日期"), head=True)
    page.tag_row(signs, "{%tr for approval in approvals %}")
    page.row(signs, ("{{ approval.capacity }}", "{{ approval.approved_at }}", "", ""), height=14, keep=True)
    page.tag_row(signs, "{%tr endfor %}")
    page.seal("{{ meeting.convenor }}", "{{ counted_on }}")
    return page


def result() -> Page:
    """表决结果公告, preliminary and final."""
    page = Page("表决结果公告 {{ meeting.title }}", margins=(30, 26, 28, 28))
    page.page_numbers()
    page.title(f"{COMPANY}业主大会表决结果公告")
    page.line("（{{ meeting.title }}{% if not final %}，初步结果公示{% endif %}）", align=CENTER, after=14)
    page.line("全体业主：")
    page.text(
        "{{ meeting.title }}于{{ meeting.closes_at }}截止表决，{{ counted_at }}由书记和监督人两人共同计票。"
        "现将{% if final %}表决结果{% else %}初步结果{% endif %}公告如下："
    )
    page.heading("一、参与表决情况")
    _turnout(page)
    page.heading("二、表决结果")
    page.tag("{%p for motion in motions %}")
    page.text("（{{ motion.heading }}）{{ motion.title }}：{{ motion.verdict }}", bold=True, keep=True)
    table = page.table((44, 54, 58), size=12)
    page.row(table, ("选项", "人数（人）", "专有部分面积（平方米）"), head=True)
    page.row(table, BASE, aligns=(CENTER, RIGHT, RIGHT), keep=True)
    page.tag_row(table, "{%tr for row in motion.votes %}")
    page.row(table, VOTES, aligns=(CENTER, RIGHT, RIGHT), keep=True)
    page.tag_row(table, "{%tr endfor %}")
    page.gap(6)
    page.text("理由：该事项依{{ motion.article }}，属{{ motion.category }}，{{ motion.threshold }}。", keep=True)
    page.tag("{%p for comparison in motion.comparisons %}")
    page.line("{{ loop.index }}. {{ comparison }}。", indent=True)
    page.tag("{%p endfor %}")
    page.tag("{%p for note in motion.notes %}")
    page.text("{{ note }}")
    page.tag("{%p endfor %}")
    page.tag("{%p endfor %}")
    _elections(page)
    page.heading("三、异议和救济")
    page.tag("{%p if final %}")
    page.text(
        "初步结果公示期自{{ objection_from }}起，至{{ objection_until }}止，现已届满，本公告为最终结果。通过的决定对"
        "全体业主具有法律约束力（《民法典》第二百八十条第一款）。业主认为决定侵害其合法权益的，可以自知道或者应当知道决定"
        "作出之日起一年内，请求人民法院予以撤销（《民法典》第二百八十条第二款）。",
        keep=True,
    )
    page.tag("{%p else %}")
    page.text(
        "初步结果公示期{{ objection_days }}日，自{{ objection_from }}起，至{{ objection_until }}止。业主有异议的，请在"
        "公示期内向{{ meeting.convenor }}书面提出，并可以到现场查阅计票记录。公示期满后发布最终结果公告。",
        keep=True,
    )
    page.tag("{%p endif %}")
    page.tag("{%p if code %}")
    page.text(
        "本结果的查询编号是{{ code }}。任何人不用登录，凭编号就可以在本市线上社区的“查询业主大会表决结果”页面"
        "核对本公告{% if address %}，也可以直接扫描下面的二维码{% endif %}。",
        keep=True,
    )
    page.tag("{%p endif %}")
    page.text("特此公告。")
    page.seal_beside("{{ qr }}", "{{ meeting.convenor }}", "{{ issued_on }}")
    return page


TEMPLATES = {
    DocumentKind.ANNOUNCEMENT: announcement,
    DocumentKind.ELECTORATE: electorate,
    DocumentKind.BALLOT_SHEETS: ballot_sheets,
    DocumentKind.COUNT_RECORD: count_record,
    DocumentKind.RESULT: result,
}


def made(kind: DocumentKind) -> bytes:
    """A template as .docx."""
    file = BytesIO()
    TEMPLATES[kind]().docx.save(file)
    return without_times(file)


if __name__ == "__main__":
    for kind in DocumentKind:
        (OWN_TEMPLATES / kind.template).write_bytes(made(kind))
