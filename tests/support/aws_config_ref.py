#!/usr/bin/env python3
"""What Python and botocore make of AWS configuration files: the expected values of test_credentials.c.

    aws_config_ref.py       write tests/data/aws-config/{ini,split,chain}.jsonl

ini: botocore's loader over configparser. split: shlex. chain: which keys, region and endpoint a botocore
session finds, given environment and files (no network; needs botocore 1.31 or newer).
"""
import json
import os
import shlex
import tempfile

import botocore
import botocore.configloader
import botocore.configprovider
import botocore.credentials
import botocore.session

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "data", "aws-config")

INI = [
    "", "\n\n", "# only a comment\n", "[default]\n", "[default]", "[default]\nregion = us-east-1\n",
    "[default]\r\nregion = us-east-1\r\noutput=json\r\n", "[a]\nx=1\n[b]\nx=2\n", "[a]\nx : 1\ny=a:b\nz:a=b\n",
    "[a]\nX_Y = V\n", "[a]\nx =\n", "[a]\nx=\n\n\ny = 1\n", "[a]\nx = 1 ; not a comment\n", "[a]\nx = 1 # nor this\n",
    "[a]\n; a comment\n# another\nx = 1\n", "[a]\nx = 1\n  2\n  3\n", "[a]\nx = 1\n\n  2\n\ny = 3\n",
    "[a]\nx = 1\n  # inside\n  2\n", "[a]\ns3 =\n  b = 1\n  c = 2\nx = 3\n", "[a]\ns3 =\n  b = 1\n\n  c = 2\n\n",
    "[a]\ns3 =\n  b : 1\n", "[a]\ns3 =\n  b = 1 = 2\n", "[a]\ns3 =\n    b = 1\n  c = 2\n", "[a]\n  x = 1\n  y = 2\n",
    "[a]\n  x = 1\n y = 2\n", "  [a]\n  x = 1\n", "  [a]\nx = 1\n", "[a]\nx = 1\n [b]\ny = 2\n", "[a] trailing\nx = 1\n",
    "[a]]\nx = 1\n", "[]\nx = 1\n", "[ a ]\nx = 1\n", "[profile \"a b\"]\nx = 1\n", "x = 1\n", "[a]\njust words\n",
    "[a]\n= 1\n", "[a]\nx = 1\nx = 2\n", "[a]\nx = 1\nX = 2\n", "[a]\n[a]\n", "[a]\nx=1\n[b]\n[a]\ny=1\n",
    "[DEFAULT]\nx = 1\n[a]\ny = 2\n[b]\nx = 3\n", "[a]\ny = 2\n[DEFAULT]\nx = 1\n", "[a\nx = 1\n", "[a]\nx = \"quoted\"\n",
    "[a]\nx = a\\b\n", "[a]\nx y = 1\n", "[a]\n\tx = 1\n\ty = 2\n", "[a]\nx = 1\n\t\n\t2\n", "[a]\nx = 1   \n",
    "[a]\nx\n", "[a]\nx = =\n", "[a]\nx == 1\n", "[a]\nx=1\n#[b]\ny=2\n", "[a]\nx = %(y)s\n",
    "[a]\ncredential_process = /bin/sh -c 'echo a' # b\n", "[a]\nx = 1\n  [b]\n", "[a]\nx = 1\n  y = 2\n", "[a]\nx=1\n;[b]\n",
]

SPLIT = ["", "  ", "a", " a  b ", "a\tb\nc\rd", "'a b' c", "\"a b\" c", "a'b'\"c\"d", "''", "'' \"\"", "a\\ b", "'a\\b'", "\"a\\b\"",
         "\"a\\\"b\"", "\"a\\\\b\"", "\"a\\'b\"", "a\\", "'a", "\"a", "\"a\\", "a#b #c", "/bin/sh -c 'echo \"x\"'", "\\'a", "a\\\\b",
         "profile \"my prof\"", "'a''b'", "\"'\"'\"'"]

