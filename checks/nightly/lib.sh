# Sourced by the scripts beside it, which are run with bash. Sets `root` and `work`, a folder that is deleted at the end;
# ends every program that was started by `start` or `serve`, by its process id.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
work=$(mktemp -d)
started=()

. "$root/.mvn/find-jdk.sh"
find_jdk || { echo "no JDK 25 found; set JAVA_HOME to one" >&2; exit 2; }

clean() {
    local pid
    for pid in "${started[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${started[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    if [ -n "${KEEP:-}" ]; then
        echo "logs are kept in $work"
    else
        rm -rf "$work"
    fi
}
trap clean EXIT
trap 'exit 130' INT TERM

# need COMMAND PACKAGE ...: installs the Debian packages whose commands are missing when that is possible.
need() {
    local missing=() names=""
    while [ $# -gt 0 ]; do
        if ! command -v "$1" >/dev/null; then
            missing+=("$2")
            names="$names $1"
        fi
        shift 2
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "missing:$names (Debian: apt-get install ${missing[*]})" >&2
        exit 2
    fi
    echo "installing ${missing[*]} ..."
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        "${missing[@]}"; } >"$work/apt.log" 2>&1 </dev/null; then
        tail -n 5 "$work/apt.log" >&2
        echo "could not install ${missing[*]}" >&2
        exit 2
    fi
}

# start LOG COMMAND ...: runs a program until the script ends. Its process id is in `pid`.
start() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    started+=("$pid")
}

# serve PROGRAM [OPTION ...]: serves an application on a free port, by waiup, which has connections run on loops; with
# MODE=shared without it, on the default scheduler. Sets `pid`, `port` and `url`.
serve() {
    local log=$work/server.log seconds=0
    : >"$log" # of a server that was started before
    if [ "${MODE:-loops}" = shared ]; then
        "$root/waiup" --version >/dev/null # builds what is missing
        port=$(run FreePorts.java 1)
        start "$log" "$JAVA_HOME/bin/java" "-Dport=$port" -cp "$root/runner/target/app/*" "$1"
        await "$port" "$pid" "$log"
        url=http://127.0.0.1:$port
        return
    fi
    start "$log" "$root/waiup" --no-lint --port 0 "${@:2}" "$1"
    until url=$(grep -Eosm1 'https?://[0-9.:]+' "$log"); do
        kill -0 "$pid" 2>/dev/null || { cat "$log" >&2; exit 2; }
        [ "$seconds" -lt 300 ] || { echo "$1 is not served after 5 minutes" >&2; exit 2; }
        sleep 0.2
        seconds=$((seconds + 1))
    done
    port=${url##*:}
}

# run PROGRAM [ARGUMENT ...]: runs a Java program of this folder.
run() {
    local program=$1
    shift
    "$JAVA_HOME/bin/java" -Xmx512m "$here/$program" "$@"
}

# await PORT PID LOG: waits until somebody listens on a port of this machine.
await() {
    local tries=0
    until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
        kill -0 "$2" 2>/dev/null || { cat "$3" >&2; echo "ended before it listened on $1" >&2; exit 2; }
        [ "$tries" -lt 200 ] || { cat "$3" >&2; echo "does not listen on $1" >&2; exit 2; }
        sleep 0.1
        tries=$((tries + 1))
    done
}
