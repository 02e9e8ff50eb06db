"""Which system calls a server makes per request, counted by strace.

Being traced slows the server down, and so changes how many requests it finds at a time: read it as a shape. With one
connection nothing is found together; that is the figure to compare.
"""

import argparse
import re
import signal
import subprocess
import sys
import time

import choices
import machine
import peers
import report
import workloads
from machine import Missing, WORK, say

WARM_SECONDS = 3
REQUESTS = 20_000


def main():
    parser = argparse.ArgumentParser(prog='benchmarks/syscalls', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('path', nargs='?', default='/', help='what is asked for (default: %(default)s)')
    parser.add_argument('--connections', metavar='N', type=int, default=1, help='default: %(default)s')
    choices.add_peers(parser, 'wai,nginx')
    options = parser.parse_args()
    chosen = choices.chosen_peers(parser, options)
    machine.demand(['strace', 'h2load', 'wrk', 'curl'])
    machine.make_files()
    usable, _ = peers.prepare(chosen)
    rows = []
    for peer in usable:
        try:
            rows.append([peer.name, *count(peer, options.path, options.connections)])
        except (Missing, workloads.LoadFailed) as e:
            say(f'without {peer.name}: {e}')
    print(report.table(['server', 'calls per request', 'of these'], rows))


def count(peer, path, connections):
    server = peers.Server(peer, 'plain')
    try:
        workloads.measure(server, workloads.WORKLOADS['plain50'], WARM_SECONDS)
        counts = traced(server, ['h2load', '--h1', '-t1', f'-n{REQUESTS}', f'-c{connections}', server.url(path)])
    finally:
        server.stop()
    each = sorted(((calls / REQUESTS, failed / REQUESTS, name) for name, (calls, failed) in counts.items()),
                  reverse=True)
    parts = [f'{name} {calls:.2f}' + (f' ({failed:.2f} fail)' if failed >= 0.005 else '')
             for calls, failed, name in each if calls >= 0.005]
    return f'{sum(calls for calls, _, _ in each):.2f}', ', '.join(parts)


def traced(server, load):
    """Calls and failures by name while the load runs."""
    log = WORK / 'strace'
    processes = [argument for pid in machine.session_pids(server.session) for argument in ('-p', str(pid))]
    tracer = subprocess.Popen(['strace', '-f', '-c', '-U', 'calls,errors,name', '-o', log, *processes],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(2)  # until it has attached to all threads, of which it does not tell
    if tracer.poll() is not None:
        raise Missing('strace may not trace here; it needs root or ptrace_scope 0')
    done = subprocess.run(load, capture_output=True, text=True).stdout
    tracer.send_signal(signal.SIGINT)
    tracer.wait()
    if f'{REQUESTS} succeeded' not in done:
        raise workloads.LoadFailed('not all requests were answered: ' + ' '.join(done.split())[-200:])
    return read_counts(log.read_text())


def read_counts(text):
    lines = re.findall(r'^\s*(\d+)\s+(?:(\d+)\s+)?(\w+)\s*$', text, re.MULTILINE)
    return {name: (int(calls), int(failed or 0)) for calls, failed, name in lines if name != 'total'}


if __name__ == '__main__':
    try:
        main()
    except Missing as e:
        sys.exit(f'syscalls: {e}')
    except KeyboardInterrupt:
        sys.exit(130)
