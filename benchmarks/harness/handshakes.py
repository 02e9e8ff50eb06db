"""TLS handshakes per second, full and resumed, each with one request behind it.

Clients are `openssl s_time`, as many as there are workers, so the load generator shares the machine: read the CPU time
that the server took for each, and the ratios. The certificate has an RSA key of 2048 bits, or P-256 with --ec.
"""

import argparse
import re
import signal
import statistics
import subprocess
import sys
import time

import choices
import machine
import peers
import report
from machine import Missing, WORKERS, say
from workloads import LoadFailed

KINDS = {'full': '-new', 'resumed': '-reuse'}
WARM_SECONDS = 5


def main():
    parser = argparse.ArgumentParser(prog='benchmarks/handshakes', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    choices.add_peers(parser, 'wai,wai-loops,netty,nginx,haskell')
    parser.add_argument('--rounds', metavar='N', type=int, default=5, help='rounds that count (default: %(default)s)')
    parser.add_argument('--secs', metavar='N', type=int, default=2, help='seconds per round (default: %(default)s)')
    parser.add_argument('--version', choices=('1.3', '1.2'), default='1.3', help='of TLS (default: %(default)s)')
    parser.add_argument('--ec', action='store_true', help='a certificate with an elliptic curve key')
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped
    chosen = choices.chosen_peers(parser, options)
    machine.demand(['openssl', 'curl'])
    machine.make_files()
    machine.make_certificate('ec' if options.ec else 'rsa')
    usable, _ = peers.prepare(chosen)
    servers = []
    try:
        for peer in usable:
            start(peer, servers)
        for server in servers:
            handshakes(server, '-new', WARM_SECONDS if server.peer.is_jvm else 1, options.version)
        for kind, option in KINDS.items():
            print(f'\n### {kind} handshakes, TLS {options.version}, {"P-256" if options.ec else "RSA 2048"}\n')
            print(table(measured(servers, option, options)), flush=True)
    finally:
        for server in servers:
            server.stop()


def start(peer, servers):
    try:
        servers.append(peers.Server(peer, 'tls'))
    except Missing as e:
        say(f'without {peer.name}: {e}')


def measured(servers, option, options):
    """Figures of each server, round by round; round 0 does not count."""
    rounds = {server.peer.name: [] for server in servers}
    for number in range(options.rounds + 1):
        for server in servers:
            one = handshakes(server, option, options.secs, options.version)
            if number:
                rounds[server.peer.name].append(one)
    return rounds


def handshakes(server, option, seconds, version):
    """How many a second, the CPU time of the server for each, and the part that was resumed."""
    command = ['openssl', 's_time', '-connect', f'127.0.0.1:{server.port}', option, '-time', str(seconds), '-www', '/']
    if version == '1.2':
        command.append('-tls1_2')
    cpu, clock = machine.cpu_seconds(server.session), time.monotonic()
    clients = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
               for _ in range(WORKERS)]
    texts = [client.communicate(timeout=seconds * 10 + 30)[0] for client in clients]
    wall = time.monotonic() - clock
    used = machine.cpu_seconds(server.session) - cpu
    count, resumed = 0, 0
    for text in texts:
        made, again = read_s_time(text)
        count += made
        resumed += again
    if not count:
        raise LoadFailed(f'{server.peer.name}: no handshake: ' + ' '.join(texts[0].split())[-200:])
    return {'rate': count / wall, 'cpu_us': used * 1e6 / count, 'resumed': resumed / count}


def read_s_time(text):
    """How many connections there were, and how many of them were resumed: an `r` for each, a `*` or `t` for others."""
    found = re.search(r'^(\d+) connections in \d+ real seconds', text, re.MULTILINE)
    marks = ''.join(re.findall(r'^[rt*]+$', text, re.MULTILINE))
    return int(found[1]) if found else 0, marks.count('r')


def table(rounds):
    rows = []
    for name in sorted(rounds, key=lambda name: -middle(rounds[name], 'rate')):
        ones = rounds[name]
        rates = [one['rate'] for one in ones]
        rows.append([name, report.figure(middle(ones, 'rate')), f'{report.figure(min(rates))}–{report.figure(max(rates))}',
                     ratio(rounds, name, 'netty'), ratio(rounds, name, 'nginx'), report.figure(middle(ones, 'cpu_us')),
                     f'{middle(ones, "resumed") * 100:.0f} %'])
    return report.table(['server', 'a second', 'min–max', '× netty', '× nginx', 'CPU µs each', 'resumed'], rows)


def middle(ones, key):
    return statistics.median(one[key] for one in ones)


def ratio(rounds, name, other):
    """Of rates, round by round."""
    if other not in rounds:
        return '-'
    return f'{statistics.median(a["rate"] / b["rate"] for a, b in zip(rounds[name], rounds[other])):.2f}'


if __name__ == '__main__':
    try:
        main()
    except (Missing, LoadFailed) as e:
        sys.exit(f'handshakes: {e}')
    except KeyboardInterrupt:
        sys.exit(130)
