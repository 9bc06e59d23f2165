"""Driver of boto3: one call per line of stdin, one answer per line of stdout (clients/README.md).

Debian 12's boto3 does not know AWS_ENDPOINT_URL, so the endpoint is passed in. Retries are left as a user
has them: that the first answer is final is part of what is tested.
"""

import datetime
import json
import os
import re
import sys

import boto3
import botocore.exceptions


def plain(value):
    """What json.dumps cannot write: the SDK's timestamps."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def failure(code, message, status=None, local=False):
    return {"ok": False, "error": {"code": code, "message": message, "status": status, "local": local}}


def perform(client, call):
    method = re.sub(r"(?<!^)(?=[A-Z])", "_", call["operation"]).lower()
    if not hasattr(client, method):
        return {"ok": False, "unsupported": True}
    try:
        output = getattr(client, method)(**call["input"])
    except botocore.exceptions.ClientError as e:
        status = e.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return failure(e.response.get("Error", {}).get("Code", ""), str(e), status)
    except (botocore.exceptions.ParamValidationError, TypeError) as e:
        return failure(type(e).__name__, str(e), local=True)
    except botocore.exceptions.BotoCoreError as e:
        return failure(type(e).__name__, str(e))
    output.pop("ResponseMetadata", None)
    return {"ok": True, "output": output}


def main():
    client = boto3.client("apigateway", endpoint_url=os.environ.get("GWTAPE_ENDPOINT"))
    for line in sys.stdin:
        call = json.loads(line)
        print(json.dumps({"id": call["id"], **perform(client, call)}, default=plain), flush=True)


main()
