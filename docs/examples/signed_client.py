"""A client that signs by itself, with Python's standard library and nothing else.

Makes one integration and reads it back, at GWTAPE_ENDPOINT. With --seconds it has a mistake: it takes a time-out in
milliseconds for one in seconds. With --swallow it says nothing of what the service refused.
"""

import datetime
import hashlib
import hmac
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

KEY_ID, SECRET = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
REGION = os.environ.get("AWS_REGION", "us-east-1")


def sign(method, path, headers, body):
    """The Authorization header of a request, all of whose headers are signed."""
    names = sorted(headers)
    canonical = "\n".join([method, urllib.parse.quote(path), "", *("%s:%s" % (n, headers[n]) for n in names), "",
                           ";".join(names), hashlib.sha256(body).hexdigest()])
    stamp = headers["x-amz-date"]
    scope = "%s/%s/apigateway/aws4_request" % (stamp[:8], REGION)
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in [*scope.split("/"), to_sign]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
        KEY_ID, scope, ";".join(names), key.hex())


def call(method, path, value=None):
    endpoint = urllib.parse.urlsplit(os.environ["GWTAPE_ENDPOINT"])
    path = endpoint.path + path
    body = json.dumps(value).encode() if value else b""
    headers = {"host": endpoint.netloc, "accept": "application/json",
               "x-amz-date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")}
    if body:
        headers["content-type"] = "application/json"
    headers["authorization"] = sign(method, path, headers, body)
    request = urllib.request.Request("http://%s%s" % (endpoint.netloc, path), body or None, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def deploy():
    integration = "/restapis/a1b2c3d4e5/resources/x7y8z9/methods/GET/integration"
    wanted = {"type": "HTTP", "httpMethod": "GET", "uri": "https://example.com/pets"}
    if "--seconds" in sys.argv:
        wanted["timeoutInMillis"] = 29
    call("PUT", integration, wanted)
    return call("GET", integration)


if __name__ == "__main__":
    try:
        made = deploy()
        print("signed_client.py: made an integration of type %s" % made["type"])
    except urllib.error.HTTPError as refused:
        if "--swallow" not in sys.argv:
            sys.exit("signed_client.py: %s" % json.load(refused)["message"])
