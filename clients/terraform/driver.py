"""Driver of Terraform with its AWS provider: one call per line of stdin, one answer per line of stdout (clients/README.md).

PutIntegration is an apply of one aws_api_gateway_integration, GetIntegration an import of it, DeleteIntegration the
destruction of one that a state of ours names. Whatever else Terraform asks for meanwhile is answered by the sandbox
(`backdrop` in client.json). The provider is started once (`-debug`) and attached to each run of Terraform, since
starting it takes longer than the call.

Terraform and the provider must be there: nothing is downloaded. The provider is looked for in the folders below, or in
$GWTAPE_TERRAFORM_PLUGINS, unpacked as in a filesystem mirror (HOST/hashicorp/aws/VERSION/OS_ARCH/).
"""

import json
import os
import re
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOTS = ["/usr/share/terraform", "/usr/local/share/terraform", "/opt", "~/.terraform.d"]
SOURCE = "hashicorp/aws"
ADDRESS = "aws_api_gateway_integration.it"
LABELS = {"restApiId": "rest_api_id", "resourceId": "resource_id", "httpMethod": "http_method"}
# Members and the resource's arguments of the same type; tlsConfig is a block.
ARGUMENTS = {**LABELS, "type": "type", "integrationHttpMethod": "integration_http_method", "uri": "uri",
             "connectionType": "connection_type", "connectionId": "connection_id", "credentials": "credentials",
             "requestParameters": "request_parameters", "requestTemplates": "request_templates",
             "passthroughBehavior": "passthrough_behavior", "cacheNamespace": "cache_namespace",
             "cacheKeyParameters": "cache_key_parameters", "contentHandling": "content_handling",
             "timeoutInMillis": "timeout_milliseconds", "responseTransferMode": "response_transfer_mode",
             "integrationTarget": "integration_target"}
TEXT, NUMBER, MAP, LIST = str, int, dict, list
KINDS = {"timeoutInMillis": NUMBER, "requestParameters": MAP, "requestTemplates": MAP, "cacheKeyParameters": LIST,
         "tlsConfig": MAP}
START_SECONDS = 120


class NotInstalled(Exception):
    pass


class Refused(Exception):
    """Terraform's language has no way to say it."""


def find_provider():
    """The provider's program, newest version last by name, and that version."""
    roots = [os.environ["GWTAPE_TERRAFORM_PLUGINS"]] if "GWTAPE_TERRAFORM_PLUGINS" in os.environ else ROOTS
    for root in roots:
        for found in sorted(Path(root).expanduser().glob("**/hashicorp/aws/*/*/terraform-provider-aws*"), reverse=True):
            if os.access(found, os.X_OK):
                return found, found.parts[-3]
    raise NotInstalled("terraform-provider-aws is in no filesystem mirror ($GWTAPE_TERRAFORM_PLUGINS names another)")


def find_terraform():
    program = shutil.which("terraform")
    if not program:
        raise NotInstalled("terraform is not on PATH")
    return program


