"""What a document can be refused for."""

from app.core.errors import Conflict


class TemplateBroken(Conflict):
    """A template cannot be filled in; `file` is its name, `mistake` says what is wrong with it."""

    code = "document_template_broken"
    message = "文书模板“{file}”有误：{mistake}。请改正这个模板；移走它就会使用系统自带的模板。"
