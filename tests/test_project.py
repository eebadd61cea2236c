"""The repository as a whole: settings, locks, commands, deployment files."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
APPS = ["cite_educative", "partners", "actions", "governance", "evaluation"]
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "cite.example",
    "BROKER_URL": "redis://127.0.0.1/0",
}
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = ["migrate", "web", "worker", "worker-pdf", "beat"]


def evaluate(expression, environment):
    """(exit code, last line) of an expression on fresh settings, under these variables only."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    script = f"import cite_educative.settings as s; print({expression})"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).strip().splitlines()[-1]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without_its_secrets(missing, tmp_path):
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}

    code, line = evaluate("s.DEBUG", environment | {"DATA_DIR": str(tmp_path)})

    assert code != 0
    assert f"{missing} must be set" in line


def test_the_default_is_production():
    code, line = evaluate("s.DEBUG", {})

    assert code != 0
    assert "SECRET_KEY must be set" in line


def test_production_is_closed_by_default(tmp_path):
    expression = (
        "s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0"
    )
    assert evaluate(expression, PRODUCTION | {"DATA_DIR": str(tmp_path)}) == (0, "False True True True True")


def test_secrets_are_read_from_files_without_their_last_newline(tmp_path):
    for name, value in {"key": "k" * 60, "password": "p:w/d"}.items():
        (tmp_path / name).write_text(f"{value}\n")
    environment = PRODUCTION | {
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY_FILE": str(tmp_path / "key"),
        "DATABASE_URL": "postgres://cite@postgres:5432/cite",
        "DATABASE_PASSWORD_FILE": str(tmp_path / "password"),
    }
    code, line = evaluate("(s.SECRET_KEY, s.DATABASES['default']['PASSWORD'])", environment)

    assert (code, line) == (0, f"({'k' * 60!r}, 'p:w/d')")


def test_postgresql_limits_statements_and_locks(tmp_path):
    environment = PRODUCTION | {"DATA_DIR": str(tmp_path), "DATABASE_URL": "postgres://cite@postgres/cite"}
    code, line = evaluate("s.DATABASES['default']['OPTIONS']['options']", environment)

    assert (code, line) == (0, "-c jit=off -c statement_timeout=10000 -c lock_timeout=5000")


def test_empty_addresses_mean_the_embedded_profile(tmp_path):
    environment = {"DEBUG": "1", "DATA_DIR": str(tmp_path), "DATABASE_URL": "", "BROKER_URL": ""}
    code, line = evaluate("s.DATABASES['default']['ENGINE'], s.CELERY_BROKER_URL.split(':')[0]", environment)

    assert (code, line) == (0, "django.db.backends.sqlite3 filesystem")


def test_requests_are_not_wrapped_in_transactions():
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_have_exact_versions_hashes_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
    requirements = re.findall(r"^[A-Za-z0-9].*", text, re.MULTILINE)

    assert len(requirements) > 30
    assert "://" not in text
    assert [line for line in requirements if "==" not in line or "--hash=sha256:" not in line] == []


def test_both_locks_agree():
    def versions(name):
        return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    run, dev = versions("requirements.lock"), versions("requirements-dev.lock")

    assert run.items() <= dev.items()


@pytest.mark.parametrize("target", ["run", "test", "lint", "fix", "migrate", "demo", "bench", "clean", "help"])
def test_make_help_tells_every_command(target):
    done = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert re.search(rf"^  make {target} +\S", done.stdout, re.MULTILINE)


def test_compose_runs_one_beat_and_feeds_every_queue():
    commands = {name: COMPOSE["services"][name]["command"] for name in OURS}

    assert [name for name, command in commands.items() if "beat" in command] == ["beat"]
    consumed = [command[command.index("-Q") + 1] for command in commands.values() if "-Q" in command]
    assert sorted(consumed) == sorted(settings.QUEUES)


def test_compose_lets_a_render_end_before_it_stops_a_worker():
    assert settings.CELERY_TASK_TIME_LIMIT <= 180
    assert {COMPOSE["services"][name]["stop_grace_period"] for name in ("worker", "worker-pdf")} == {"3m"}


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_compose_services_are_confined(name):
    service = COMPOSE["services"][name]

    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit", "healthcheck"} <= service.keys()


def test_compose_holds_no_secret():
    for service in COMPOSE["services"].values():
        named = [name for name in service.get("environment", {}) if re.search("SECRET|PASSWORD", name)]
        assert all(name.endswith("_FILE") for name in named)


def test_the_image_does_not_run_as_root():
    users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)

    assert users
    assert users[-1] not in {"root", "0"}


def models_modules():
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "models" in {path.stem, path.parent.name}:
                yield path


def test_models_know_nothing_of_requests_and_queues():
    """import-linter cannot name a part of a package it does not own."""
    guilty = []
    for path in models_modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            guilty += [f"{path}: {name}" for name in names if name.startswith(("django.http", "celery"))]

    assert guilty == []
