"""The servers that are compared: how to build, start, check and stop each of them."""

import os
import shlex
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import machine
from machine import BENCHMARKS, CERTIFICATE, FILES, JAVA, KEY, KEYSTORE, Missing, TARGET, WORK, WORKERS, say

# What every JVM gets, ours too: the same heap and the same collector.
JVM = ['-Xms512m', '-Xmx512m', '-XX:+UseParallelGC']

# What lets Warp run connections on event loops that make direct system calls.
LOOPS = ['--add-opens=java.base/java.lang=ALL-UNNAMED', '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
         '--enable-native-access=ALL-UNNAMED']

# What lets Netty use its fast paths; it is measured at its best.
NETTY_FLAGS = [
    '--enable-native-access=ALL-UNNAMED', '--sun-misc-unsafe-memory-access=allow',
    '--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED',
    '-Dio.netty.noUnsafe=false', '-Dio.netty.tryReflectionSetAccessible=true', '-Dio.netty.buffer.checkBounds=false',
    '-Dio.netty.buffer.checkAccessible=false', '-Dio.netty.leakDetection.level=disabled',
]

HTTP1 = frozenset({'hello', 'file', 'stream', 'echo'})
ALL = HTTP1 | {'h2c', 'tls', 'h2'}
SHELF = frozenset({'gzip'})


@dataclass(frozen=True)
class Place:
    """Where one server runs: its port, its protocol (plain, h2c, tls) and a folder of its own."""

    port: int
    kind: str
    run: Path


@dataclass(frozen=True)
class Peer:
    """A server that can be measured."""

    name: str
    groups: frozenset
    command: Callable[[Place], list]
    needs: tuple = ()
    make: Callable[[], None] = lambda: None
    is_jvm: bool = False


def limit():
    program = TARGET / 'limit'
    source = BENCHMARKS / 'peers' / 'limit' / 'limit.c'
    return Peer(
        'limit', HTTP1, lambda place: [program, place.port, FILES, WORKERS], ('gcc',),
        lambda: machine.build_native(source, program, ['gcc', '-O2', '-Wall', '-o', program, source, '-lpthread']))


def haskell(name, capabilities):
    program = TARGET / 'haskell-warp'
    source = BENCHMARKS / 'peers' / 'haskell' / 'Main.hs'

    def command(place):
        tls = [CERTIFICATE, KEY] if place.kind == 'tls' else []
        return [program, place.port, FILES, *tls, '+RTS', f'-N{capabilities}', '-A32m']

    return Peer(name, ALL, command, ('ghc',), lambda: machine.build_native(
        source, program,
        ['ghc', '-O2', '-threaded', '-rtsopts', '-outputdir', TARGET / 'haskell', '-o', program, source]))


def nginx():
    def command(place):
        listen, tls = {'plain': ('', ''), 'h2c': (' http2', ''), 'tls': (
            ' ssl http2', f'ssl_certificate {CERTIFICATE}; ssl_certificate_key {KEY};')}[place.kind]
        text = (BENCHMARKS / 'peers' / 'nginx' / 'nginx.conf.in').read_text()
        for key, value in {'WORKERS': WORKERS, 'RUN': place.run, 'PORT': place.port, 'FILES': FILES,
                           'LISTEN': listen, 'TLS': tls}.items():
            text = text.replace(f'@{key}@', str(value))
        configuration = place.run / 'nginx.conf'
        configuration.write_text(text)
        return ['nginx', '-p', place.run, '-c', configuration]

    return Peer('nginx', ALL - {'stream', 'echo'} | SHELF, command, ('nginx',))


def java_peer(name, main, groups=ALL, flags=()):
    def command(place):
        classes = f'{TARGET}/peers/{name}/app/*'
        return [JAVA, *JVM, *flags, '-cp', classes, f'peers.{main}', place.port, FILES, WORKERS, place.kind]

    return Peer(name, groups, command, ('mvn',), lambda: machine.build_peer(name), True)


def wai(name, flags=()):
    def command(place):
        tls = ['--tls', CERTIFICATE, KEY] if place.kind == 'tls' else []
        return [JAVA, *JVM, *flags, *bench_app(place.port), *tls]

    return Peer(name, ALL, command, ('mvn',), machine.build_project, True)


def shelf(name, groups):
    """A part of the shelf on Warp."""
    def command(place):
        return [JAVA, *JVM, '-cp', bench_path(), 'wai.benchmarks.ShelfApp', name, '--port', place.port,
                '--files', FILES]

    return Peer(f'wai-{name}', frozenset(groups), command, ('mvn',), machine.build_project, True)


def bench_app(port):
    """The arguments of java that start BenchApp."""
    return ['-cp', bench_path(), 'wai.benchmarks.BenchApp', '--port', port, '--files', FILES]


def bench_path():
    """The class path of our own programs: jars by name, as an ahead-of-time cache needs them."""
    jars = [next((TARGET / 'app').glob(f'{name}-[0-9]*.jar'), None)
            for name in ('wai-spec', 'transport', 'handler-cgi', 'handler-warp', 'middleware-extra', 'benchmarks')]
    if None in jars:
        raise Missing(f'no jars of the project in {TARGET / "app"}')
    return ':'.join(map(str, jars))


PEERS = {peer.name: peer for peer in (
    limit(),
    wai('wai'),
    wai('wai-loops', LOOPS),
    shelf('stack', {'hello'}),
    shelf('site', {'file'}),
    shelf('gzip', {'gzip'}),
    haskell('haskell', WORKERS),
    haskell('haskell-n1', 1),
    nginx(),
    java_peer('netty', 'NettyPeer', flags=NETTY_FLAGS),
    java_peer('helidon', 'HelidonPeer', groups=HTTP1 | {'h2c'}),
    java_peer('jetty', 'JettyPeer', groups=ALL | SHELF),
    java_peer('undertow', 'UndertowPeer'),
    java_peer('vertx', 'VertxPeer', flags=NETTY_FLAGS),
)}

