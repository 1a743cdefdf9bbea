"""The message templates that the mini-program and its official account have added."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wechat_simulator import fields
from wechat_simulator.errors import WeChatError

TEMPLATES_FILE = Path(__file__).with_name("templates.json")


@dataclass(frozen=True, slots=True)
class Template:
    """One template.

    channel   "subscribe" (subscribe message of the mini-program) or "official" (template message of the account)
    labels    field name -> what stands before its value, in the order shown
    """

    template_id: str
    title: str
    long_term: bool
    channel: str
    labels: dict[str, str]
    names: tuple[str, ...]


class TemplateRegistry:
    """The templates of a file, read at start."""

    def __init__(self, path: Path) -> None:
        self._templates = {entry["template_id"]: _template(entry) for entry in json.loads(path.read_text("utf-8"))}

    def all(self, channel: str) -> list[Template]:
        """The templates of a channel, in the file's order."""
        return [template for template in self._templates.values() if template.channel == channel]

    def get(self, template_id: object) -> Template | None:
        """A template of any channel."""
        return self._templates.get(template_id) if isinstance(template_id, str) else None

    def find(self, template_id: object, channel: str) -> Template:
        """A template of a channel. WeChatError 40037 if there is none."""
        template = self.get(template_id)
        if template is None or template.channel != channel:
            raise WeChatError(40037)
        return template


def _template(entry: dict[str, Any]) -> Template:
    labels = {field["name"]: field["label"] for field in entry["fields"]}
    unknown = [name for name in labels if fields.type_of(name) not in fields.FIELD_TYPES]
    if unknown or entry["kind"] not in ("one_time", "long_term") or entry["channel"] not in ("subscribe", "official"):
        raise ValueError(f"template {entry['template_id']}: unknown kind, channel or field type {unknown}")
    return Template(
        template_id=entry["template_id"],
        title=entry["title"],
        long_term=entry["kind"] == "long_term",
        channel=entry["channel"],
        labels=labels,
        names=tuple(labels),
    )
