"""A deployment script as anybody has one, and so a client to test.

Makes one integration and reads it back. With --seconds it has a mistake: it takes a time-out in milliseconds
for one in seconds.
"""

import os
import sys

import boto3
import botocore.exceptions

# Debian 12's boto3 does not read AWS_ENDPOINT_URL; outside gwtape this is None: AWS itself.
gateway = boto3.client("apigateway", endpoint_url=os.environ.get("GWTAPE_ENDPOINT"))
method = {"restApiId": "a1b2c3d4e5", "resourceId": "x7y8z9", "httpMethod": "GET"}
wanted = {"type": "HTTP", "integrationHttpMethod": "GET", "uri": "https://example.com/pets"}
if "--seconds" in sys.argv:
    wanted["timeoutInMillis"] = 29

try:
    gateway.put_integration(**method, **wanted)
    made = gateway.get_integration(**method)
except botocore.exceptions.ClientError as refused:
    sys.exit("client.py: %s" % refused)
print("client.py: made an integration of type %s, time-out %d ms" % (made["type"], made["timeoutInMillis"]))