def version():
    """Without starting the provider, which takes seconds."""
    env = {**os.environ, "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run([find_terraform(), "version", "-json"], env=env, capture_output=True, text=True, check=True)
    return "terraform %s, provider aws %s" % (json.loads(done.stdout)["terraform_version"], find_provider()[1])


def environment():
    env = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    # The provider cannot take a bundle of authorities when it is configured a second time, and needs none: the
    # endpoint is plain HTTP.
    env.pop("AWS_CA_BUNDLE", None)
    env.update(CHECKPOINT_DISABLE="1", TF_IN_AUTOMATION="1")
    return env


def read_line_with(stream, word, seconds):
    """The first line with `word`; what a provider says before is for people."""
    text, ends = "", time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while selector.select(max(0, ends - time.monotonic())):
            more = os.read(stream.fileno(), 65536)
            text += more.decode("utf-8", "replace")
            lines = [line for line in text.split("\n")[:-1] if word in line]
            if lines:
                return lines[0]
            if not more:
                break
    raise RuntimeError("the provider did not say how to attach to it within %d s: %s" % (seconds, text[-300:].strip()))


class Provider:
    """Started when it is first needed, and ended by closing its process group with ours."""

    def __init__(self, env):
        self.env, self.process = env, None

    def attach(self):
        if not self.process:
            self.process = subprocess.Popen([str(find_provider()[0]), "-debug"], env=self.env, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            line = read_line_with(self.process.stdout, "TF_REATTACH_PROVIDERS=", START_SECONDS)
            self.env["TF_REATTACH_PROVIDERS"] = re.search(r"TF_REATTACH_PROVIDERS='(.*)'", line).group(1)

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait()


def verbatim(value):
    """As a string of Terraform's JSON syntax, in which ${ and %{ begin a template."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, dict):
        return {verbatim(name): verbatim(item) for name, item in value.items()}
    return [verbatim(item) for item in value] if isinstance(value, list) else value


def check_value(name, value):
    """Terraform takes null, "", {} and [] for absent, and turns a value of another type into its own."""
    if value is None or value == "" or value == {} or value == []:
        raise Refused("an argument that is null or empty is absent in Terraform: %s" % name)
    if not isinstance(value, KINDS.get(name, TEXT)) or isinstance(value, bool):
        raise Refused("the type of an argument is fixed in Terraform: %s" % name)
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    wanted = bool if name == "tlsConfig" else str
    if any(not isinstance(item, wanted) for item in inner):
        raise Refused("the type of an argument is fixed in Terraform: %s" % name)
    if isinstance(value, list) and len(set(value)) < len(value):
        raise Refused("a set of Terraform holds a value once: %s" % name)


def arguments(given):
    out = {}
    for name, value in given.items():
        if name == "tlsConfig" and value == {}:
            out["tls_config"] = {}
            continue
        check_value(name, value)
        if name == "tlsConfig":
            out["tls_config"] = {re.sub(r"(?=[A-Z])", "_", key).lower(): item for key, item in value.items()}
        elif name in ARGUMENTS:
            out[ARGUMENTS[name]] = verbatim(value)
        else:
            raise Refused("the resource has no such argument: %s" % name)
    return out


def members(attributes):
    """The attributes of a state by the API's names: what Terraform tells its user."""
    out = {name: attributes[argument] for name, argument in ARGUMENTS.items()
           if name not in LABELS and attributes.get(argument) not in (None, "", {}, [])}
    if "integrationHttpMethod" in out:
        out["httpMethod"] = out.pop("integrationHttpMethod")
    if attributes.get("tls_config"):
        out["tlsConfig"] = {"insecureSkipVerification": attributes["tls_config"][0]["insecure_skip_verification"]}
    return out


class Terraform:
    def __init__(self, folder):
        self.folder, self.env = Path(folder), environment()
        self.program = find_terraform()
        self.provider = Provider(self.env)
        self.ready = False

    def run(self, command, *words):
        """Options come before what an import names."""
        done = subprocess.run([self.program, command, "-no-color", "-input=false", *words], cwd=self.folder, env=self.env,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def configure(self, resource):
        config = {"terraform": {"required_providers": {"aws": {"source": SOURCE}}},
                  "provider": {"aws": {"region": os.environ.get("AWS_REGION", "us-east-1"),
                                       "skip_credentials_validation": True, "skip_requesting_account_id": True,
                                       "endpoints": {"apigateway": os.environ["GWTAPE_ENDPOINT"]}}},
                  "resource": {"aws_api_gateway_integration": {"it": resource}}}
        (self.folder / "main.tf.json").write_text(json.dumps(config), encoding="utf-8")
        for name in ("terraform.tfstate", "terraform.tfstate.backup"):
            (self.folder / name).unlink(missing_ok=True)
        self.provider.attach()
        if not self.ready:
            code, said = self.run("init")
            if code:
                raise RuntimeError("terraform init: %s" % said.strip()[-300:])
            self.ready = True

    def state(self):
        state = json.loads((self.folder / "terraform.tfstate").read_text(encoding="utf-8"))
        instances = [i for r in state["resources"] if r["type"] == "aws_api_gateway_integration" for i in r["instances"]]
        return members(instances[0]["attributes"]) if instances else {}

    def write_state(self, labels):
        instance = {"schema_version": 0, "attributes": {**labels, "id": "agi-%(rest_api_id)s" % labels, "type": "MOCK"}}
        resource = {"mode": "managed", "type": "aws_api_gateway_integration", "name": "it", "instances": [instance],
                    "provider": 'provider["registry.terraform.io/%s"]' % SOURCE}
        state = {"version": 4, "terraform_version": "1.0.0", "serial": 1, "lineage": "gwtape", "outputs": {},
                 "resources": [resource]}
        (self.folder / "terraform.tfstate").write_text(json.dumps(state), encoding="utf-8")

    def put(self, given):
        self.configure(arguments(given))
        return self.run("apply", "-auto-approve", "-refresh=false")

    def get(self, given):
        labels = arguments({name: given.get(name) for name in LABELS})
        if any("/" in given[name] for name in LABELS):
            raise Refused("an id of an import must not hold a slash")
        self.configure({**labels, "type": "MOCK"})
        return self.run("import", ADDRESS, "/".join(given[name] for name in LABELS))

    def delete(self, given):
        labels = arguments({name: given.get(name) for name in LABELS})
        self.configure({**labels, "type": "MOCK"})
        self.write_state({argument: given[name] for name, argument in LABELS.items()})
        return self.run("destroy", "-auto-approve", "-refresh=false")

    def perform(self, call):
        verb = {"PutIntegration": self.put, "GetIntegration": self.get, "DeleteIntegration": self.delete}.get(call["operation"])
        if not verb:
            return {"ok": False, "unsupported": True}
        try:
            code, said = verb(call["input"])
        except Refused as why:
            return failure("Refused", str(why), local=True)
        return explain(said) if code else {"ok": True, "output": self.state() if call["operation"] != "DeleteIntegration" else {}}


def failure(code, message, status=None, local=False):
    return {"ok": False, "error": {"code": code, "message": message, "status": status, "local": local}}


def explain(said):
    """Terraform wraps its lines, so the words may be on several."""
    text = " ".join(said.split())
    message = text[max(text.find("Error:"), 0):][:2000]
    answered = re.search(r"StatusCode: (\d+)", text)
    if answered and answered.group(1) != "0":
        code = re.search(r"api error (\w+)|RequestID: [^,]*, (\w+):", text)
        return failure((code.group(1) or code.group(2)) if code else "HTTP", message, int(answered.group(1)))
    if "Cannot import non-existent remote object" in text:
        return failure("NotFoundException", message, 404)
    return failure("Terraform", message, local="request send failed" not in text)


def main():
    try:
        if sys.argv[1:] == ["--version"]:
            print(version())
            return
        with tempfile.TemporaryDirectory(prefix="gwtape-terraform-") as folder:
            terraform = Terraform(folder)
            try:
                for line in sys.stdin:
                    call = json.loads(line)
                    print(json.dumps({"id": call["id"], **terraform.perform(call)}), flush=True)
            finally:
                terraform.provider.close()
    except NotInstalled as why:
        sys.exit(str(why))


if __name__ == "__main__":
    main()
