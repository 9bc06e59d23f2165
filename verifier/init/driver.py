"""A driver for `gwtape verify`: reads a call a line on stdin, answers each with a line on stdout.

    gwtape verify --client 'python3 driver.py'

It signs and sends by itself, with the standard library only. Replace send() by your own client.
"""

import datetime
import hashlib
import hmac
import http.client
import json
import os
import sys
from urllib.parse import quote, urlsplit

ENDPOINT = urlsplit(os.environ["GWTAPE_ENDPOINT"])
REGION = os.environ["AWS_REGION"]
PATH = "/restapis/%s/resources/%s/methods/%s/integration"
METHODS = {"PutIntegration": "PUT", "GetIntegration": "GET"}


def sign(method, path, headers, body):
    """Signature Version 4: the path is encoded once more, as for every service but S3."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    headers["X-Amz-Date"] = now
    lower = {name.lower(): value for name, value in headers.items()}
    signed = ";".join(sorted(lower))
    canonical = "\n".join([method, quote(path, safe="/-._~"), "", *("%s:%s" % item for item in sorted(lower.items())),
                           "", signed, hashlib.sha256(body).hexdigest()])
    scope = "%s/%s/apigateway/aws4_request" % (now[:8], REGION)
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
        os.environ["AWS_ACCESS_KEY_ID"], scope, signed, hmac.new(key, text.encode(), hashlib.sha256).hexdigest())


def send(operation, members):
    """Status, headers and body of the answer."""
    labels = [quote(members.pop(name), safe="-._~") for name in ("restApiId", "resourceId", "httpMethod")]
    headers, body = {"Host": ENDPOINT.netloc, "Accept": "application/json"}, b""
    if operation == "PutIntegration":
        renamed = {"httpMethod" if name == "integrationHttpMethod" else name: value for name, value in members.items()}
        body = json.dumps(renamed, ensure_ascii=False, separators=(",", ":")).encode()
        headers["Content-Type"] = "application/json"
    sign(METHODS[operation], PATH % tuple(labels), headers, body)
    connection = http.client.HTTPConnection(ENDPOINT.hostname, ENDPOINT.port)
    connection.request(METHODS[operation], PATH % tuple(labels), body or None, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def perform(call):
    if call["operation"] not in METHODS:
        return {"ok": False, "unsupported": True}
    try:
        status, headers, body = send(call["operation"], call["input"])
    except (KeyError, TypeError) as error:  # an input that this client cannot express: no request was made
        return {"ok": False, "error": {"code": type(error).__name__, "message": str(error), "local": True}}
    output = json.loads(body)
    if status < 300:
        return {"ok": True, "output": output}
    return {"ok": False, "error": {"code": headers.get("x-amzn-ErrorType", "").split(":")[0],
                                   "message": output.get("message"), "status": status, "local": False}}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"id": asked["id"], **perform(asked)}), flush=True)
