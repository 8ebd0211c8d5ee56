#!/usr/bin/env python3
"""Share of expected fields that `faultline parse` reads from lines of servers.

usage: crowdsec.py [--faultline PATH] [--rules PATH] [--bar SHARE] [--verbose] [CASES.jsonl]

CASES is by default parse/crowdsec_cases.jsonl in $FAULTLINE_DATA, which is by default
../shared/data beside the checkout; the exit status is 77 where it is not there.
It holds a line's expected fields (`parsed`, `meta`) by the names of CrowdSec's
parsers (MIT, https://github.com/crowdsecurity/hub). Each line is written to a file, with
its syslog head where the expectation has one, and read by `faultline parse
--show-private`. docs/rules.md has the table of names; NAMES below is that table.
Exits 1 when the share over all suites is below the bar.
"""
import argparse
import collections
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Name of a field there -> names here, the first that has a value counts.
# "@x" is a field of the event, the others are attributes.
NAMES = {
    "remote_addr": ["client.address"], "source_ip": ["client.address"], "clientip": ["client.address"],
    "client_ip": ["client.address"], "remote_ip": ["client.address"], "sshd_client_ip": ["client.address"],
    "dovecot_remote_ip": ["client.address"], "client": ["client.address"],
    "raw_remote_addr": ["network.peer.address", "envoy.x_forwarded_for"],
    "remote_port": ["client.port"], "client_port": ["client.port"], "source_port": ["client.port"],
    "sshd_client_port": ["client.port"], "sshd_port": ["client.port"],
    "target_ip": ["network.local.address"], "target_port": ["network.local.port"], "dest_ip": ["network.local.address"],
    "dest_port": ["network.local.port"], "dovecot_local_ip": ["network.local.address"],
    "remote_user": ["user.name"], "auth": ["user.name"], "user": ["user.name", "db.user"],
    "username": ["user.name"], "target_user": ["user.name"], "sshd_invalid_user": ["user.name"],
    "sshd_auth_user": ["user.name"], "dovecot_user": ["user.name"], "pgsql_user": ["user.name"],
    "pgsql_target_user": ["db.user"],
    "verb": ["http.request.method"], "http_method": ["http.request.method"], "http_verb": ["http.request.method"],
    "request": ["url.original", "url.path"], "http_path": ["url.original", "url.path"],
    "http_request": ["url.original", "url.path"], "rawrequest": ["url.original"], "path_db": ["url.original", "url.path"],
    "targeturi": ["url.original"],
    "status": ["http.response.status_code"], "response": ["http.response.status_code"],
    "http_status": ["http.response.status_code"], "http_status_code": ["http.response.status_code"],
    "elb_status_code": ["http.response.status_code"], "target_status_code": ["upstream.status_code"],
    "upstream_status": ["upstream.status_code"],
    "body_bytes_sent": ["http.response.body.size"], "bytes": ["http.response.body.size"],
    "bytes_sent": ["http.response.size", "http.response.body.size"], "bytes_read": ["http.response.size"], "sent_bytes": ["http.response.size"],
    "received_bytes": ["http.request.size"],
    "http_referer": ["http.request.header.referer"], "referrer": ["http.request.header.referer"],
    "http_user_agent": ["user_agent.original"], "http_version": ["network.protocol.version"],
    "httpversion": ["network.protocol.version"], "ident": ["ident"],
    "target_fqdn": ["server.address"], "http_host": ["server.address"], "host": ["server.address"],
    "port": ["server.port"], "http_port": ["server.port"], "scheme": ["url.scheme"],
    "protocol": ["url.scheme", "dovecot.protocol"], "request_time": ["duration.s"], "gzip_ratio": ["nginx.gzip_ratio"],
    "upstream_cache_status": ["nginx.upstream_cache_status"],
    "machine": ["@host"], "log_type": ["log_type"], "sub_type": ["sub_type"],
    "service": ["network.protocol.name", "@service"], "program": ["@service"],
    "pid": ["process.pid"], "PID": ["process.pid"], "tid": ["thread.id"], "thread_id": ["thread.id"],
    "cid": ["nginx.connection_id"], "loglevel": ["@severityText"], "log_level": ["@severityText"],
    "auth_method": ["auth.method"], "db": ["db.namespace"], "pgsql_dbname": ["db.namespace"],
    "using_password": ["mysql.using_password"], "authentication_database": ["mongodb.authentication_database"],
    "asterisk_service": ["asterisk.service"], "asterisk_session_id": ["@ids.session"], "session_id": ["@ids.session"],
    "sshd_protocol": ["ssh.protocol"], "sshd_trail": ["ssh.key"], "pam_type": ["pam_type"], "euid": ["euid"],
    "dovecot_login_message": ["dovecot.login_message"], "dovecot_login_result": ["dovecot_login_result"],
    "dovecot_user_backend": ["dovecot.backend"], "auth_func": ["dovecot.function"],
    "action": ["postfix.action"], "command": ["smtp.command"], "reason": ["reason"],
    "remote_host": ["postfix.client_name"], "source_hostname": ["postfix.client_name"],
    "smtp_return_codes": ["smtp.return_codes"], "smtp_basic_status_code": ["smtp.status_code"],
    "smtp_enhanced_status_code": ["smtp.enhanced_status_code"],
    "event_inc_id": ["event.sequence"], "auditd_eventid": ["event.sequence"], "msg_type": ["audit.msg_type"],
    "exe": ["process.executable.path"], "tty": ["audit.tty"], "uid": ["audit.uid", "process_user_id"],
    "auid": ["audit.auid"], "ppid": ["process.parent_pid"],
    "auth_status": ["grafana.auth_status"], "parsed_message": ["@message"], "error": ["@errorCode"],
    "modsecmessage": ["waf.message"], "rulefile": ["waf.rule_file"], "ruleid": ["rule.id"], "rule_id": ["rule.id"],
    "ruleline": ["waf.rule_line"], "rulemessage": ["rule.description"], "modsec_message": ["rule.description"],
    "ruledata": ["waf.data"], "modsec_ruledata": ["waf.data"], "ruleseverity": ["waf.severity"],
    "uniqueid": ["@ids.request"], "version": ["rule.version"], "maturity": ["waf.maturity"], "accuracy": ["waf.accuracy"],
    **{f"ruletag{i}": [f"waf.tag{i}"] for i in range(8)},
    "type": ["aws_alb.type"], "elb": ["aws_alb.name"], "target_addr": ["upstream.address"],
    "target_port": ["aws_alb.target_port", "network.local.port"], "domain_name": ["tls.server.name"],
    "request_processing_time": ["aws_alb.request_processing_time_s"],
    "target_processing_time": ["aws_alb.target_processing_time_s"],
    "response_processing_time": ["aws_alb.response_processing_time_s"],
    "ssl_cipher": ["tls.cipher"], "ssl_protocol": ["tls.protocol.version"],
    "target_group_arn": ["aws_alb.target_group_arn"], "trace_id": ["aws_alb.trace_id"],
    "chosen_cert_arn": ["aws_alb.certificate_arn"], "error_reason": ["aws_alb.error_reason"],
    "matched_rule_priority": ["aws_alb.matched_rule_priority"], "redirect_url": ["aws_alb.redirect_url"],
    "request_creation_time": ["aws_alb.request_creation_time"], "actions_executed": ["aws_alb.actions_executed"],
    "target_list": ["aws_alb.target_list"], "target_status_code_list": ["aws_alb.target_status_code_list"],
    "classification": ["aws_alb.classification"], "classification_reason": ["aws_alb.classification_reason"],
    "conn_trace_id": ["aws_alb.conn_trace_id"], "transformed_host": ["aws_alb.transformed_host"],
    "transformed_uri": ["aws_alb.transformed_uri"], "request_transform_status": ["aws_alb.request_transform_status"],
    "number_of_requests_received_since_traefik_started": ["traefik.request_count"],
    "traefik_router_name": ["traefik.router_name"], "traefik_server_url": ["traefik.server_url"],
    "request_duration_in_ms": ["duration.ms", "traefik.duration_ns"], "service_addr": ["upstream.address"],
    "request_addr": ["traefik.request_address"],
    **{name: [f"haproxy.{name}"] for name in (
        "frontend_name", "backend_name", "server_name", "captured_request_cookie", "captured_response_cookie",
        "termination_state", "actconn", "feconn", "beconn", "srvconn", "retries", "srv_queue", "backend_queue")},
    **{f"time_{name}": [f"haproxy.time_{name}_ms"] for name in ("request", "queue", "backend_connect", "backend_response")},
    "time_duration": ["duration.ms"], "err_code": ["@errorCode"], "subsystem": ["mysql.subsystem"],
    "target_server": ["upstream.address"], "x_forwarded_for": ["envoy.x_forwarded_for", "x-forwarded-for"],
    "bytes_received": ["http.request.body.size"], "duration": ["duration.ms", "duration"],
    "request_id": ["@ids.request"], "response_flags": ["envoy.response_flags", "response_flags"],
    "upstream_host": ["upstream.address"], "upstream_service_time": ["envoy.upstream_service_time_ms"],
}
# Times, as any text that names the moment of the event.
TIMES = {"timestamp", "time_local", "time", "timestamp8601", "datetime", "accept_date", "event_timestamp"}
# Parts of what was compared already, and what describes how the line came in.
LEFT_OUT = {"logsource", "hostname", "seq_id", "proxy_ip", "proxy_port", "syslog_priority", "syslog_version", "cri_timestamp", "logtag", "stream",
            "stage_log", "log_format", "auth_result", "zone", "message", "date", "day", "month", "year",
            "dest_addr", "traefik_router_name_root", "traefik_router_name_leaf", "traefik_router_name_intermediate",
            "traefik_router_intermediate", "traefik_router_leaf"}
