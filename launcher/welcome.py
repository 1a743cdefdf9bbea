"""What `make run` prints once all is ready."""

from app.core.settings import Settings
from launcher.demo_sign_ins import DEMO_SIGN_INS
from launcher.programs import Plan

_FIELD = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"{}\"])'"
_JSON = "-H 'Content-Type: application/json'"


def welcome_text(settings: Settings, plan: Plan) -> str:
    """Addresses; in embedded mode also whom to sign in as, and commands that work when pasted in order."""
    api = _base(plan.probes[0].host, settings.port)
    lines = ["", f"  API        {api}", f"  API docs   {api}/docs", f"  Console    {api}/console"]
    if settings.embedded or settings.metrics_token:
        lines.append(f"  Metrics    {api}/metrics{'  (with METRICS_TOKEN)' if settings.metrics_token else ''}")
    if not settings.embedded:
        return "\n".join([*lines, "", "Stop with Ctrl-C.", ""])
    lines.append(f"  Phones     {settings.simulator_url}/  (the WeChat simulator)")
    lines += ["", "Open the console, and confirm its code on the phones' page as one of"]
    lines += [f"  {one.phone_number}  {one.name}（{one.role}）" for one in DEMO_SIGN_INS]
    lines += ["", "Or paste these into a shell, in order:", ""]
    lines += curl_lines(api, settings.simulator_url, DEMO_SIGN_INS[0].phone_number)
    return "\n".join([*lines, "", f"Logs: {settings.data_dir / 'log'}. Stop with Ctrl-C.", ""])


def curl_lines(api: str, simulator: str, phone_number: str) -> list[str]:
    """Health; signing in as the simulator's phone of this number; a request with the token. For bash, without jq."""
    phones = f"{simulator}/_sim/phones"
    openid = f"""$(curl -s {phones} {_JSON} -d '{{"phone_number": "{phone_number}"}}' | {_FIELD.format("openid")})"""
    code = f"""$(curl -s -X POST {phones}/$OPENID/login-code | {_FIELD.format("code")})"""
    token = (
        f"""$(curl -s {api}/api/v1/auth/wechat {_JSON} -d "{{\\"code\\": \\"$CODE\\"}}" | {_FIELD.format("token")})"""
    )
    return [
        f"curl -s {api}/readyz; echo",
        f"OPENID={openid}; CODE={code}; TOKEN={token}; echo $TOKEN",
        f'curl -s {api}/api/v1/me -H "Authorization: Bearer $TOKEN"; echo',
    ]


def _base(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
