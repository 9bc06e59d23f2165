#!/usr/bin/env python3
"""An independent SigV4, written from AWS's documentation, and the vectors made with it.

It shares nothing with lib/sigv4: other language, hmac and hashlib, and every
canonical request put together by hand from the rules of "Create a signed AWS API
request". Before it writes anything it must reproduce the signatures that AWS
prints in its own documentation.

    sigv4_ref.py            write tests/data/sigv4/vectors.jsonl
    sigv4_ref.py --check    exit 1 when that file is not what would be written
"""
import hashlib
import hmac
import json
import os
import re
import sys

KEY_ID = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
DOC_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
DATE = "20261122T123957Z"
PATH = "/restapis/a1b2c3d4e5/resources/r0s0rc/methods/GET/integration"
HOST = "127.0.0.1:18080"
EMPTY = hashlib.sha256(b"").hexdigest()
UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def encode(data, keep=b""):
    return "".join(chr(b) if b in UNRESERVED + keep else "%%%02X" % b for b in data)


def decode(text):
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())


def canonical_path(path, how):
    if how == "single":
        return path
    if how == "normalized":
        kept = []
        for label in path.split("/"):
            if label == "..":
                del kept[-1:]
            elif label not in ("", "."):
                kept.append(label)
        path = "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")
    return encode(path.encode(), b"/")


def canonical_query(query):
    pairs = []
    for piece in query.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            if decode(name) != b"X-Amz-Signature":
                pairs.append((encode(decode(name)), encode(decode(value))))
    return "&".join("%s=%s" % pair for pair in sorted(pairs))


def canonical_headers(headers, names):
    lines = []
    for name in names:
        values = [re.sub("[ \t]+", " ", v.strip(" \t")) for n, v in headers if n.lower() == name]
        lines.append("%s:%s\n" % (name, ",".join(values)))
    return "".join(lines)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signing_key(secret, date, region, service):
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request"):
        key = mac(key, part)
    return key


