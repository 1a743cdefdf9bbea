"""What waits for reviewers in the console's tests, made over the API."""

from io import BytesIO

from tests.support.console import ConsoleWorld
from tests.support.files import picture
from tests.support.notices import Notices
from tests.support.wishes import TEXT, Wishes
from tests.support.world import Person


def waiting_wish(town: ConsoleWorld) -> str:
    """A wish with a photograph that waits, and one that is like it; the queue."""
    wishes = Wishes(town)
    wishes.published(wishes.other, text=TEXT + "谢谢。")
    draft = wishes.draft()
    sent = wishes.call(
        wishes.poster,
        "POST",
        f"/{draft}/photos",
        data={"file": (BytesIO(picture("JPEG", 1600, 1200)), "a.jpg")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 201, sent.text
    wishes.submit(draft)
    return "reviews/"


def refused_wish(town: ConsoleWorld) -> str:
    """A wish that went back; its page."""
    wishes = Wishes(town)
    wish = wishes.submitted()
    case = wishes.case_of(wish)
    assert wishes.decide(wish, False).status_code == 200
    return f"reviews/{case}/"


def appeal(town: ConsoleWorld) -> str:
    """An appeal against an entry that the secretary reviewed; its page."""
    notices = Notices(town)
    entry = notices.hearing(about=notices.concerned)
    return f"reviews/appeals/{notices.appealed(notices.concerned, entry)}/"


def busy_desk(town: ConsoleWorld) -> str:
    """A day with a meeting to announce and a wish to review; the first page."""
    town.draft()
    Wishes(town).submitted()
    return ""


def entry(town: ConsoleWorld) -> str:
    """An entry in its hearing; its page."""
    notices = Notices(town)
    return f"notices/{notices.hearing(about=notices.concerned)}/"


def own_draft(town: ConsoleWorld) -> str:
    """A draft of the secretary about an owner; its page."""
    owner = town.owner(town.unit("101"))
    body = {"colour": "black", "category": "noise", "title": "夜间施工", "text": "有人夜间施工，影响邻居休息。"}
    api = town.api(town.secretary)
    drafted = api("POST", f"/compounds/{town.compound}/notices", {**body, "owner_ids": [str(owner.owner_id)]})
    assert drafted.status_code == 201, drafted.text
    return f"notices/{drafted.json['id']}/"


def untold(town: ConsoleWorld) -> str:
    """The page that records that somebody was told on paper who is not in the app."""
    notices = Notices(town)
    absent = town.owner(town.unit("909"), name="戊某某", bound=False)
    return f"notices/{notices.hearing(about=absent)}/told/{absent.owner_id}"


def nominated(town: ConsoleWorld) -> str:
    """A neighbour's nomination for red that waits; its id."""
    notices = Notices(town)
    body = {"category": "neighbours", "text": "楼上的邻居每天给独居老人送饭。"}
    made = notices.call(notices.neighbour, "POST", "/nominations", body)
    assert made.status_code == 201, made.text
    return str(made.json["id"])


def for_a_neighbour(town: ConsoleWorld) -> tuple[Person, str]:
    """A steward, and the page of a draft that the steward wrote for a neighbour, with a photograph."""
    wishes = Wishes(town)
    neighbour = {"name": "王五一", "consent": "spoken"}
    wish = wishes.draft(wishes.steward, unit_id=str(wishes.homes[2].id), neighbour=neighbour)
    sent = wishes.call(
        wishes.steward,
        "POST",
        f"/{wish}/photos",
        data={"file": (BytesIO(picture("JPEG", 640, 480)), "a.jpg")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 201, sent.text
    return wishes.steward, f"wishes/{wish}/"
