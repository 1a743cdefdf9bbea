"""The product as people meet it: the API, and the phones of the WeChat simulator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from launcher.demo.http import Line, Refused, Trouble, Unanswered

API = "/api/v1"
CODE_REFUSALS = frozenset({"login_code_invalid", "phone_code_invalid"})


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in: the phone's openid and the bearer token."""

    openid: str
    token: str
    phone_verified: bool


class Product:
    """One running group, seen from outside."""

    def __init__(self, api_url: str, simulator_url: str, patience_s: float = 60) -> None:
        self._api_url = api_url
        self.trouble = Trouble()
        self.api = Line(api_url + API, patience_s, self.trouble)
        self.simulator = Line(simulator_url + "/_sim", patience_s, self.trouble)

    def receive_pushes(self, secrets: Mapping[str, str]) -> None:
        """Enter the address of the message push (消息推送), as an operator does in WeChat's console."""
        target = {
            "url": f"{self._api_url}/wechat/events",
            "token": secrets["wechat_event_token"],
            "encoding_aes_key": secrets["wechat_event_aes_key"],
            "format": "json",
        }
        self.simulator.call("PUT", "/events", json=target)

    def close(self) -> None:
        """Close all connections."""
        self.api.close()
        self.simulator.close()

    def openids(self, phone_numbers: Sequence[str]) -> dict[str, str]:
        """Openid by phone number; phones that do not exist yet are made."""
        answer = self.simulator.call("POST", "/phones", json={"phone_numbers": list(phone_numbers)})
        return {phone["phone_number"]: phone["openid"] for phone in answer["phones"]}

    def sign_in(self, openid: str) -> Person:
        """Open the mini-program and sign in."""
        answer = self._with_code(openid, "login-code", lambda code: self._post("/auth/wechat", {"code": code}))
        return Person(openid, str(answer["token"]), bool(answer["phone_verified"]))

    def sign_out(self, person: Person) -> None:
        """End the sign-in. One that has ended already is as good."""
        try:
            self.api.call("DELETE", "/auth/session", person.token)
        except Refused as refusal:
            if refusal.status != 401:
                raise

    def prove_phone(self, person: Person) -> dict[str, Any]:
        """Tap the phone-number button; the profile with the homes and roles that the number led to."""
        return self._with_code(
            person.openid, "phone-code", lambda code: self._post("/me/phone", {"code": code}, person.token)
        )

    def arrive(self, phone_number: str) -> tuple[Person, dict[str, Any]]:
        """Sign in and prove the number where that is not done yet; the person and the profile."""
        person = self.sign_in(self.openids([phone_number])[phone_number])
        if person.phone_verified:
            return person, self.get("/me", person)
        return person, self.prove_phone(person)

    def accept(self, person: Person, template_ids: Sequence[str]) -> None:
        """Accept one message of each template, as wx.requestSubscribeMessage asks."""
        self.simulator.call("POST", f"/phones/{person.openid}/accept", json={"template_ids": list(template_ids)})
        self.api.call("POST", "/me/subscriptions", person.token, json={"template_ids": list(template_ids)})

    def template_ids(self) -> dict[str, str]:
        """Template id by kind of message."""
        return {one["kind"]: one["template_id"] for one in self.api.call("GET", "/message-templates")["items"]}

    def get(self, path: str, person: Person) -> dict[str, Any]:
        """Read something of the API."""
        return self.api.call("GET", path, person.token)

    def find_units(self, compound_id: str, person: Person, **body: Any) -> dict[str, Any]:
        """Search the roll, as the secretary does."""
        return self._post(f"/compounds/{compound_id}/units/search", body, person.token)

    def now(self) -> datetime:
        """The product's clock."""
        return datetime.fromisoformat(self.simulator.call("GET", "/clock")["now"])

    def move_clock(self, moment: datetime) -> None:
        """Move the product's clock forward to the moment, or leave it where it is later already."""
        if self.now() < moment:
            self.simulator.call("PUT", "/clock", json={"now": moment.isoformat()})

    def until(self, found: Callable[[], Any], act: Callable[[], Any]) -> Any:
        """Act until what was to be achieved is found: safe where a reply was lost after the act was carried out.

        A refusal counts only if the act has not been carried out either.
        """
        patience, refusal = self.api.patience(), None
        while True:
            if result := found():
                return result
            if refusal:
                raise refusal
            try:
                act()
            except Unanswered as error:
                patience.wait(str(error))
            except Refused as error:
                refusal = error

    def _with_code(self, openid: str, kind: str, act: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        """Act with a fresh code each time: one that went with a lost reply may be used up."""
        patience = self.api.patience()
        while True:
            code = self.simulator.call("POST", f"/phones/{openid}/{kind}")["code"]
            try:
                return act(code)
            except Unanswered as error:
                patience.wait(str(error))
            except Refused as refusal:
                if refusal.code not in CODE_REFUSALS:
                    raise
                patience.wait(str(refusal))

    def _post(self, path: str, body: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        return self.api.once("POST", path, token, json=body)
