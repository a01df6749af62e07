"""Signs in with wrong passwords, as accounts that exist, that are shut out and that do not exist, in turn, and tells how well
the time that an answer takes tells them apart: the area under the curve (Mann-Whitney), 0.5 where it does not. Fails where
one is outside 0.45 to 0.55.
    timing.py SHOP STAFF_EMAIL STAFF_PASSWORD ROUNDS"""

import http.client
import json
import statistics
import sys
import time
from urllib.parse import urlsplit

SHOP, EMAIL, PASSWORD, ROUNDS = sys.argv[1:]
RANGE = (0.45, 0.55)
connection = http.client.HTTPConnection(urlsplit(SHOP).netloc, timeout=30)


def call(method, path, body=None, token=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    begun = time.perf_counter()
    connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    text = answer.read()
    return time.perf_counter() - begun, answer.status, json.loads(text) if text else None


def account(name):
    return {"email": f"{name}@example.org", "password": "correct horse battery staple"}


def auc(ones, others):
    """Returns how probable it is that one of the first takes longer than one of the second."""
    wins = sum((one > other) + (one == other) / 2 for one in ones for other in others)
    return wins / len(ones) / len(others)


def measure(what, path, groups, expected):
    times = {name: [] for name in groups}
    for number in range(int(ROUNDS)):
        for name in groups:
            taken, status, _ = call("POST", path, groups[name](number))
            assert status == expected, f"{what}, {name}: {status}"
            times[name].append(taken)
    unknown = times.pop("unknown")
    median = lambda some: f"{statistics.median(some) * 1000:.2f} ms"
    for name, some in times.items():
        area = auc(some, unknown)
        told = "" if RANGE[0] <= area <= RANGE[1] else "  TOLD APART"
        print(f"{what}: {name} {median(some)}, unknown {median(unknown)}, {len(some)} each: AUC {area:.3f}{told}")
        yield not told


_, _, begun = call("POST", "/auth/signin", {"email": EMAIL, "password": PASSWORD})
token = begun["data"]["token"]
for name in ("known", "disabled"):
    _, status, made = call("POST", "/auth/signup", {"name": name, **account(name)})
    assert status == 201, made
_, status, _ = call("PATCH", f"/admin/users/{made['data']['id']}", {"disabled": True}, token)
assert status == 200

wrong = lambda name: lambda number: account(name) | {"password": f"not the password {number}"}
groups = {"known": wrong("known"), "disabled": wrong("disabled"), "unknown": lambda number: wrong(f"nobody-{number}")(number)}
verdicts = list(measure("signing in", "/auth/signin", groups, 401))

document = http.client.HTTPConnection(urlsplit(SHOP).netloc, timeout=30)
document.request("GET", "/openapi.json")
if "/api/v1/auth/forgot-password" in json.load(document.getresponse())["paths"]:
    email = lambda name: lambda number: {"email": account(name)["email"]}
    groups = {"known": email("known"), "disabled": email("disabled"), "unknown": lambda number: email(f"nobody-{number}")(number)}
    verdicts += measure("forgetting the password", "/auth/forgot-password", groups, 202)
sys.exit(not all(verdicts))
