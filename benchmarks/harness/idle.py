"""What an idle keep-alive connection costs: memory, and CPU while nothing happens.

Opens connections, sends one request on each, and holds them. A JVM touches all of its heap at its start here, so that
its resident memory grows by what is outside the heap only; inside, live objects are counted, behind a full collection.
The sum of both is compared with the target of 4 KiB.
"""

import argparse
import re
import socket
import subprocess
import sys
import time

import choices
import machine
import peers
import report
import workloads
from machine import JAVA, Missing, say

TARGET_KB = 4
SETTLE_SECONDS = 2
CPU_SECONDS = 10
SPARE_FILES = 500
REQUEST = b'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'


def main():
    parser = argparse.ArgumentParser(prog='benchmarks/idle', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('count', nargs='?', type=int, default=10_000, help='connections (default: %(default)s)')
    choices.add_peers(parser, 'wai,nginx,netty,helidon,haskell')
    options = parser.parse_args()
    chosen = choices.chosen_peers(parser, options)
    machine.allow_open_files(options.count + SPARE_FILES)
    machine.demand(['wrk', 'curl'])
    machine.make_files()
    usable, _ = peers.prepare(chosen)
    rows = []
    for peer in usable:
        try:
            rows.append(measure(peer, options.count))
        except (Missing, workloads.LoadFailed, OSError) as e:
            say(f'without {peer.name}: {e}')
    print(report.table(['server', 'held', 'RSS MB', 'heap KiB each', 'other KiB each', 'KiB each', 'idle CPU',
                        f'≤ {TARGET_KB} KiB, 0 %'], rows))


def measure(peer, count):
    """One server by itself: warmed, then with the connections open."""
    server = peers.Server(peer, 'plain', lambda place: touching_its_heap(peer, place))
    held = []
    try:
        workloads.measure(server, workloads.WORKLOADS['plain50'], 6 if peer.is_jvm else 1)
        heap_before, rss_before = live_heap(server), machine.rss_mb(server.session)
        for _ in range(count):
            held.append(connect(server.port))
        time.sleep(SETTLE_SECONDS)
        cpu = idle_cpu(server)
        heap_after, rss_after = live_heap(server), machine.rss_mb(server.session)
        alive = sum(is_open(client) for client in held)
    finally:
        for client in held:
            client.close()
        server.stop()
    other = (rss_after - rss_before) * 1024 / count
    heap = (heap_after - heap_before) / 1024 / count
    met = heap + other <= TARGET_KB and cpu < 0.005 and alive == count
    return [peer.name, f'{alive:,}', f'{rss_after:.0f}', f'{heap:.1f}' if peer.is_jvm else '-', f'{other:.1f}',
            f'{heap + other:.1f}', f'{cpu * 100:.1f} %', 'met' if met else 'MISSED']


def touching_its_heap(peer, place):
    command = peer.command(place)
    return [command[0], '-XX:+AlwaysPreTouch', *command[1:]] if peer.is_jvm else command


def connect(port):
    """A connection that has had one answer."""
    client = socket.create_connection(('127.0.0.1', port), 10)
    client.sendall(REQUEST)
    answer = b''
    while not answer.endswith(b'Hello, World!'):
        more = client.recv(4096)
        if not more:
            raise OSError('the server closed a connection: ' + answer[:100].decode('latin-1'))
        answer += more
    return client


def is_open(client):
    """Whether the server has not closed it meanwhile."""
    client.setblocking(False)
    try:
        return client.recv(1) != b''
    except BlockingIOError:
        return True
    except OSError:
        return False


def idle_cpu(server):
    before = machine.cpu_seconds(server.session)
    time.sleep(CPU_SECONDS)
    return (machine.cpu_seconds(server.session) - before) / CPU_SECONDS


def live_heap(server):
    """Bytes of reachable objects of a JVM, after a full collection; 0 for others."""
    if not server.peer.is_jvm:
        return 0
    histogram = subprocess.run([JAVA.with_name('jcmd'), str(server.session), 'GC.class_histogram'],
                               capture_output=True, text=True).stdout
    total = re.search(r'^Total\s+\d+\s+(\d+)', histogram, re.MULTILINE)
    if not total:
        raise Missing('jcmd says nothing of the heap')
    return int(total[1])


if __name__ == '__main__':
    try:
        main()
    except Missing as e:
        sys.exit(f'idle: {e}')
    except KeyboardInterrupt:
        sys.exit(130)
