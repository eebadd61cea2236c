"""Run the very processes of docker-compose.yml against a local PostgreSQL and Redis, and ask them for their health.

DATABASE_URL and BROKER_URL name those servers. Everything else (commands, environment, secrets as files) is read from
the compose file, so that what is proved here is what Docker would start. Exit 0 when all is well.
"""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
ONE_SHOT = "migrate"
LASTING = ["web", "worker", "worker-pdf", "beat"]
HOST = "cite.example"
PATIENCE = 60  # seconds


def environment_of(service, scratch, port):
    """The service's environment, with this machine's addresses and folders in the place of the containers'."""
    for name, value in {"secret_key": secrets.token_urlsafe(64), "postgres_password": "unused"}.items():
        (scratch / name).write_text(value + "\n")
    given = {name: value.replace("/run/secrets", str(scratch)) for name, value in service["environment"].items()}
    return (
        os.environ
        | given
        | {
            "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
            "DEBUG": "0",
            "ALLOWED_HOSTS": HOST,
            "CSRF_TRUSTED_ORIGINS": f"https://{HOST}",
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "BROKER_URL": os.environ["BROKER_URL"],
            "DATA_DIR": str(scratch),
            "STATIC_ROOT": str(scratch / "static"),
            "PORT": str(port),
            "HOSTNAME": socket.gethostname(),
        }
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, path, *, https=False):
    """(status, headers, body) of one request, (0, {}, b"") while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": HOST} | ({"X-Forwarded-Proto": "https"} if https else {}))
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    except OSError:
        return 0, {}, b""
    finally:
        connection.close()


def wait_for_health(port):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        status, _, body = ask(port, "/sante/")
        if status == 200:
            return json.loads(body)
        time.sleep(1)
    raise SystemExit(f"/sante/ is not well after {PATIENCE} s: {status} {body.decode()[:500]}")


def check(condition, sentence):
    if not condition:
        raise SystemExit(f"Failed: {sentence}")
    print(f"  ok  {sentence}", flush=True)


def kill_group(process):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def stop(processes):
    for process in processes.values():
        process.send_signal(signal.SIGTERM)
    return {name: process.wait(timeout=30) for name, process in processes.items()}


def main():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as cleanup:
        scratch = Path(folder)
        environment = environment_of(services[ONE_SHOT], scratch, port)

        def run(command):
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode

        check(run(services[ONE_SHOT]["command"]) == 0, "the migrate service ends well")
        check(run(["python", "manage.py", "collectstatic", "--no-input", "-v0"]) == 0, "static files are gathered")
        processes = {}
        for name in LASTING:
            command = [word.replace("/tmp/", f"{scratch}/") for word in services[name]["command"]]  # noqa: S108
            processes[name] = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
            cleanup.callback(kill_group, processes[name])

        health = wait_for_health(port)
        check(health["database"]["engine"] == "postgresql", "/sante/ answers 200 on PostgreSQL")
        check(all(part["ok"] for part in health["worker"].values()), "beat, broker and both workers are alive")
        check(run(services["web"]["healthcheck"]["test"][1:]) == 0, "the health check of web passes")
        ping = services["worker"]["healthcheck"]["test"][1].replace("$$", "$")
        check(run(["sh", "-c", ping]) == 0, "the health check of the workers passes")
        check(ask(port, "/")[0] == 301, "plain HTTP is sent to HTTPS")
        status, headers, _ = ask(port, "/", https=True)
        check(status == 302 and "Content-Security-Policy" in headers, "a stranger is sent to the sign-in page")
        codes = stop(processes)
        check(set(codes.values()) == {0}, f"every process stops by itself on SIGTERM {codes}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
