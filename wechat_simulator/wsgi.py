"""Entry of the WSGI server: `granian --interface wsgi wechat_simulator.wsgi:application`, one worker process."""

from app.core.settings import load_settings
from wechat_simulator.application import create_application

application = create_application(load_settings())
