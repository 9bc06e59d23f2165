"""A script as anybody has one: an API with two methods. With --seconds it has a mistake, a time-out in seconds."""

import sys

import boto3

timeout = 5 if "--seconds" in sys.argv else 5000
gateway = boto3.client("apigateway")
api = gateway.create_rest_api(name="pets")["id"]
root = gateway.get_resources(restApiId=api)["items"][0]["id"]
for part in ("cats", "dogs"):
    resource = gateway.create_resource(restApiId=api, parentId=root, pathPart=part)["id"]
    method = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(**method, type="HTTP", integrationHttpMethod="GET", uri="https://example.com/" + part,
                            timeoutInMillis=timeout)
