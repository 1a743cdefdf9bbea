"""Jobs that throw away what nobody needs any more."""

from app.compounds.service import forget_unapplied_rolls
from app.identity.console.scanning import forget_ended_scans
from app.identity.console.sessions import forget_ended_sessions as forget_ended_browsers
from app.identity.console.submissions import forget_old_submissions
from app.identity.repeats import forget_answered
from app.identity.service import forget_ended_sessions
from app.wechat_events.service import forget_old as forget_old_events
from tasks.sweeping import each


def sweep() -> int:
    """Forget sign-ins that have ended, answered forms and requests, uploads never applied, old pushes; how many."""
    return sum(each(lambda: [(forget,) for forget in _FORGETTING], lambda forget: forget()))


_FORGETTING = (
    forget_ended_sessions,
    forget_ended_browsers,
    forget_ended_scans,
    forget_answered,
    forget_old_submissions,
    forget_unapplied_rolls,
    forget_old_events,
)