K1 = "aws_access_key_id = AK1\naws_secret_access_key = S1\n"
K2 = "aws_access_key_id = AK2\naws_secret_access_key = S2\naws_session_token = T2\n"
ENV = {"AWS_ACCESS_KEY_ID": "AKE", "AWS_SECRET_ACCESS_KEY": "SE"}
SERVICES = "[default]\nservices = s\nendpoint_url = http://global\n[services s]\napi_gateway =\n  endpoint_url = http://local\n"

CHAIN = [
    ("nothing", {}, "", "", None),
    ("environment", ENV, "", "", None),
    ("environment and token", dict(ENV, AWS_SESSION_TOKEN="TE"), "", "", None),
    ("environment wins over files", ENV, "[default]\n" + K1, "[default]\n" + K2, None),
    ("half of the environment", {"AWS_ACCESS_KEY_ID": "AKE"}, "", "[default]\n" + K1, None),
    ("empty variables", {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "", "[default]\n" + K1, None),
    ("credentials file", {}, "", "[default]\n" + K1, None),
    ("config file", {}, "[default]\n" + K1, "", None),
    ("credentials file wins", {}, "[default]\n" + K1, "[default]\n" + K2, None),
    ("config file, profile section", {}, "[profile p]\n" + K1, "", "p"),
    ("config file, bare section is no profile", {}, "[p]\n" + K1, "", "p"),
    ("credentials file, profile word is part of the name", {}, "", "[profile p]\n" + K1, "p"),
    ("flag beats the environment's keys", ENV, "", "[p]\n" + K1, "p"),
    ("AWS_PROFILE does not", dict(ENV, AWS_PROFILE="p"), "", "[p]\n" + K1, None),
    ("AWS_PROFILE", {"AWS_PROFILE": "p"}, "", "[default]\n" + K2 + "[p]\n" + K1, None),
    ("AWS_PROFILE names none", {"AWS_PROFILE": "q"}, "", "[p]\n" + K1, None),
    ("flag names none", {}, "", "[p]\n" + K1, "q"),
    ("quoted profile", {}, "[profile \"a b\"]\n" + K1, "", "a b"),
    ("profile default", {}, "[profile default]\n" + K1, "", None),
    ("both defaults, the later", {}, "[default]\n" + K1 + "[profile default]\n" + K2, "", None),
    ("half a pair in a file", {}, "", "[default]\naws_access_key_id = AK1\n", None),
    ("old token name", {}, "", "[default]\n" + K1 + "aws_security_token = OLD\n", None),
    ("process", {}, "[default]\ncredential_process = printf '{\"Version\": 1, \"AccessKeyId\": \"AKP\", "
     "\"SecretAccessKey\": \"SP\", \"SessionToken\": \"TP\"}'\n", "", None),
    ("process in the credentials file", {}, "", "[default]\ncredential_process = printf '{\"Version\": 1, "
     "\"AccessKeyId\": \"AKP\", \"SecretAccessKey\": \"SP\"}'\n", None),
    ("credentials file before process", {}, "[default]\ncredential_process = false\n", "[default]\n" + K1, None),
    ("process before config file", {}, "[default]\n" + K1 + "credential_process = printf '{\"Version\": 1, "
     "\"AccessKeyId\": \"AKP\", \"SecretAccessKey\": \"SP\"}'\n", "", None),
    ("process fails", {}, "[default]\ncredential_process = false\n", "", None),
    ("process of another version", {}, "[default]\ncredential_process = printf '{\"Version\": 2}'\n", "", None),
    ("process without a secret", {}, "[default]\ncredential_process = printf '{\"Version\": 1, \"AccessKeyId\": "
     "\"AKP\"}'\n", "", None),
    ("broken config file", {}, "[default\n", "[default]\n" + K1, None),
    ("broken group", {}, "[default]\ns3 =\n  nothing\n", "[default]\n" + K1, None),
    ("region of the profile", ENV, "[default]\nregion = eu-west-1\n", "", None),
    ("region of the credentials file", ENV, "[default]\nregion = eu-west-1\n", "[default]\nregion = eu-west-2\n", None),
    ("region of the environment", dict(ENV, AWS_DEFAULT_REGION="ap-south-1"), "[default]\nregion = eu-west-1\n", "", None),
    ("endpoint of the environment", dict(ENV, AWS_ENDPOINT_URL="http://e"), "", "", None),
    ("endpoint of the service wins", dict(ENV, AWS_ENDPOINT_URL="http://e", AWS_ENDPOINT_URL_API_GATEWAY="http://s"), "", "",
     None),
    ("endpoint of the profile", ENV, "[default]\nendpoint_url = http://p\n", "", None),
    ("endpoint of the services section", ENV, SERVICES, "", None),
    ("environment wins over services", dict(ENV, AWS_ENDPOINT_URL="http://e"), SERVICES, "", None),
    ("services section of another service", ENV, SERVICES.replace("api_gateway", "apigateway"), "", None),
    ("services section is missing", ENV, "[default]\nservices = none\n", "", None),
    ("endpoints ignored by variable", dict(ENV, AWS_ENDPOINT_URL="http://e", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="TRUE"),
     SERVICES, "", None),
    ("endpoints ignored by profile", ENV, SERVICES.replace("services = s", "services = s\nignore_configured_endpoint_urls = true"),
     "", None),
    ("endpoints not ignored", dict(ENV, AWS_ENDPOINT_URL="http://e", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="false"), "", "", None),
    ("empty endpoint variable", dict(ENV, AWS_ENDPOINT_URL=""), "[default]\nendpoint_url = http://p\n", "", None),
]


def ini_row(text):
    with tempfile.NamedTemporaryFile("w", newline="") as file:
        file.write(text)
        file.flush()
        try:
            botocore.configloader.raw_config_parse(file.name)
            parsed = botocore.configloader.raw_config_parse(file.name, parse_subsections=False)
        except botocore.exceptions.ConfigParseError:
            return {"text": text, "sections": None}
    return {"text": text, "sections": parsed}


def split_row(text):
    try:
        return {"text": text, "words": shlex.split(text)}
    except ValueError:
        return {"text": text, "words": None}


class NoNetwork(botocore.credentials.CredentialProvider):
    METHOD = "none"

    def load(self):
        return None


def endpoint_of(session):
    store = session.get_component("config_store")
    if store.get_config_variable("ignore_configured_endpoint_urls"):
        return None
    provider = botocore.configprovider.ConfiguredEndpointProvider(session.full_config, session.get_scoped_config(),
                                                                 "apigateway")
    return provider.provide()


def chain_row(label, env, config, secrets, profile):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("config", config), ("credentials", secrets)):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        os.environ.clear()
        os.environ.update(kept, AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=folder + "/config",
                          AWS_SHARED_CREDENTIALS_FILE=folder + "/credentials", **env)
        row = {"label": label, "env": env, "config": config, "credentials": secrets, "profile": profile}
        try:
            session = botocore.session.Session(profile=profile)
            found = session.get_credentials()
            row["region"] = session.get_config_variable("region")
            row["keys"] = [found.access_key, found.secret_key, found.token, found.method] if found else None
        except Exception as error:  # whatever it is: an error is what is expected
            row["error"] = type(error).__name__
        if "error" not in row:
            try:
                row["endpoint"] = endpoint_of(session)
            except botocore.exceptions.InvalidConfigError as error:
                row["endpointError"] = type(error).__name__
        return row


def write(name, rows):
    with open(os.path.join(OUT, name), "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")
    print(name, len(rows))


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    write("ini.jsonl", [ini_row(text) for text in INI])
    write("split.jsonl", [split_row(text) for text in SPLIT])
    write("chain.jsonl", [chain_row(*row) for row in CHAIN])
