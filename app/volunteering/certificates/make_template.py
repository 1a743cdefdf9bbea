"""Make the template of the certificate: `python -m app.volunteering.certificates.make_template`.

It holds docxtpl's tags: {{ variable }}, {%p … %} for a paragraph, {%tr … %} for a row.
"""

from io import BytesIO

from app.core.word.filling import without_times
from app.core.word.layout import CENTER, LEFT, RIGHT, Page
from app.volunteering.certificates.document import TEMPLATE


def certificate() -> Page:
    """志愿服务记录证明, with what MCA order 67 asks for."""
    page = Page("志愿服务记录证明", margins=(30, 26, 28, 28), size=14)
    page.page_numbers()
    page.title("志愿服务记录证明")
    page.line("编号：{{ serial }}", align=RIGHT, size=12)
    page.tag("{%p if revoked %}")
    page.line("（本证明已撤销）", align=CENTER)
    page.tag("{%p endif %}")
    page.text("兹证明下列志愿者在所列期间参加志愿服务，服务内容和时长经核实记录如下：")
    person = page.table((30, 48, 30, 48))
    for facts in (
        ("姓名", "{{ name }}", "志愿者编号", "{{ volunteer_number }}"),
        ("证件类型", "{{ id_type }}", "证件号码", "{{ id_number }}"),
        ("开始日期", "{{ first_day }}", "结束日期", "{{ last_day }}"),
    ):
        page.row(person, facts)
    table = page.table((38, 80, 38))
    page.row(table, ("日期", "服务内容", "服务时长"), head=True)
    page.tag_row(table, "{%tr for one in services %}")
    page.row(table, ("{{ one.day }}", "{{ one.content }}", "{{ one.duration }}"), aligns=(CENTER, LEFT, CENTER))
    page.tag_row(table, "{%tr endfor %}")
    page.row(table, ("合计", "共 {{ times }} 次", "{{ duration }}"), aligns=(CENTER, LEFT, CENTER))
    page.gap()
    page.text("服务时长为实际提供服务的时间，不含往返途中的时间。本证明免费出具。")
    page.text("负责人：{{ responsible }}　　联系方式：{{ contact }}")
    page.text("查验：在“线上社区”小程序中输入编号或者扫描二维码，可以查验本证明是否有效。")
    page.seal_beside("{{ qr }}", "{{ issuer }}", "{{ issued_on }}")
    return page


def made() -> bytes:
    """The template as .docx."""
    file = BytesIO()
    certificate().docx.save(file)
    return without_times(file)


if __name__ == "__main__":
    TEMPLATE.write_bytes(made())
