# Sourced by the commands beside this folder: runs the Python program of the same name on a JDK 25.
# Sets JAVA_HOME. $here is the folder of the commands.

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
. "$here/../.mvn/find-jdk.sh"

run_harness() {
    find_jdk || { echo "$1: no JDK 25 found; set JAVA_HOME to one" >&2; exit 1; }
    if ! command -v python3 >/dev/null; then
        [ "$(id -u)" = 0 ] || { echo "$1: needs python3" >&2; exit 1; }
        apt-get install -y -qq --no-install-recommends python3 >&2
    fi
    program=$here/harness/$1.py
    shift
    exec python3 -B "$program" "$@"
}
