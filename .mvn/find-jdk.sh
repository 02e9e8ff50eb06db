# Sourced by ./verify and ./waiup. find_jdk sets and exports JAVA_HOME to a JDK 25 or later, or fails when there is
# none: the one that JAVA_HOME names, else one of the usual places, else the one whose javac is on the PATH.

is_jdk() { [ -x "$1/bin/javac" ] && grep -qsE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$1/release"; }

find_jdk() {
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* "${HOME:-}"/.sdkman/candidates/java/25* "${HOME:-}"/.jdks/*25* \
        /Library/Java/JavaVirtualMachines/*25*/Contents/Home "$(home_on_path)"; do
        if [ -n "$home" ] && is_jdk "$home"; then
            JAVA_HOME=$home
            export JAVA_HOME
            return 0
        fi
    done
    return 1
}

home_on_path() {
    javac=$(command -v javac) || return 0
    while [ -L "$javac" ]; do
        link=$(readlink "$javac")
        case $link in /*) javac=$link ;; *) javac=$(dirname "$javac")/$link ;; esac
    done
    (cd "$(dirname "$javac")/.." && pwd -P)
}
