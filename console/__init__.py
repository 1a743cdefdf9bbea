"""The console, /console: server-rendered pages in Chinese for secretaries, stewards and officers."""

from flask import Flask

from app.core import crypto
from app.core.settings import Settings
from console import errors, filters, frame
from console.count.routes import bp as count
from console.home.routes import bp as home
from console.meetings.agenda import bp as agenda
from console.meetings.delivery import bp as delivery
from console.meetings.drafting import bp as drafting
from console.meetings.paper_objections import bp as electorate
from console.meetings.routes import bp as meetings
from console.meetings.rule_values import bp as rules
from console.notices import bp as notices
from console.officer.routes import bp as officer
from console.operator.routes import bp as operator
from console.own_data.routes import bp as own_data
from console.people.areas import BUILDING_GROUPS as building_groups
from console.people.areas import GRIDS as grids
from console.people.branches import bp as branches
from console.people.nominations import SECRETARIES as secretary_nominations
from console.people.nominations import STEWARDS as steward_nominations
from console.people.routes import bp as people
from console.public_results.routes import bp as public_results
from console.reviews.routes import bp as reviews
from console.roll import bp as roll
from console.roll import words as roll_words
from console.sign_in.routes import bp as sign_in
from console.volunteering import BLUEPRINTS as volunteering
from console.volunteering import words as volunteering_words
from console.wishes.routes import bp as wishes

MEETINGS = (meetings, drafting, agenda, delivery, electorate, rules, count, public_results)
PEOPLE = (people, branches, grids, building_groups, secretary_nominations, steward_nominations)
REVIEWING = (reviews, notices, wishes)
BLUEPRINTS = (frame.bp, sign_in, own_data, home, officer, operator, *MEETINGS, roll, *PEOPLE, *volunteering, *REVIEWING)
for _blueprint in BLUEPRINTS:
    errors.install(_blueprint)


def register(application: Flask) -> None:
    """Serve the console from the application."""
    settings: Settings = application.config["SETTINGS"]
    application.config.update(
        SECRET_KEY=crypto.mac("console_cookie", ""),  # signs what is said once after an act, nothing else
        SESSION_COOKIE_NAME="console_said",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.embedded,
        SESSION_COOKIE_PATH="/console",
    )
    filters.install(application)
    roll_words.install(application)
    volunteering_words.install(application)
    for blueprint in BLUEPRINTS:
        application.register_blueprint(blueprint)