class Request:
    def __init__(self, method="GET", target=PATH, headers=None, body="", date=DATE, region="us-east-1",
                 service="apigateway", key_id=KEY_ID):
        self.method, self.target, self.body, self.date = method, target, body, date
        self.headers = [("Host", HOST), ("Accept", "application/json"), ("X-Amz-Date", date)]
        if headers is not None:
            self.headers = headers
        self.region, self.service, self.key_id = region, service, key_id

    def stages(self, secret=SECRET, path="normalized", names=None, payload=None, query=None, headers=None,
               method=None, scope_date=None, terminator="aws4_request"):
        """Each keyword is what a signer may do wrong."""
        names = names or sorted({n.lower() for n, _ in self.headers})
        payload = payload or sha256(self.body.encode())
        raw_path, _, raw_query = self.target.partition("?")
        day = scope_date or self.date[:8]
        canonical = "\n".join([
            method or self.method, canonical_path(raw_path, path),
            canonical_query(raw_query) if query is None else query,
            canonical_headers(headers or self.headers, names), ";".join(names), payload])
        scope = "/".join([day, self.region, self.service, terminator])
        to_sign = "\n".join(["AWS4-HMAC-SHA256", self.date, scope, sha256(canonical.encode())])
        key = signing_key(secret, day, self.region, self.service)
        return {"names": ";".join(names), "payload": payload, "scope": scope, "canonical": canonical,
                "toSign": to_sign, "signature": hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()}

    def text(self, extra=()):
        head = ["%s %s HTTP/1.1" % (self.method, self.target)]
        head += ["%s: %s" % pair for pair in self.headers + list(extra)]
        return "\r\n".join(head) + "\r\n\r\n" + self.body

    def authorization(self, made):
        return ("Authorization", "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                % (self.key_id, made["scope"], made["names"], made["signature"]))


def presigned(request, names, expires=900, token=None, late_token=None, **wrong):
    fields = [("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
              ("X-Amz-Credential", "%s/%s/%s/%s/aws4_request" % (request.key_id, request.date[:8], request.region,
                                                                request.service)),
              ("X-Amz-Date", request.date), ("X-Amz-Expires", str(expires)),
              ("X-Amz-SignedHeaders", ";".join(names))]
    if token:
        fields.append(("X-Amz-Security-Token", token))
    query = "&".join("%s=%s" % (n, encode(v.encode())) for n, v in fields)
    request.target += ("&" if "?" in request.target else "?") + query
    made = request.stages(names=names, **wrong)
    if late_token:
        request.target += "&X-Amz-Security-Token=" + encode(late_token.encode())
    request.target += "&X-Amz-Signature=" + made["signature"]
    return made


def documentation():
    """Signatures printed in AWS's documentation; no vector is worth anything when one of them fails."""
    key = signing_key(SECRET, "20150830", "us-east-1", "iam")
    assert key.hex() == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
    iam = Request(target="/?Action=ListUsers&Version=2010-05-08", date="20150830T123600Z", service="iam", headers=[
        ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), ("Host", "iam.amazonaws.com"),
        ("X-Amz-Date", "20150830T123600Z")])
    made = iam.stages()
    assert sha256(made["canonical"].encode()) == "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
    assert made["signature"] == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    s3_headers = [("Host", "examplebucket.s3.amazonaws.com"), ("Range", "bytes=0-9"), ("x-amz-content-sha256", EMPTY),
                  ("x-amz-date", "20130524T000000Z")]
    s3 = Request(target="/test.txt", date="20130524T000000Z", service="s3", headers=s3_headers,
                 key_id="AKIAIOSFODNN7EXAMPLE")
    made = s3.stages(secret=DOC_SECRET, path="single")
    assert made["signature"] == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    link = Request(target="/test.txt", date="20130524T000000Z", service="s3", headers=s3_headers[:1],
                   key_id="AKIAIOSFODNN7EXAMPLE")
    made = presigned(link, ["host"], expires=86400, secret=DOC_SECRET, payload="UNSIGNED-PAYLOAD")
    assert made["signature"] == "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    return iam


BODY = '{"type":"MOCK","requestTemplates":{"application/json":"{\\"statusCode\\": 200}"}}'
TOKEN = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRq=="


def put(**parts):
    request = Request(method="PUT", body=BODY, **parts)
    request.headers += [("Content-Type", "application/json")]
    return request


def hash_header(value=None):
    request = put()
    request.headers.append(("X-Amz-Content-Sha256", value or sha256(BODY.encode())))
    return request


def with_header(name, value, **parts):
    request = Request(**parts)
    request.headers.insert(1, (name, value))
    return request


def without_port():
    request = Request()
    return [(n, "127.0.0.1" if n == "Host" else v) for n, v in request.headers]


def rows():
    """(name, request, keywords of stages(), verdict, reason, a part of the detail, secret of the key id)"""
    yield "aws-iam-documentation", documentation(), {}, "valid", "", "", SECRET
    good = [
        ("get", Request(), {}),
        ("put-with-body", put(), {}),
        ("content-sha256-header", hash_header(), {}),
        ("unicode-body", Request(method="PUT", body='{"uri":"http://ex/\u00fc\u6f22\U0001f600"}'), {}),
        ("session-token", with_header("X-Amz-Security-Token", TOKEN), {}),
        ("header-runs-of-spaces", with_header("X-Amz-Meta", "a   b \t c"), {}),
        ("header-spaces-in-quotes", with_header("X-Amz-Meta", '"a   b"'), {}),
        ("escaped-path", Request(target="/restapis/a%20b%2Fc%3Ad/resources/%E6%BC%A2"), {}),
        ("bare-reserved-path", Request(target="/tags/arn:aws:apigateway:eu-west-1::/restapis/x@y+z"), {}),
        ("lower-case-escape", Request(target="/a%2fb"), {}),
        ("trailing-slash", Request(target="/restapis/"), {}),
        ("root", Request(target="/"), {}),
        ("query-sorted-by-encoded-bytes", Request(target="/restapis?limit=5&Limit=4&limit=%2F&a-=1&a=2&%C3%BC=1"), {}),
        ("query-without-value", Request(target="/restapis?embed&position="), {}),
        ("query-plus-and-bad-escape", Request(target="/restapis?a=1+2&b=%zz&c=100%"), {}),
        ("query-equals-in-value", Request(target="/restapis?a=b=c&d=/"), {}),
        ("query-empty-pieces", Request(target="/restapis?&a=1&&b=2&"), {}),
        ("empty-query", Request(target="/restapis?"), {}),
        ("few-signed-headers", put(), {"names": ["host", "x-amz-date"]}),
        ("other-region", Request(region="cn-north-1"), {}),
        ("leap-day", Request(date="20240229T235959Z"), {}),
        ("date-header", Request(headers=[("Host", HOST), ("Date", DATE)]), {}),
    ]
    for name, request, how in good:
        yield name, request, how, "valid", "", "", SECRET
    http_date = Request(headers=[("Host", HOST), ("Date", "Sun, 22 Nov 2026 12:39:57 GMT")])
    yield "http-date-header", http_date, {}, "valid", "", "", SECRET
    repeated = Request()
    repeated.headers += [("X-Amz-Meta", "z"), ("x-amz-meta", " a "), ("X-AMZ-Meta", "")]
    yield "repeated-header", repeated, {}, "valid", "", "", SECRET

    dots = ["/restapis/x/resources/../methods", "/restapis/./x", "/a//b", "//", "/a/b/..", "/a//../b", "/..",
            "/a%20/./b//", "/a/../../b/"]
    for i, target in enumerate(dots):
        yield "normalized-%d" % i, Request(target=target), {}, "valid-normalized-path", "", "", SECRET
        yield "raw-%d" % i, Request(target=target), {"path": "raw"}, "valid-raw-path", "", "", SECRET
    single = [("single-escape", "/a%20b"), ("single-bare", "/tags/arn:aws"), ("single-dots", "/a%20b/../c")]
    for name, target in single:
        yield (name, Request(target=target), {"path": "single"}, "invalid", "single-encoded-path",
               "line 2 of the canonical request (path) was signed as '%s'" % target, SECRET)
    yield "single-nothing-to-encode", Request(), {"path": "single"}, "valid", "", "", SECRET

    wrong = [
        ("secret-test", Request(), {"secret": "test"}, "wrong-secret", "'test'"),
        ("secret-testing", Request(), {"secret": "testing"}, "wrong-secret", "'testing'"),
        ("secret-documentation", put(), {"secret": DOC_SECRET}, "wrong-secret", "/bPxRfiCY"),
        ("secret-empty", Request(), {"secret": ""}, "wrong-secret", "AWS_SECRET_ACCESS_KEY"),
        ("secret-and-newline", Request(), {"secret": SECRET + "\n"}, "wrong-secret", "white space after it"),
        ("secret-on-raw-path", Request(target="/a/../b"), {"secret": "test", "path": "raw"}, "wrong-secret", "'test'"),
        ("secret-unknown", Request(), {"secret": "nobody knows this one"}, "mismatch", "the secret key differs"),
        ("body-not-hashed", put(), {"payload": EMPTY}, "body-hash", "payload hash"),
        ("body-unsigned", put(), {"payload": "UNSIGNED-PAYLOAD"}, "body-hash", "only S3"),
        ("body-hash-header-wrong", hash_header(EMPTY), {"payload": EMPTY}, "body-hash", "x-amz-content-sha256"),
        ("body-hash-header-unsigned", hash_header("UNSIGNED-PAYLOAD"), {"payload": "UNSIGNED-PAYLOAD"}, "body-hash",
         "UNSIGNED-PAYLOAD"),
        ("body-hash-header-upper", hash_header(sha256(BODY.encode()).upper()),
         {"payload": sha256(BODY.encode()).upper()}, "body-hash", "hashes to"),
        ("scope-day", Request(), {"scope_date": "20261121"}, "scope", "20261121"),
        ("scope-terminator", Request(), {"terminator": "aws4_requesT"}, "scope", "must end in aws4_request"),
        ("host-not-signed", Request(), {"names": ["accept", "x-amz-date"]}, "unsigned-header", "'host'"),
        ("date-not-signed", Request(), {"names": ["accept", "host"]}, "unsigned-header", "'X-Amz-Date'"),
        ("amz-header-not-signed", with_header("x-amz-acl", "x"), {"names": ["host", "x-amz-date"]}, "unsigned-header",
         "'x-amz-acl'"),
        ("token-not-signed", with_header("X-Amz-Security-Token", TOKEN), {"names": ["host", "x-amz-date"]},
         "unsigned-header", "'X-Amz-Security-Token'"),
        ("query-unsorted", Request(target="/r?b=2&a=1"), {"query": "b=2&a=1"}, "mismatch", "sort the query"),
        ("query-as-sent", Request(target="/r?a&b=/"), {"query": "a&b=/"}, "mismatch", "encode each name"),
        ("query-plus-as-space", Request(target="/r?a=1+2"), {"query": "a=1%202"}, "mismatch", "is a plus"),
        ("query-left-out", Request(target="/r?a=1"), {"query": ""}, "mismatch", "the query was left out"),
        ("host-without-port", Request(), {"headers": without_port()}, "mismatch", "with its port"),
        ("method-changed", Request(), {"method": "PUT"}, "mismatch", "no known mistake"),
        ("header-dropped", Request(), {"names": ["accept", "content-md5", "host", "x-amz-date"]}, "malformed",
         "'content-md5'"),
    ]
    for name, request, how, reason, detail in wrong:
        yield name, request, how, "invalid", reason, detail, SECRET
    spaces = with_header("Content-Language", "a  b")
    kept = spaces.stages()["canonical"].replace("a b", "a  b")
    yield "header-spaces-kept", spaces, {"replace": kept}, "invalid", "mismatch", "one space", SECRET
    charset = put()
    charset.headers[-1] = ("Content-Type", "application/json; charset=utf-8")
    bare = charset.stages()["canonical"].replace("; charset=utf-8", "")
    yield "content-type-parameter", charset, {"replace": bare}, "invalid", "mismatch", "Content-Type", SECRET


def header_row(name, request, how, verdict, reason, detail, secret):
    replaced = how.pop("replace", None)
    made = request.stages(**dict(how, secret=how.get("secret", secret)))
    right = request.stages(names=made["names"].split(";"), secret=secret)
    if replaced:
        to_sign = made["toSign"].rsplit("\n", 1)[0] + "\n" + sha256(replaced.encode())
        key = signing_key(secret, request.date[:8], request.region, request.service)
        made["signature"] = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return {"name": name, "request": request.text([request.authorization(made)]), "secret": secret,
            "path": how.get("path", "normalized"), "verdict": verdict, "reason": reason, "detail": detail,
            "names": made["names"], "payload": right["payload"], "scope": right["scope"], "date": request.date,
            "canonical": right["canonical"], "toSign": right["toSign"], "signature": right["signature"]}


def presigned_rows():
    def row(name, verdict, reason, detail, request=None, **how):
        request = request or Request(headers=[("Host", HOST)])
        made = presigned(request, how.pop("names", ["host"]), **how)
        return {"name": name, "request": request.text(), "secret": SECRET, "verdict": verdict, "reason": reason,
                "detail": detail, "date": request.date, "path": how.get("path", "normalized"), "names": made["names"],
                "payload": made["payload"], "scope": made["scope"], "canonical": made["canonical"],
                "toSign": made["toSign"], "signature": made["signature"]}

    yield row("presigned", "valid", "", "")
    yield row("presigned-own-query", "valid", "", "", request=Request(target="/restapis?limit=2&embed",
                                                                      headers=[("Host", HOST)]))
    yield row("presigned-token", "valid", "", "", token=TOKEN)
    yield row("presigned-body", "valid", "", "", request=Request(method="PUT", body=BODY, headers=[("Host", HOST)]))
    yield row("presigned-dots", "valid-normalized-path", "", "", request=Request(target="/a/../b",
                                                                                 headers=[("Host", HOST)]))
    yield row("presigned-late-token", "invalid", "unsigned-header", "X-Amz-Security-Token", late_token=TOKEN)
    yield row("presigned-s3-payload", "invalid", "body-hash", "only S3", payload="UNSIGNED-PAYLOAD")
    yield row("presigned-single", "invalid", "single-encoded-path", "line 2", path="single",
              request=Request(target="/a%20b", headers=[("Host", HOST)]))
    yield row("presigned-wrong-secret", "invalid", "wrong-secret", "'test'", secret="test")


def main():
    made = [header_row(*row) for row in rows()] + list(presigned_rows())
    text = "".join(json.dumps(row) + "\n" for row in made)
    file = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "sigv4", "vectors.jsonl")
    if sys.argv[1:] == ["--check"]:
        with open(file, encoding="utf-8") as stored:
            return 0 if stored.read() == text else 1
    with open(file, "w", encoding="utf-8") as out:
        out.write(text)
    print("%d vectors" % len(made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
