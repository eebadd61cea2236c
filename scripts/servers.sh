# Sourced by .ci/run: PostgreSQL and Redis on this machine, started if they are stopped, installed if root and absent.

answers_postgresql() { psql -q "postgres://postgres@127.0.0.1:5432/postgres" -c "SELECT 1" >/dev/null 2>&1; }
answers_redis() { [ "$(redis-cli -h 127.0.0.1 ping 2>/dev/null)" = PONG ]; }

install_servers() {
    local missing=()
    ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
    command -v redis-server >/dev/null || missing+=(redis-server)
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "PostgreSQL and Redis are needed: install ${missing[*]}." >&2
        return 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Under CI, where the machine is ours, a fresh cluster is told to trust `postgres` on the loopback.
start_postgresql() {
    local version
    version="$(pg_lsclusters -h | awk 'NR == 1 {print $1}')"
    [ -n "$version" ] || return 1
    pg_ctlcluster "$version" main start 2>/dev/null || true
    wait_for answers_postgresql && return 0
    [ "$(id -u)" = 0 ] && [ -n "${CI:-}" ] || return 1
    sed -i '1i host all postgres 127.0.0.1/32 trust' "/etc/postgresql/$version/main/pg_hba.conf"
    pg_ctlcluster "$version" main reload
    wait_for answers_postgresql
}

wait_for() {
    for _ in $(seq 50); do
        "$1" && return 0
        sleep 0.2
    done
    return 1
}

start_servers() {
    answers_postgresql && answers_redis && return 0
    install_servers
    if ! answers_postgresql && ! start_postgresql; then
        echo "PostgreSQL does not answer user postgres on 127.0.0.1:5432." >&2
        return 1
    fi
    if ! answers_redis; then
        redis-server --daemonize yes --bind 127.0.0.1 --port 6379 --save '' --appendonly no >/dev/null
        wait_for answers_redis || { echo "Redis does not answer on 127.0.0.1:6379." >&2 && return 1; }
    fi
}
