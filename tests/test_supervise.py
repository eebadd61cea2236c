"""The supervisor behind `make run`, with real processes."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "supervise.py"
FOREVER = [sys.executable, "-c", "import signal; print('ready', flush=True); signal.pause()"]
LEAVES_AN_ORPHAN = [
    sys.executable,
    "-c",
    f"import subprocess; child = subprocess.Popen({FOREVER!r}, stdout=subprocess.PIPE); child.stdout.readline()",
]


@pytest.fixture(scope="module")
def supervise():
    spec = importlib.util.spec_from_file_location("supervise", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["supervise"] = module
    spec.loader.exec_module(module)
    return module


def group_is_alive(group):
    """A killed orphan waits for init to collect it: a zombie is not alive."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, _, process_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(process_group) == group and state != "Z":
            return True
    return False


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        os.sched_yield()


def test_a_dead_child_is_started_again_later_and_later(supervise, capfd):
    child = supervise.Child("worker", [sys.executable, "-c", "raise SystemExit(3)"])
    delays = []
    for _ in range(3):
        child.not_before = 0
        child.check(os.environ)
        child.process.wait()
        child.check(os.environ)
        delays.append(child.delay)

    assert delays == [0.5, 1.0, 2.0]
    assert "« worker » s’est arrêté (code 3)" in capfd.readouterr().err


def test_a_child_waits_for_its_turn(supervise):
    child = supervise.Child("worker", FOREVER, not_before=time.monotonic() + 60)

    child.check(os.environ)

    assert child.process is None


def test_what_a_dead_child_leaves_behind_is_killed(supervise):
    child = supervise.Child("worker", LEAVES_AN_ORPHAN)
    child.check(os.environ)
    group = child.process.pid
    child.process.wait()
    assert group_is_alive(group)

    child.check(os.environ)

    wait_until(lambda: not group_is_alive(group))


def test_stop_ends_every_child(supervise):
    children = [supervise.Child(name, FOREVER) for name in ("web", "worker")]
    for child in children:
        child.check(os.environ)

    supervise.stop(children)

    assert [child.process.wait() for child in children] == [-signal.SIGTERM] * 2


def test_a_data_folder_has_one_supervisor_at_a_time(supervise, tmp_path, monkeypatch):
    monkeypatch.setattr(supervise, "LOCK_WAIT", 0)
    first = supervise.take_lock(tmp_path)

    with pytest.raises(supervise.CannotStart, match=f"tourne déjà sur {tmp_path} \\(processus {os.getpid()}\\)"):
        supervise.take_lock(tmp_path)

    first.close()
    supervise.take_lock(tmp_path).close()


def test_a_new_start_kills_what_an_earlier_one_left_on_the_same_folder_only(supervise, tmp_path):
    def start(data_dir):
        environment = os.environ | {supervise.MARK: str(data_dir)}
        process = subprocess.Popen(FOREVER, env=environment, stdout=subprocess.PIPE, start_new_session=True)
        process.stdout.readline()
        return process

    with start(tmp_path) as ours, start(tmp_path / "other") as theirs:
        assert supervise.leftovers(tmp_path) == [ours.pid]

        os.kill(ours.pid, signal.SIGSTOP)  # even one that would not answer a polite request
        supervise.kill_leftovers(tmp_path)

        assert ours.wait() == -signal.SIGKILL
        assert theirs.poll() is None
        theirs.kill()


def test_a_port_already_taken_is_said(supervise):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(supervise.CannotStart, match=f"Le port {port} est déjà pris"):
            supervise.check_port(port)


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_said(supervise, monkeypatch, text):
    monkeypatch.setenv("PORT", text)

    with pytest.raises(supervise.CannotStart, match="PORT doit être un nombre"):
        supervise.read_port()
