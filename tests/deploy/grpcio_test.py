"""A stranger's Python client: grpcio over gRPC, and plain HTTP, give the same answer as the program."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.request

from programs import RULES, SampleCase, Server, rows

PROTO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../proto")
SERVICE = "faultline.v1.FailureQueryService"

try:
    import grpc
    from google.protobuf import json_format
except ImportError as error:
    # The packages are Debian's, and so for Debian's interpreter, which another may hide.
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print(f"skipped: {error}; install python3-grpcio and python3-protobuf")
    sys.exit(77)


def generated():
    """The module that protoc makes of the service."""
    folder = tempfile.mkdtemp(prefix="faultline-protos-")
    files = [os.path.join(PROTO, "faultline/v1", name) for name in os.listdir(os.path.join(PROTO, "faultline/v1"))]
    subprocess.run(["protoc", f"-I{PROTO}", f"--python_out={folder}", *files], check=True)
    sys.path.insert(0, folder)
    from faultline.v1 import failure_query_service_pb2
    return failure_query_service_pb2


class StrangersTest(SampleCase):
    def test_grpcio_and_http_give_the_answer_of_the_program(self):
        messages = generated()
        store = ("--set", f"store.path={self.path('store')}", "--set", f"rules.paths={RULES}")
        with Server(*store, "--set", f"files.paths={','.join(self.files)}", "--set", "files.follow=false") as server:
            http = server.wait_for(r"http started port=(\d+)").group(1)
            target = "127.0.0.1:" + server.wait_for(r"queries answered port=(\d+)").group(1)
            if "all input read" not in server.log:
                server.wait_for("all input read")
            with grpc.insecure_channel(target) as channel:
                correlate = channel.unary_unary(f"/{SERVICE}/Correlate", messages.CorrelateRequest.SerializeToString,
                                                messages.CorrelateResponse.FromString)
                answer = correlate(messages.CorrelateRequest(page_size=1000), timeout=20)
                with self.assertRaises(grpc.RpcError) as refused:
                    correlate(messages.CorrelateRequest(client_filter="sevice = x"), timeout=20)
                self.assertEqual(refused.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
            request = urllib.request.Request(f"http://127.0.0.1:{http}/{SERVICE}/Correlate", b'{"pageSize":1000}',
                                             {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=20) as reply:
                over_http = json.load(reply)
            said = rows("correlate", "--limit", "0", "--server", target)
            self.assertEqual(server.stop()[0], 0)
        self.assertTrue(answer.pairs)
        self.assertEqual(json_format.ParseDict(over_http, messages.CorrelateResponse()).pairs, answer.pairs)
        self.assertEqual([json_format.ParseDict(row, messages.CorrelatedPair()) for row in said], list(answer.pairs))


if __name__ == "__main__":
    unittest.main()