# Those that the targets name.
USUAL = ('limit', 'wai', 'wai-loops', 'haskell', 'haskell-n1', 'nginx', 'netty', 'helidon')


def extra(text):
    """A peer from NAME=GROUPS=COMMAND."""
    name, groups, command = text.split('=', 2)
    chosen = ALL if groups == 'all' else HTTP1 if groups == 'http1' else frozenset(groups.split('+'))
    if chosen - ALL:
        raise ValueError(f'groups {sorted(chosen - ALL)}: expected all, http1, or some of {"+".join(sorted(ALL))}')

    def arguments(place):
        return shlex.split(command.format(
            port=place.port, kind=place.kind, files=FILES, workers=WORKERS, cert=CERTIFICATE, key=KEY,
            keystore=KEYSTORE, java=JAVA, jvm=' '.join(JVM)))

    return Peer(name, chosen, arguments, is_jvm=True)


def prepare(chosen):
    """Installs and builds; says and returns which peers can run, and why the others cannot."""
    absent = machine.install(sorted({command for peer in chosen for command in peer.needs}))
    usable, missing = [], {}
    for peer in chosen:
        lacking = [absent[command] for command in peer.needs if command in absent]
        try:
            if lacking:
                raise Missing(lacking[0])
            peer.make()
            usable.append(peer)
        except Missing as e:
            missing[peer.name] = str(e)
    for name, why in missing.items():
        say(f'without {name}: {why}')
    return usable, missing


class Server:
    """A running peer."""

    def __init__(self, peer, kind, command=None):
        """Starts it, and waits for its first answer; Missing when there is none."""
        self.peer = peer
        self.kind = kind
        self.groups = set(peer.groups)
        place = Place(machine.free_port(), kind, WORK / f'{peer.name}-{kind}')
        place.run.mkdir(parents=True, exist_ok=True)
        self.port = place.port
        self.log = place.run / 'log'
        environment = {**os.environ, 'TLS_CERT': str(CERTIFICATE), 'TLS_KEY': str(KEY), 'KEYSTORE': str(KEYSTORE)}
        arguments = [str(part) for part in (command or peer.command)(place)]
        started = time.monotonic()
        with open(self.log, 'w') as log:
            try:
                self.process = subprocess.Popen(
                    arguments, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=place.run,
                    env=environment, start_new_session=True)
            except OSError as e:
                raise Missing(f'{arguments[0]}: {e.strerror}') from e
        if not self._answers(started + 30):
            self.stop()
            last = self.log.read_text(errors='replace').strip().splitlines()[-1:]
            raise Missing('no answer within 30 s: ' + ' '.join([*arguments[:1], '…', *arguments[-2:], *last]))
        self.seconds_to_answer = time.monotonic() - started
        self.rss_at_answer = machine.rss_mb(self.session)

    @property
    def session(self):
        return self.process.pid

    def url(self, path='/'):
        return f'{"https" if self.kind == "tls" else "http"}://127.0.0.1:{self.port}{path}'

    def _answers(self, until):
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with socket.create_connection(('127.0.0.1', self.port), 1) as client:
                    if self.kind != 'plain':
                        return True
                    client.sendall(b'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
                    if client.recv(4096).startswith(b'HTTP/1.1 200'):
                        return True
            except OSError:
                pass
            time.sleep(0.001)
        return False

    def check(self, works):
        """Asks for all that the workloads will; what is answered wrongly, by group. It is not measured."""
        wrong = {}
        for work in works:
            if work.group in self.groups:
                why = {'plain': self._check_plain, 'h2c': self._check_h2c, 'tls': self._check_tls}[self.kind](work)
                if why:
                    wrong[work.group] = why
        self.groups -= set(wrong)
        return wrong

    def _check_plain(self, work):
        body = {'hello': b'Hello, World!', 'stream': b'x' * (1 << 20), 'echo': b'y' * work.unit}.get(work.group)
        if body is None:
            body = (FILES / work.path[1:]).read_bytes()
        sent = ['-H', 'Expect:', '--data-binary', '@-'] if work.group == 'echo' else []
        if work.group == 'gzip':
            asked = ['-H', 'Accept-Encoding: gzip', self.url(work.path)]
            if len(curl(*asked)) > len(body) / 2 or curl('--compressed', *asked) != body:
                return f'{work.path} is not compressed, or has other content'
            return None
        head, _, got = curl('-i', *sent, self.url(work.path), stdin=body if sent else None).partition(b'\r\n\r\n')
        if got != body:
            return f'{work.path} has other content: {len(got)} bytes, {head[:80]!r}'
        expected = (b'\r\ndate:', b'\r\nserver:', b'\r\ncontent-length: 13') if work.group == 'hello' else ()
        if not head.startswith(b'HTTP/1.1 200') or any(field not in head.lower() for field in expected):
            return f'{work.path}: {head[:200]!r}'
        return None

    def _check_h2c(self, work):
        return None if curl('--http2-prior-knowledge', self.url()) == b'Hello, World!' else work.group

    def _check_tls(self, work):
        option, version = ('--http1.1', b'1.1') if work.group == 'tls' else ('--http2', b'2')
        answer = curl(option, '-w', '%{http_version}', self.url())
        return None if answer == b'Hello, World!' + version else f'{work.group}: {answer[:80]!r}'

    def stop(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in machine.session_pids(self.session):
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                pass
            if not machine.session_pids(self.session):
                return


def curl(*arguments, stdin=None):
    return subprocess.run(['curl', '-sk', '--max-time', '30', *arguments], capture_output=True, input=stdin).stdout
