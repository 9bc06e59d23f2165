"""A signer and client of our own in the standard library, for requests that no SDK would make.

Independent of the C code: written from AWS's "Signature Version 4 signing process". As a program it plays
calls as `gwtape replay -- CMD` would have a client do:

    sigv4.py CALLS.json [EXIT_CODE]

prints each answer that is not 2xx, and ends with 1 when there was one, else with EXIT_CODE.
"""

import datetime
import hashlib
import hmac
import http.client
import json
import os
import ssl
import sys
import urllib.parse

import support

LABELS = ("restApiId", "resourceId", "httpMethod")


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature_of(canonical, stamp, scope, secret_key):
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret_key).encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return _hmac(key, to_sign).hex()


def authorization(method, path, headers, body, access_key, secret_key, region, stamp, service="apigateway"):
    """Value of the Authorization header; `headers` are all signed; `path` may have a query."""
    path, _, query = path.partition("?")
    pairs = sorted(tuple(urllib.parse.quote(urllib.parse.unquote(part), safe="-._~") for part in (k, v))
                   for k, _, v in (pair.partition("=") for pair in query.split("&") if pair))
    signed = sorted((name.lower(), " ".join(value.split())) for name, value in headers.items())
    names = ";".join(name for name, _ in signed)
    canonical = "\n".join([method, urllib.parse.quote(path, safe="/-._~"), "&".join("=".join(p) for p in pairs),
                           *("%s:%s" % pair for pair in signed), "", names, hashlib.sha256(body).hexdigest()])
    scope = "%s/%s/%s/aws4_request" % (stamp[:8], region, service)
    return "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
        access_key, scope, names, signature_of(canonical, stamp, scope, secret_key))


def signed_headers(url, method, path, body, access_key=support.ACCESS_KEY_ID, secret_key=support.SECRET_KEY,
                   token=None, region="us-east-1", stamp=None, extra=()):
    stamp = stamp or datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    headers = {"Host": urllib.parse.urlsplit(url).netloc, "Accept": "application/json", "X-Amz-Date": stamp}
    if body:
        headers["Content-Type"] = "application/json"
    if token:
        headers["X-Amz-Security-Token"] = token
    headers.update(extra)
    headers["Authorization"] = authorization(method, path, headers, body, access_key, secret_key, region, stamp)
    return headers


def presigned_query(url, method, path, body, token, region="us-east-1"):
    """(query, signature) of a URL that is signed in its query, with a session token; `accept` and `host` are signed."""
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = "%s/%s/apigateway/aws4_request" % (stamp[:8], region)
    members = {"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": "%s/%s" % (support.ACCESS_KEY_ID, scope),
               "X-Amz-Date": stamp, "X-Amz-Expires": "300", "X-Amz-Security-Token": token,
               "X-Amz-SignedHeaders": "accept;host"}
    query = "&".join("%s=%s" % (k, urllib.parse.quote(v, safe="-._~")) for k, v in sorted(members.items()))
    canonical = "\n".join([method, urllib.parse.quote(path, safe="/-._~"), query, "accept:application/json",
                           "host:" + urllib.parse.urlsplit(url).netloc, "", "accept;host",
                           hashlib.sha256(body).hexdigest()])
    return query, signature_of(canonical, stamp, scope, support.SECRET_KEY)


class Answer:
    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)

    @property
    def verdict(self):
        return self.headers.get("x-gwtape-verdict")


def send(url, method, path, body=b"", headers=None, authority=None, **signing):
    """One signed request on a connection of its own; `authority` is the CA file of an https URL."""
    headers = headers or signed_headers(url, method, path, body, **signing)
    place = urllib.parse.urlsplit(url).netloc
    if authority:
        connection = http.client.HTTPSConnection(place, timeout=support.HANG_SECONDS,
                                                 context=ssl.create_default_context(cafile=authority))
    else:
        connection = http.client.HTTPConnection(place, timeout=support.HANG_SECONDS)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def http_request(call):
    """(method, path, body) of a call given by API member names; those of the integration operations."""
    members = dict(call["input"])
    labels = [urllib.parse.quote(members.pop(name), safe="-._~") for name in LABELS]
    path = "/restapis/%s/resources/%s/methods/%s/integration" % tuple(labels)
    if call["operation"] == "GetIntegration":
        return "GET", path, b""
    body = {"httpMethod" if k == "integrationHttpMethod" else k: v for k, v in members.items()}
    return "PUT", path, json.dumps(body, separators=(",", ":")).encode()


def perform(url, call, **signing):
    """Make a call; a path in the endpoint URL goes before the call's own, as SDKs do it."""
    method, path, body = http_request(call)
    return send(url, method, urllib.parse.urlsplit(url).path.rstrip("/") + path, body, **signing)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        calls = json.load(f)
    failed = False
    for call in calls:
        answer = perform(os.environ["GWTAPE_ENDPOINT"], call, region=os.environ["AWS_REGION"],
                         access_key=os.environ["AWS_ACCESS_KEY_ID"], secret_key=os.environ["AWS_SECRET_ACCESS_KEY"])
        if answer.status >= 300:
            failed = True
            print(call["id"], answer.status, answer.body.decode())
    return 1 if failed else int(sys.argv[2]) if len(sys.argv) > 2 else 0


if __name__ == "__main__":
    sys.exit(main())
