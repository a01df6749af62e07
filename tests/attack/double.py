"""A shop that does everything wrong that the attacks look for, so that they can be seen to find it. It believes what it is
sent: in SQL, in HTML, and that a request will arrive some day, for which it keeps a thread that nobody else gets. Prints its
address."""

import http.server
import json
import sqlite3
import threading
from urllib.parse import parse_qs, unquote, urlsplit

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Double", "version": "1"},
    "paths": {"/goods": {"get": {
        "operationId": "listGoods",
        "parameters": [{"name": "q", "in": "query", "schema": {"type": "string", "example": "tea"}}],
        "responses": {"200": {"description": "Goods."}},
    }}},
}
LOCK = threading.Lock()
DATABASE = sqlite3.connect(":memory:", check_same_thread=False)
DATABASE.executescript("create table goods (name text); insert into goods values ('tea'), ('coffee')")


class Careless(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        wanted = parse_qs(urlsplit(self.path).query).get("q", [""])[0]
        if self.path == "/openapi.json":
            return self.answer("application/json", json.dumps(DOCUMENT))
        if self.path == "/":
            return self.answer("text/html", '<a href="/goods?q=tea">tea</a>')
        try:
            with LOCK:
                rows = DATABASE.execute(f"select name from goods where name = '{wanted}'").fetchall()
        except sqlite3.Error as error:
            rows = [f"SQLite error: {error}"]
        self.answer("text/html", f"<p>{unquote(wanted)}</p>{rows}")

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer("text/plain", "thank you")

    def answer(self, kind, text):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class Few(http.server.ThreadingHTTPServer):
    """Answers sixteen at once."""

    daemon_threads, request_queue_size = True, 512
    handle_error = lambda *_: None  # who hangs up
    turns = threading.Semaphore(16)

    def process_request(self, request, address):
        self.turns.acquire()
        super().process_request(request, address)

    def process_request_thread(self, request, address):
        try:
            super().process_request_thread(request, address)
        finally:
            self.turns.release()


server = Few(("127.0.0.1", 0), Careless)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
