"""Signing in, proving a phone number, and what the actor is here."""

from app.compounds import arriving
from app.identity import service as identity
from app.identity.actor import Actor
from app.identity.consents.errors import ConsentWithdrawn, GuardianNeeded
from app.identity.errors import (
    ForeignPhone,
    LoginBlocked,
    LoginCodeInvalid,
    PhoneCodeInvalid,
    TooManyLogins,
    WeChatBusy,
)
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.identity.schemas import CodeSchema, MeSchema, SignInSchema
from miniprogram_api.rate_limits import guessing_limited

GUESSES_A_MINUTE = 30
"""Wrong codes of one address. WeChat's own hold for five minutes and once; this keeps a guesser from WeChat's quota."""

bp = Blueprint("identity", __name__, description="Signing in (登录)")


@bp.post("/auth/wechat")
@guessing_limited(GUESSES_A_MINUTE, LoginCodeInvalid)
@bp.arguments(CodeSchema)
@bp.response(201, SignInSchema)
@fails_with(LoginCodeInvalid, LoginBlocked, TooManyLogins, WeChatBusy)
def sign_in(body: dict[str, str]) -> identity.SignIn:
    """Sign in with a code from wx.login."""
    return identity.sign_in(body["code"])


@bp.delete("/auth/session")
@authenticated
@bp.response(204)
def sign_out(actor: Actor) -> None:
    """Sign out of this device."""
    identity.sign_out(actor)


@bp.delete("/auth/sessions")
@authenticated
@bp.response(204)
def sign_out_everywhere(actor: Actor) -> None:
    """Sign out of all devices."""
    identity.sign_out_everywhere(actor)


@bp.get("/me")
@authenticated
@bp.response(200, MeSchema)
def me(actor: Actor) -> arriving.Profile:
    """Show the actor's phone, homes and roles."""
    return arriving.profile(actor)


@bp.post("/me/phone")
@guessing_limited(GUESSES_A_MINUTE, PhoneCodeInvalid)
@authenticated
@bp.arguments(CodeSchema)
@bp.response(200, MeSchema)
@fails_with(ConsentWithdrawn, GuardianNeeded, PhoneCodeInvalid, ForeignPhone, WeChatBusy)
def prove_phone(actor: Actor, body: dict[str, str]) -> arriving.Profile:
    """Prove control of a phone number; homes and roles that name it become the actor's."""
    return arriving.prove_phone(actor, body["code"])
