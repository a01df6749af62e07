"""Who calls, what there is to be found, and what no document can know: loaded by Schemathesis, which scripts/schemathesis runs."""

import os
import re
import uuid
from urllib.parse import urlsplit

import requests
import schemathesis

SHOP, EMAIL, PASSWORD = (os.environ[name] for name in ("SHOP", "STAFF_EMAIL", "STAFF_PASSWORD"))


def call(method, path, body=None, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.request(method, f"{SHOP}/api/v1{path}", json=body, headers=headers, timeout=10)
    answer.raise_for_status()
    return answer.json()["data"]


def sign_in():
    return call("POST", "/auth/signin", {"email": EMAIL, "password": PASSWORD})


def furnish():
    """Makes what calls with small ids find: orders, a line of a cart, endpoints. Returns who owns them."""
    begun = sign_in()
    token = begun["token"]
    tea = {"name": "Tea", "category": "Tea", "price": {"amount": "1.00"}, "stock": 100_000, "sku": f"TEA-{uuid.uuid4()}"}
    tea = call("POST", "/products", tea, token)["variants"][0]["id"]
    for _ in range(3):
        call("POST", "/admin/webhooks", {"url": "http://127.0.0.1:9/"}, token)
        call("POST", "/cart/items", {"variantId": tea, "quantity": 1}, token)
        call("POST", "/orders", {}, token)
    call("POST", "/cart/items", {"variantId": tea, "quantity": 1}, token)
    return begun["user"]["id"]


STAFF = furnish()
# Keys that a request was sent under. Another one under the same key is refused, and the document says no more of it.
USED = set()


@schemathesis.auth(retry_on=[401])
class Staff:
    """Staff, who sign in anew when a call has ended their session. Who sends a cart's token is a guest: beside a bearer it is
    not looked at."""

    def get(self, case, context):
        return sign_in()["token"]

    def set(self, case, token, context):
        if not any(name.lower() == "x-cart-token" for name in case.headers):
            case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def filter_case(context, case):
    """Nobody shuts out the account that everything is called with."""
    administers = case.operation.definition.raw.get("operationId") == "administerUser"
    return not administers or str(case.path_parameters.get("id")) != str(STAFF)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Events are sent nowhere but to this machine, where nobody listens; what is meant well fits this very shop."""
    if isinstance(case.body, dict) and isinstance(url := case.body.get("url"), str):
        case.body["url"] = nowhere(url)
    if case.meta and case.meta.generation.mode.is_positive:
        case.body = fitting(case.body)
        # The coverage phase writes 0 here, whatever the pattern in the document says.
        if case.headers.get("If-Match") == "0":
            case.headers["If-Match"] = "*"
        if key_of(case) in USED:
            case.headers["Idempotency-Key"] = str(uuid.uuid4())
    USED.add(key_of(case))


def key_of(case):
    """Returns the key that a request is sent under, or one of nobody's: quoted and not, it is the same."""
    key = case.headers.get("Idempotency-Key") or str(uuid.uuid4())
    return re.sub(r"\\(.)", r"\1", key[1:-1]) if key.startswith('"') else key


def nowhere(url):
    try:
        return urlsplit(url)._replace(netloc="127.0.0.1:9").geturl() if urlsplit(url).netloc else url
    except ValueError:
        return url


# Hard to guess, which no pattern can ask for.
PASSWORD_BEGINS = "violet anchor thimble"


def fitting(value):
    """Prices are in the shop's currency, which is a setting; whole numbers are written without a fraction; passwords are as long
    as they were, and begin with words that nobody guesses."""
    if isinstance(value, list):
        return [fitting(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    value = {name: fitting(member) for name, member in value.items()}
    for name in {"password", "newPassword"} & value.keys():
        if isinstance(value[name], str):
            value[name] = PASSWORD_BEGINS + value[name][len(PASSWORD_BEGINS) :]
    if isinstance(value.get("amount"), str):
        value["amount"] = value["amount"][: value["amount"].find(".") + 3] if "." in value["amount"] else value["amount"]
        value |= {"currency": "USD"} if "currency" in value else {}
    return value