LEFT_OUT_PREFIXES = ("ts_", "haproxy_", "traefik_router_")


def line_of(case):
    """The line as its server wrote it, or None where the expectation does not hold all of it."""
    fields = case["parsed"]
    message = fields.get("message")
    if message is None:
        return None
    if "cid" in fields or fields.get("loglevel"):  # nginx's message is the middle of its line
        if "connected to" in message:
            return message
        return None
    if "syslog_priority" in fields and "timestamp8601" in fields:
        return (f"<{fields['syslog_priority']}>1 {fields['timestamp8601']} {case['meta'].get('machine', '-')} "
                f"{fields['program']} {fields.get('pid', '-')} - - {message}")
    if fields.get("logsource") == "syslog" and "timestamp" in fields:
        pid = f"[{fields['pid']}]" if "pid" in fields else ""
        host = case["meta"].get("machine", "localhost")
        return f"{fields['timestamp']} {host} {fields['program']}{pid}: {message}"
    return message


def nginx_line(case):
    """An error line of nginx, put together again from its parts."""
    fields = case["parsed"]
    if not {"cid", "time", "loglevel", "pid", "tid", "remote_addr", "message"} <= fields.keys():
        return None
    line = (f"{fields['time']} [{fields['loglevel']}] {fields['pid']}#{fields['tid']}: *{fields['cid']} "
            f"{fields['message']}, client: {fields['remote_addr']}")
    if "dest_ip" in fields:
        login = f", login: \"{fields['username']}\"" if "username" in fields else ""
        return f"{line}, server: {fields['dest_ip']}:{fields['dest_port']}{login}"
    version = f" HTTP/{fields['http_version']}" if "http_version" in fields else ""
    return (f"{line}, server: {fields.get('target_fqdn', '')}, request: \"{fields.get('verb', 'GET')} "
            f"{fields.get('request', '/')}{version}\", host: \"{fields.get('target_fqdn', 'localhost')}\"")


