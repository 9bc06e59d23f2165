"""Records CALLS (a JSON file) with betamax into the folder of TAPE; the host's connection goes to PORT."""
import json
import os
import sys

import betamax
import requests
import urllib3.util.connection

calls, port, tape = json.load(open(sys.argv[1])), int(sys.argv[2]), sys.argv[3]
connect = urllib3.util.connection.create_connection
urllib3.util.connection.create_connection = lambda address, *args, **kwargs: connect(("127.0.0.1", port), *args, **kwargs)
session = requests.Session()
recorder = betamax.Betamax(session, cassette_library_dir=os.path.dirname(tape))
with recorder.use_cassette(os.path.splitext(os.path.basename(tape))[0],
                           preserve_exact_body_bytes=sys.argv[4] == "exact"):
    for call in calls:
        print(session.request(call["method"], call["url"], headers=call["headers"], data=call["body"] and call["body"].encode()).status_code)
