"""Writes one request for each operation of a shop's OpenAPI document that takes anything, as files for sqlmap. Parameters of
paths and header fields that reach the database are marked; sqlmap finds those of queries and bodies by itself.
    operations.py SHOP TOKEN FOLDER"""

import json
import pathlib
import sys
import urllib.request
from urllib.parse import urlencode, urlsplit

SHOP, TOKEN, FOLDER = sys.argv[1:]
DOCUMENT = json.load(urllib.request.urlopen(f"{SHOP}/openapi.json", timeout=10))
# Of the version that the shop has, whichever that is.
ETAGS = ", ".join(f'"{version}.x"' for version in range(200))
HEADERS = {"If-Match": ETAGS, "Idempotency-Key": "key-1*", "X-Cart-Token": "A" * 43 + "*", "If-None-Match": '"1.x*"'}


def resolved(schema):
    name = schema.get("$ref", "").removeprefix("#/components/schemas/")
    return DOCUMENT["components"]["schemas"][name] if name else schema


def example(schema):
    schema = resolved(schema)
    for value in (schema.get("example"), *schema.get("examples", []), *schema.get("enum", [])):
        if value is not None:
            return value
    for kinds in ("oneOf", "anyOf", "allOf"):
        if kinds in schema:
            return example(schema[kinds][0])
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: example(member) for name, member in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema["items"])]
    return {"integer": schema.get("minimum", 1), "boolean": True}.get(kind, "words enough for a text")


def request(method, path, operation):
    """Returns the request, or nothing where there is nothing to inject into."""
    parameters = operation.get("parameters", [])
    query = {it["name"]: it.get("example", example(it["schema"])) for it in parameters if it["in"] == "query"}
    for excluded in ("after", "cursor"):  # instead of page, and refused beside it
        if excluded in query and len(query) > 1:
            query.pop(excluded)
    for it in parameters:
        if it["in"] == "path":
            path = path.replace(f"{{{it['name']}}}", f"{it.get('example', example(it['schema']))}*")
    lines = [f"Host: {urlsplit(SHOP).netloc}", f"Authorization: Bearer {TOKEN}", "Accept: application/json"]
    lines += [f"{it['name']}: {HEADERS[it['name']]}" for it in parameters if it["in"] == "header"]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    text = json.dumps(example(body)).replace("https://example.com/", "http://127.0.0.1:9/") if body else ""
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(text)}"]
    if not parameters and not body:
        return None
    target = path + ("?" + urlencode(query) if query else "")
    return "\r\n".join([f"{method.upper()} {target} HTTP/1.1", *lines, "", text])


for path, item in DOCUMENT["paths"].items():
    for method, operation in item.items():
        if text := request(method, path, operation):
            pathlib.Path(FOLDER, operation["operationId"]).write_text(text)