def moment(text):
    text = text.strip().replace(",", ".")
    for form in ("%d/%b/%Y:%H:%M:%S %z", "%d/%b/%Y:%H:%M:%S.%f", "%d-%b-%Y %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S",
                 "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%y-%m-%d %H:%M:%S.%f"):
        try:
            time = datetime.datetime.strptime(text, form)
            return time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)
        except ValueError:
            pass
    if re.fullmatch(r"\d{10}\.\d+", text):
        return datetime.datetime.fromtimestamp(float(text), datetime.timezone.utc)
    text = re.sub(r"(\.\d{6})\d+", r"\1", text.replace("Z", "+00:00"))
    text = re.sub(r"\.(\d{1,5})(?=\D|$)", lambda found: "." + found[1].ljust(6, "0"), text)
    text = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text)
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)


def same_time(expected, event):
    wanted = moment(expected)
    if wanted is None:  # "Nov 2 15:40:14", "5:13:12": no moment by itself
        return None
    return abs((moment(event["time"]) - wanted).total_seconds()) < 1e-3


def value_of(event, name):
    if name.startswith("@ids."):
        return event.get("ids", {}).get(name[5:])
    return event.get(name[1:]) if name.startswith("@") else event.get("attributes", {}).get(name)


def equals(expected, name, value):
    """Ids are kept without the dashes of a UUID, in small letters."""
    if name.startswith("@ids.") and re.fullmatch(r"[0-9A-Fa-f-]{36}", expected):
        expected = expected.replace("-", "").lower()
    return expected == value


