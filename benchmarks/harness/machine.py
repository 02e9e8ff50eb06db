"""What the harness needs of the machine: packages, builds, free ports, and what /proc tells of a process."""

import os
import re
import resource
import shutil
import socket
import subprocess
import time
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
ROOT = BENCHMARKS.parent
TARGET = BENCHMARKS / 'target'
WORK = TARGET / 'compare'
FILES = WORK / 'files'
CERTIFICATE = WORK / 'certificate.pem'
KEY = WORK / 'key.pem'
KEYSTORE = WORK / 'keystore.p12'
JAVA = Path(os.environ.get('JAVA_HOME', '')) / 'bin' / 'java'
TICKS_PER_SECOND = os.sysconf('SC_CLK_TCK')
WORKERS = 2

# Which Debian packages bring a command.
PACKAGES = {
    'ab': 'apache2-utils',
    'curl': 'curl',
    'gcc': 'gcc libc6-dev',
    'ghc': 'ghc libghc-warp-dev libghc-warp-tls-dev',
    'h2load': 'nghttp2-client',
    'mvn': 'maven',
    'nginx': 'nginx-light',
    'openssl': 'openssl',
    'strace': 'strace',
    'wrk': 'wrk',
}


class Missing(Exception):
    """Something that cannot be had; the message says what to do."""


def say(text):
    print(f'# {text}', flush=True)


def install(commands):
    """Installs the Debian packages of the commands that are missing; returns the commands that are missing then."""
    missing = [name for name in commands if not is_installed(name)]
    if missing and os.geteuid() == 0 and shutil.which('apt-get'):
        packages = ' '.join(PACKAGES[name] for name in missing).split()
        say('installing ' + ' '.join(packages))
        subprocess.run(['apt-get', 'update', '-qq'], capture_output=True)
        with services_not_started():
            for package in packages:
                subprocess.run(
                    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', package],
                    env={**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}, capture_output=True)
        missing = [name for name in missing if not is_installed(name)]
    return {name: f'no command {name}: apt-get install {PACKAGES[name]}' for name in missing}


def demand(commands):
    """Installs what is missing, as install does; Missing when something is missing then."""
    absent = install(commands)
    if absent:
        raise Missing('; '.join(absent.values()))


def is_installed(command):
    if command == 'ghc':
        found = run_quietly(['ghc-pkg', 'list', '--simple-output', 'warp-tls'])
        return 'warp-tls' in found
    return shutil.which(command) is not None


def run_quietly(command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout
    except OSError:
        return ''


class services_not_started:
    """Debian starts what it installs, nginx among it, unless this file forbids it."""

    POLICY = Path('/usr/sbin/policy-rc.d')

    def __enter__(self):
        self.made = not self.POLICY.exists()
        if self.made:
            self.POLICY.write_text('#!/bin/sh\nexit 101\n')
            self.POLICY.chmod(0o755)

    def __exit__(self, *_):
        if self.made:
            self.POLICY.unlink()


def build(command, log, folder=ROOT):
    """Runs a build; Missing with the end of what it printed when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, 'w') as out:
        try:
            status = subprocess.run(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT,
                                    stdin=subprocess.DEVNULL).returncode
        except OSError as e:
            raise Missing(f'{command[0]}: {e.strerror}') from e
    if status:
        tail = [line for line in log.read_text(errors='replace').splitlines() if line.strip()][-3:]
        raise Missing(f'build failed, see {log}: ' + ' / '.join(tail))


def is_newer(product, *sources):
    """Whether the product exists and is as new as everything in the source files and folders."""
    if not product.exists():
        return False
    made = product.stat().st_mtime
    return all(path.stat().st_mtime <= made
               for source in sources
               for path in ([source] if source.is_file() else source.rglob('*'))
               if path.is_file())


def build_project():
    """The jars of Warp and of BenchApp, in target/app."""
    modules = ['wai-spec', 'transport', 'handler-cgi', 'handler-warp', 'handler-test', 'middleware-extra', 'benchmarks']
    sources = [ROOT / 'pom.xml', *(ROOT / module / part for module in modules for part in ('pom.xml', 'src/main'))]
    build_with_maven(TARGET / 'app' / 'built', sources, 'app', [
        '-pl', 'benchmarks', '-am', '-Dmaven.test.skip=true', '-Dspotless.check.skip=true', 'package'])


def build_peer(module):
    """The jars of a Java peer, in target/peers/MODULE/app."""
    folder = BENCHMARKS / 'peers'
    build_with_maven(TARGET / 'peers' / module / 'app' / 'built', [folder / 'pom.xml', folder / module], module, [
        '-f', folder / 'pom.xml', '-pl', module, 'package'])


def build_with_maven(stamp, sources, name, arguments):
    """Builds unless the stamp is newer than the sources; asks repositories only when something is missing here."""
    if is_newer(stamp, *sources):
        return
    say(f'building {name}')
    begun = time.time()
    maven, log = ['mvn', '-B', '-ntp', '-q', *arguments], TARGET / f'build-{name}.log'
    try:
        build([*maven, '-o'], log)
    except Missing:
        build(maven, log)
    stamp.touch()
    os.utime(stamp, (begun, begun))


def build_native(source, product, command):
    if not is_newer(product, source):
        say(f'building {product.name}')
        product.parent.mkdir(parents=True, exist_ok=True)
        build(command, TARGET / f'build-{product.name}.log')


def make_files():
    """The files that servers send."""
    FILES.mkdir(parents=True, exist_ok=True)
    (FILES / 'index.html').write_bytes(b'<html>' + b'a' * 138 + b'</html>')
    (FILES / 'page.html').write_bytes(page(20480))
    if not (FILES / '100m.bin').exists():
        megabyte = os.urandom(1 << 20)
        (FILES / '1m.bin').write_bytes(megabyte)
        (FILES / '100m.bin').write_bytes(megabyte * 100)


def page(size):
    """HTML that shrinks about as much as that of a shop does."""
    rows = (f'<li class="item"><a href="/things/{n * 7919 % 10007}">Thing {n * 104729 % 99991}</a> '
            f'<span class="price">{n * 31 % 997}.{n % 100:02} EUR</span></li>\n' for n in range(size))
    text, lines = '<!doctype html><title>Things</title><ul>\n', []
    length = len(text)
    for row in rows:
        if length + len(row) > size:
            break
        lines.append(row)
        length += len(row)
    return (text + ''.join(lines)).encode().ljust(size)


def make_certificate(kind='rsa'):
    """A certificate of its own, with a key of RSA with 2048 bits, or of the curve P-256."""
    made = WORK / f'certificate.{kind}'
    if not made.exists():
        for old in (WORK / 'certificate.rsa', WORK / 'certificate.ec'):
            old.unlink(missing_ok=True)
        key = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] if kind == 'ec' else ['rsa:2048']
        build(['openssl', 'req', '-x509', '-newkey', *key, '-nodes', '-keyout', KEY, '-out', CERTIFICATE,
               '-days', '3650', '-subj', '/CN=localhost'], TARGET / 'certificate.log')
        build(['openssl', 'pkcs12', '-export', '-in', CERTIFICATE, '-inkey', KEY, '-out', KEYSTORE,
               '-passout', 'pass:changeit', '-name', 'server'], TARGET / 'certificate.log')
        made.touch()


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def allow_open_files(wanted):
    """Raises the soft limit of open files, for us and the servers we start; Missing when the hard one is lower."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise Missing(f'{wanted} open files are needed, but the limit is {hard}: '
                      f'run "ulimit -Hn {wanted}" as root, or set nofile in limits.conf, and try again')
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def session_pids(session):
    """All processes of a session: a server and its workers."""
    pids = []
    for name in os.listdir('/proc'):
        if name.isdigit():
            fields = stat_fields(name)
            if fields and int(fields[3]) == session:
                pids.append(int(name))
    return pids


