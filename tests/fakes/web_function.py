"""Support: a web function's server, and what of FC's runtime it says it was given."""

from __future__ import annotations

SERVER = """
import json, os, pathlib, signal, sys, tempfile, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

print("starting", flush=True)
time.sleep(float(os.environ.get("LATE_SECONDS", "0")))
if "FAIL" in os.environ:
    sys.exit("no settings")
kept = []

class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        asked = dict(each.split("=") for each in self.path.partition("?")[2].split("&") if each)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if "exit" in asked:
            os._exit(int(asked["exit"]))
        if "memory" in asked:
            kept.append(b"x" * (int(asked["memory"]) * 1024 * 1024))
        if "disk" in asked:
            with pathlib.Path(tempfile.gettempdir(), "big").open("wb") as big:
                for _ in range(int(asked["disk"])):
                    big.write(b"x" * (1 << 20))
        if "pieces" in asked:
            return self.piecewise(float(asked["pieces"]), asked.get("break"))
        time.sleep(float(asked.get("sleep", 0)))
        told = {
            "method": self.command, "path": self.path, "headers": self.headers.items(),
            "body": body.decode("latin-1"), "pid": os.getpid(), "cwd": os.getcwd(),
            "environment": dict(os.environ), "threads": threading.active_count(),
        }
        written = json.dumps(told).encode()
        self.send_response(int(asked.get("status", 200)))
        for name, value in (
            ("Content-Type", "application/json"), ("Content-Length", str(len(written))),
            ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Fc-Status", asked.get("told", "")),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(written)

    def piecewise(self, pause, broken):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (b"first", b"second"):
            self.wfile.write(b"%x\\r\\n%s\\r\\n" % (len(piece), piece))
            self.wfile.flush()
            if broken:
                os._exit(3)
            time.sleep(pause)
        self.wfile.write(b"0\\r\\n\\r\\n")

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer

    def log_message(self, *_):
        pass

port = int(os.environ["FC_CUSTOM_LISTEN_PORT"])
ThreadingHTTPServer(("0.0.0.0", port), Answers).serve_forever()
"""