def differences(case, line, event):
    """(equal, [(name, expected, got)]) over the fields that can be compared."""
    equal, wrong = 0, []
    for name, expected in {**case["meta"], **case["parsed"]}.items():
        if name in LEFT_OUT or name.startswith(LEFT_OUT_PREFIXES):
            continue
        if name in ("machine", "program", "pid") and expected not in line:
            continue
        if name == "program" and line == case["parsed"].get("message"):  # how the line came in says it
            continue
        if name in TIMES:
            same = same_time(expected, event)
            if same is None:
                continue
            got = event["time"]
        else:
            got = next((v for v in (value_of(event, n) for n in NAMES.get(name, [])) if v is not None), None)
            same = any(equals(expected, n, value_of(event, n)) for n in NAMES.get(name, []))
        if same:
            equal += 1
        else:
            wrong.append((name, expected, got))
    return equal, wrong


def parse(faultline, rules, lines):
    """One event for each line."""
    events = []
    with tempfile.TemporaryDirectory() as folder:
        for number, line in enumerate(lines):
            with open(os.path.join(folder, f"{number:05}.log"), "w", encoding="utf-8") as out:
                out.write(line + "\n")
        names = sorted(os.listdir(folder))
        done = subprocess.run([faultline, "parse", "--show-private", "-q", "--rules", rules, *names], cwd=folder,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"faultline parse failed: {done.stderr.strip()}")
    by_source = {}
    for text in done.stdout.splitlines():
        event = json.loads(text)
        by_source.setdefault(event.get("source"), event)
    for number in range(len(lines)):
        events.append(by_source.get(f"{number:05}.log"))
    return events


def score(options, path):
    """{suite: [lines, fields equal, fields]} and how many events hold a line; `options` has faultline, rules, verbose."""
    with open(path, encoding="utf-8") as source:
        cases = [json.loads(line) for line in source]
    told = [(case, line) for case in cases for line in [line_of(case) or nginx_line(case)] if line is not None]
    events = parse(options.faultline, options.rules, [line for _, line in told])
    suites = collections.defaultdict(lambda: [0, 0, 0])
    for (case, line), event in zip(told, events):
        equal, wrong = differences(case, line, event or {"time": "1970-01-01T00:00:00Z"})
        for at, more in enumerate((1, equal, equal + len(wrong))):
            suites[case["suite"]][at] += more
        for name, expected, got in wrong if options.verbose else []:
            rule = (event or {}).get("rule")
            print(f"{case['suite']}: {name}: expected {expected!r}, got {got!r} (rule {rule}): {line[:200]}")
    return suites, len(cases)


def totals(suites):
    """(fields equal, fields) over all suites."""
    return sum(counts[1] for counts in suites.values()), sum(counts[2] for counts in suites.values())


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--faultline", default=os.path.join(ROOT, "build", "bin", "faultline"))
    options.add_argument("--rules", default=os.path.join(ROOT, "deploy", "rules"))
    options.add_argument("--bar", type=float, default=0.95)
    options.add_argument("--verbose", action="store_true", help="every field that differs")
    data = os.environ.get("FAULTLINE_DATA", os.path.join(ROOT, "..", "shared", "data"))
    options.add_argument("cases", nargs="?", default=os.path.join(data, "parse", "crowdsec_cases.jsonl"))
    options = options.parse_args()
    if not os.path.exists(options.cases):
        print(f"skipped: no {options.cases}; set FAULTLINE_DATA", file=sys.stderr)
        sys.exit(77)
    suites, cases = score(options, options.cases)
    print(f"{'suite':34} {'lines':>5} {'fields':>7} {'equal':>7} {'share':>7}")
    for suite, (count, equal, fields) in sorted(suites.items()):
        print(f"{suite:34} {count:5} {fields:7} {equal:7} {equal / max(fields, 1):7.1%}")
    equal, fields = totals(suites)
    share, told = equal / max(fields, 1), sum(counts[0] for counts in suites.values())
    print(f"{'all':34} {told:5} {fields:7} {equal:7} {share:7.1%}   bar {options.bar:.0%}; "
          f"{cases - told} of {cases} events hold no line")
    return 0 if share >= options.bar else 1


if __name__ == "__main__":
    sys.exit(main())
