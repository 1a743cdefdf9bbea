"""A stand-in for the API: answers 200 to everything, and has a child that ignores SIGTERM, as a busy worker would."""

import http.server
import signal
import subprocess
import sys

STUBBORN_CHILD = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


class _Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    subprocess.Popen([sys.executable, "-c", STUBBORN_CHILD])
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), _Answer).serve_forever()
