"""JSON API of the mini-program, /api/v1, with its documents at /docs."""

from flask import Flask
from flask_swagger_ui import get_swaggerui_blueprint

from miniprogram_api import auth, documents, errors, health, http, wechat_events
from miniprogram_api.appointments.routes import bp as appointments
from miniprogram_api.areas.routes import BLUEPRINTS as AREAS
from miniprogram_api.branches.routes import BLUEPRINTS as BRANCHES
from miniprogram_api.compounds.guardians.routes import bp as guardians
from miniprogram_api.compounds.routes import bp as compounds
from miniprogram_api.early import EarlyAnswers, EarlyRoute
from miniprogram_api.groups.routes import bp as groups
from miniprogram_api.home.early import answer as home_early
from miniprogram_api.home.routes import bp as home
from miniprogram_api.identity.console.routes import bp as console_scans
from miniprogram_api.identity.routes import bp as identity
from miniprogram_api.meetings import early as meetings_early
from miniprogram_api.meetings.committees.routes import bp as committees
from miniprogram_api.meetings.delivery.routes import bp as delivery
from miniprogram_api.meetings.elections.lots.routes import bp as lots
from miniprogram_api.meetings.elections.routes import bp as candidates
from miniprogram_api.meetings.electorate.routes import bp as electorate
from miniprogram_api.meetings.files.routes import bp as meeting_files
from miniprogram_api.meetings.inspections.routes import bp as inspections
from miniprogram_api.meetings.log.routes import bp as ballot_log
from miniprogram_api.meetings.log.routes import keys_bp as log_keys
from miniprogram_api.meetings.mandates.routes import bp as mandates
from miniprogram_api.meetings.paper.routes import bp as paper_sheets
from miniprogram_api.meetings.parties.routes import bp as voting_parties
from miniprogram_api.meetings.petitions.routes import bp as petitions
from miniprogram_api.meetings.recovery.routes import bp as recovery
from miniprogram_api.meetings.reminders.routes import bp as reminders
from miniprogram_api.meetings.results.routes import bp as results
from miniprogram_api.meetings.routes import bp as meetings
from miniprogram_api.meetings.rules.routes import bp as rule_sets
from miniprogram_api.meetings.rules.routes import presets_bp as rule_set_presets
from miniprogram_api.metrics.routes import bp as metrics
from miniprogram_api.moderation.pictures.routes import bp as pictures
from miniprogram_api.moderation.routes import bp as moderation
from miniprogram_api.noticeboard import BLUEPRINTS as NOTICEBOARD
from miniprogram_api.notifications.inbox.routes import bp as inbox
from miniprogram_api.notifications.routes import bp as notifications
from miniprogram_api.privacy.routes import bp as privacy
from miniprogram_api.secretaries.routes import bp as secretaries
from miniprogram_api.statistics.routes import bp as statistics
from miniprogram_api.stewards.routes import bp as stewards
from miniprogram_api.volunteering import BLUEPRINTS as VOLUNTEERING
from miniprogram_api.wishes import BLUEPRINTS as WISHES

PREFIX = "/api/v1"
MEETING = f"{PREFIX}{meetings.url_prefix}/<uuid:meeting_id>"
EARLY = (
    EarlyRoute("GET", f"{PREFIX}{home.url_prefix}", home_early),
    EarlyRoute("POST", f"{MEETING}/ballots", meetings_early.cast_ballot),
    EarlyRoute("GET", MEETING, meetings_early.show_meeting),
    EarlyRoute("GET", f"{MEETING}/turnout", meetings_early.show_turnout),
)


def register(application: Flask) -> documents.Api:
    """Serve the API from the application."""
    application.config.update(
        API_TITLE="线上社区 mini-program API",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    application.json.ensure_ascii = False  # type: ignore[attr-defined]
    http.install(application)
    application.wsgi_app = EarlyAnswers(application, EARLY)  # type: ignore[method-assign]
    api = documents.Api(application)
    errors.install(application)
    api.spec.components.security_scheme("bearer", auth.SECURITY_SCHEME)
    api.spec.components.schemas["Error"] = errors.ERROR_SCHEMA
    for blueprint in (identity, compounds, meetings, meeting_files, ballot_log, log_keys, recovery, notifications):
        api.register_blueprint(blueprint, url_prefix=PREFIX + (blueprint.url_prefix or ""))
    for blueprint in (
        guardians,
        mandates,
        voting_parties,
        rule_sets,
        rule_set_presets,
        candidates,
        lots,
        results,
        committees,
        paper_sheets,
        petitions,
        inspections,
    ):
        api.register_blueprint(blueprint, url_prefix=PREFIX + blueprint.url_prefix)
    for blueprint in (
        electorate,
        delivery,
        reminders,
        inbox,
        moderation,
        pictures,
        *WISHES,
        *VOLUNTEERING,
        home,
        statistics,
        console_scans,
        privacy,
    ):
        api.register_blueprint(blueprint, url_prefix=PREFIX + blueprint.url_prefix)
    api.register_blueprint(groups, url_prefix=PREFIX + groups.url_prefix)
    for blueprint in (appointments, secretaries, stewards, *BRANCHES, *AREAS):
        api.register_blueprint(blueprint, url_prefix=PREFIX + blueprint.url_prefix)
    for blueprint in NOTICEBOARD:
        api.register_blueprint(blueprint, url_prefix=PREFIX + blueprint.url_prefix)
    application.register_blueprint(health.bp)
    application.register_blueprint(metrics)
    application.register_blueprint(wechat_events.bp)
    application.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json"))
    return api