def stat_fields(pid):
    """The fields of /proc/PID/stat after the command, which may contain anything; the first is the state."""
    try:
        text = Path(f'/proc/{pid}/stat').read_text()
    except OSError:
        return None
    return text[text.rindex(')') + 2:].split()


def cpu_seconds(session):
    """User and system time of the processes of a session, and of those that have ended and were waited for."""
    ticks = 0
    for pid in session_pids(session):
        fields = stat_fields(pid)
        if fields:
            ticks += sum(map(int, fields[11:15] if pid == session else fields[11:13]))
    return ticks / TICKS_PER_SECOND


def threads_cpu_seconds(pid):
    """User and system time of the threads that a process has now, to the nanosecond."""
    nanos = 0
    for thread in Path(f'/proc/{pid}/task').iterdir():
        try:
            nanos += int((thread / 'schedstat').read_text().split()[0])
        except OSError:
            continue
    return nanos / 1e9


def wait(process):
    """Waits for the end of a child; its pid, its status, and what it used."""
    ended = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    return ended


def rss_mb(session):
    kilobytes = 0
    for pid in session_pids(session):
        try:
            status = Path(f'/proc/{pid}/status').read_text()
        except OSError:
            continue
        found = re.search(r'VmRSS:\s+(\d+)', status)
        kilobytes += int(found[1]) if found else 0
    return kilobytes / 1024


def describe():
    """The machine and the versions of what runs on it, for the reader of a table."""
    cpu = re.search(r'model name\s*:\s*(.+)', Path('/proc/cpuinfo').read_text())
    memory = re.search(r'MemTotal:\s+(\d+)', Path('/proc/meminfo').read_text())
    java = subprocess.run([JAVA, '-version'], capture_output=True, text=True).stderr
    nginx = subprocess.run(['nginx', '-v'], capture_output=True, text=True).stderr if is_installed('nginx') else ''
    wrk = subprocess.run(['wrk', '-v'], capture_output=True, text=True).stdout if is_installed('wrk') else ''
    versions = {
        'cpu': f'{os.cpu_count()} × {cpu[1] if cpu else os.uname().machine}',
        'memory': f'{int(memory[1]) / 1048576:.0f} GB',
        'kernel': os.uname().release.split('-')[0],
        'java': first(r'build ([\d.+]+)', java),
        'nginx': first(r'nginx/([\d.]+)', nginx),
        'ghc': run_quietly(['ghc', '--numeric-version']).strip(),
        'haskell warp': first(r'warp-([\d.]+)', run_quietly(['ghc-pkg', 'list', '--simple-output', 'warp'])),
        'wrk': first(r'wrk (?:debian/)?([\w.]+)', wrk),
        'ab': first(r'Version ([\d.]+)', run_quietly(['ab', '-V'])),
        'h2load': first(r'nghttp2/([\d.]+)', run_quietly(['h2load', '--version'])),
    }
    for peer, jar in (('netty', 'netty-transport'), ('vertx', 'vertx-core'), ('helidon', 'helidon-webserver'),
                      ('jetty', 'jetty-server'), ('undertow', 'undertow-core')):
        jars = [path.name for path in (TARGET / 'peers' / peer / 'app').glob(jar + '-[0-9]*.jar')]
        versions[peer] = first(jar + r'-([\d.]+\w*?)(?:\.Final)?\.jar', ' '.join(jars))
    return {name: version for name, version in versions.items() if version}


def first(pattern, text):
    found = re.search(pattern, text)
    return found[1] if found else ''
