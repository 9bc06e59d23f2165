"""Records CALLS (a JSON file) with vcrpy, as its users do, into TAPE; the host's connection goes to PORT."""
import http.client
import json
import socket
import sys
import urllib.parse

import vcr

calls, port, tape = json.load(open(sys.argv[1])), int(sys.argv[2]), sys.argv[3]
connect = socket.create_connection
socket.create_connection = lambda address, *args, **kwargs: connect(("127.0.0.1", port), *args, **kwargs)
with vcr.VCR(serializer=sys.argv[4]).use_cassette(tape):
    for call in calls:
        url = urllib.parse.urlsplit(call["url"])
        connection = http.client.HTTPConnection(url.hostname)
        connection.request(call["method"], url.path, call["body"] and call["body"].encode(), call["headers"])
        print(connection.getresponse().status)
