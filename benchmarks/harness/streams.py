"""What HTTP/2 holds: memory for each idle connection, and for each open stream on them.

Opens connections by prior knowledge (h2c), asks once on each and holds them; then opens streams on each: requests whose
body never comes, so that the application waits for it where there is one that blocks. A JVM touches all of its heap at
its start here, so that its resident memory grows by what is outside the heap only; inside, live objects are counted,
behind a full collection.
"""

import argparse
import signal
import socket
import struct
import sys
import time

import choices
import idle
import machine
import peers
import report
import workloads
from machine import Missing, say

PREFACE = b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
DATA, HEADERS, SETTINGS, PING, GOAWAY = 0, 1, 4, 6, 7
METHODS, SCHEME_HTTP, AUTHORITY, PATH = {'GET': 0x82, 'POST': 0x83}, 0x86, 1, 4
ACK, END_STREAM, END_HEADERS = 1, 1, 4
SETTLE_SECONDS = 2


def main():
    parser = argparse.ArgumentParser(prog='benchmarks/streams', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('connections', nargs='?', type=int, default=1000, help='(default: %(default)s)')
    parser.add_argument('streams', nargs='?', type=int, default=10, help='on each connection (default: %(default)s)')
    choices.add_peers(parser, 'wai,netty,helidon')
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped
    chosen = choices.chosen_peers(parser, options)
    machine.allow_open_files(options.connections + idle.SPARE_FILES)
    machine.demand(['h2load', 'curl'])
    machine.make_files()
    usable, _ = peers.prepare(chosen)
    rows = []
    for peer in usable:
        try:
            rows.append(measure(peer, options.connections, options.streams))
        except (Missing, workloads.LoadFailed, OSError) as e:
            say(f'without {peer.name}: {e}')
    print(report.table(['server', 'connections', 'heap KiB', 'other KiB', 'KiB each', 'idle CPU', 'streams', 'heap B',
                        'other B', 'B each', 'RSS MB'], rows))


def measure(peer, connections, streams):
    """One server by itself: warmed, then with the connections open, then with the streams."""
    server = peers.Server(peer, 'h2c', lambda place: idle.touching_its_heap(peer, place))
    held = []
    try:
        workloads.measure(server, workloads.WORKLOADS['h2c'], 6 if peer.is_jvm else 1)
        warm = memory(server)
        for _ in range(connections):
            held.append(Client(server.port))
        time.sleep(SETTLE_SECONDS)
        cpu = idle.idle_cpu(server)
        idling = memory(server)
        for client in held:
            client.open_streams(streams)
        for client in held:
            client.ping()  # the server has read what came before
        time.sleep(SETTLE_SECONDS)
        busy = memory(server)
        alive = sum(idle.is_open(client.socket) for client in held)
        total = machine.rss_mb(server.session)
    finally:
        for client in held:
            client.socket.close()
        server.stop()
    if alive < connections:
        raise Missing(f'it closed {connections - alive} of {connections} connections')
    a = [(after - before) / connections / 1024 for before, after in zip(warm, idling)]
    b = [(after - before) / connections / streams for before, after in zip(idling, busy)]
    heap = f'{a[0]:.1f}' if peer.is_jvm else '-'
    stream_heap = f'{b[0]:,.0f}' if peer.is_jvm else '-'
    return [peer.name, f'{connections:,}', heap, f'{a[1]:.1f}', f'{sum(a):.1f}', f'{cpu * 100:.1f} %',
            f'{connections * streams:,}', stream_heap, f'{b[1]:,.0f}', f'{sum(b):,.0f}', f'{total:.0f}']


def memory(server):
    """Bytes of live objects, and of what else is resident."""
    heap = idle.live_heap(server)
    return heap, machine.rss_mb(server.session) * (1 << 20)


class Client:
    """An HTTP/2 connection that has had one answer."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port), 10)
        self.buffered = b''
        self.next_stream = 3
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0, b'')
                            + frame(HEADERS, END_STREAM | END_HEADERS, 1, request('GET', '/')))
        while True:
            kind, flags, stream, _ = self.take()
            if kind in (DATA, HEADERS) and stream == 1 and flags & END_STREAM:
                return

    def take(self):
        """The next frame; settings are acknowledged."""
        length, kind, flags, stream = self._head()
        payload = self._exactly(length)
        if kind == SETTINGS and not flags & ACK:
            self.socket.sendall(frame(SETTINGS, ACK, 0, b''))
        if kind == GOAWAY:
            raise OSError(f'the server says goodbye: {payload[4:]!r}')
        return kind, flags, stream, payload

    def open_streams(self, count):
        """Requests whose body does not come."""
        frames = []
        for _ in range(count):
            frames.append(frame(HEADERS, END_HEADERS, self.next_stream, request('POST', '/echo')))
            self.next_stream += 2
        self.socket.sendall(b''.join(frames))

    def ping(self):
        self.socket.sendall(frame(PING, 0, 0, b'12345678'))
        while True:
            kind, flags, _, _ = self.take()
            if kind == PING and flags & ACK:
                return

    def _head(self):
        head = self._exactly(9)
        return int.from_bytes(head[:3]), head[3], head[4], int.from_bytes(head[5:]) & 0x7FFFFFFF

    def _exactly(self, count):
        while len(self.buffered) < count:
            more = self.socket.recv(65536)
            if not more:
                raise OSError('the server closed a connection')
            self.buffered += more
        taken, self.buffered = self.buffered[:count], self.buffered[count:]
        return taken


def frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3, 'big') + struct.pack('>BBI', kind, flags, stream) + payload


def request(method, path):
    """A field section of the static table, without Huffman codes and without entries for the dynamic one (RFC 7541 §6).
    Helidon refuses pseudo-fields whose names are spelt out."""
    return bytes([METHODS[method], SCHEME_HTTP]) + literal(PATH, path) + literal(AUTHORITY, '127.0.0.1')


def literal(name, value):
    return bytes([name, len(value)]) + value.encode()


if __name__ == '__main__':
    try:
        main()
    except Missing as e:
        sys.exit(f'streams: {e}')
    except KeyboardInterrupt:
        sys.exit(130)
