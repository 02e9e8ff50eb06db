"""FastCGI on kept connections behind nginx: ours, the least that C can do, and a process for each request.

Ours twice: "ours" with the default settings, "loop" on one event loop, with the flags of the README. One nginx passes
to all; wrk asks them in turn, in another order each round. Look at the ratios: nginx and wrk take most of the machine,
the same for all.
"""

import argparse
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine
import peers
import report
from machine import BENCHMARKS, JAVA, Missing, TARGET

SOURCES = BENCHMARKS / 'peers' / 'fastcgi'
PRODUCTS = TARGET / 'peers' / 'fastcgi'
OURS = ('ours', 'loop')
# One of ours over each of the others, at least.
TARGETS = {'C': 0.8, 'process': 2.0}
START_SECONDS = 20

CONFIGURATION = '''
daemon off; pid %(folder)s/pid; error_log %(folder)s/error.log; worker_processes 1; %(user)s
events { worker_connections 1024; }
http {
    access_log off; keepalive_requests 1000000000;
    client_body_temp_path %(folder)s/body; proxy_temp_path %(folder)s/proxy; fastcgi_temp_path %(folder)s/fastcgi;
    scgi_temp_path %(folder)s/scgi; uwsgi_temp_path %(folder)s/uwsgi;
    %(upstreams)s
    server {
        listen 127.0.0.1:%(port)d backlog=1024;
        include /etc/nginx/fastcgi_params; fastcgi_keep_conn on;
        %(locations)s
    }
}
'''


def main():
    parser = argparse.ArgumentParser(prog='benchmarks/fastcgi', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=3, help='beside the first, which does not count (default: 3)')
    parser.add_argument('--seconds', type=int, default=3, help='of each measurement (default: 3)')
    parser.add_argument('--connections', type=int, default=32, help='of clients (default: 32)')
    options = parser.parse_args()
    machine.demand(['wrk', 'gcc', 'nginx', 'mvn'])
    ports = {name: machine.free_port() for name in (*OURS, 'C', 'process')}
    running = []
    folder = Path(tempfile.mkdtemp(prefix='wai-fastcgi'))
    try:
        for command in commands(ports):
            running.append(subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL))
        for port in ports.values():
            await_port(port)
        port = machine.free_port()
        running.append(subprocess.Popen(['nginx', '-e', f'{folder}/error.log', '-c', configure(folder, port, ports)]))
        await_port(port)
        print(table(measure(port, list(ports), options)))
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait()
        shutil.rmtree(folder)


def commands(ports):
    """What answers, in the order of the ports."""
    machine.build_project()
    for name in ('responder', 'program'):
        machine.build_native(SOURCES / f'{name}.c', PRODUCTS / name,
                             ['gcc', '-O2', '-Wall', '-o', PRODUCTS / name, SOURCES / f'{name}.c'])
    return [
        [JAVA, *peers.JVM, '-cp', peers.bench_path(), 'wai.benchmarks.FastCgiApp', ports['ours'], 0],
        [JAVA, *peers.JVM, *peers.LOOPS, '-cp', peers.bench_path(), 'wai.benchmarks.FastCgiApp', ports['loop'], 1],
        [PRODUCTS / 'responder', ports['C']],
        [PRODUCTS / 'responder', ports['process'], PRODUCTS / 'program'],
    ]


def configure(folder, port, ports):
    upstreams = ''.join(f'upstream {name} {{ server 127.0.0.1:{at}; keepalive 64; keepalive_requests 1000000000; }}\n'
                        for name, at in ports.items())
    locations = ''.join(f'location /{name} {{ fastcgi_pass {name}; }}\n' for name in ports)
    file = folder / 'nginx.conf'
    folder.chmod(0o755)
    file.write_text(CONFIGURATION % {
        'folder': folder, 'port': port, 'upstreams': upstreams, 'locations': locations,
        'user': 'user root;' if Path.home() == Path('/root') else ''})
    return str(file)


def await_port(port):
    end = time.time() + START_SECONDS
    while True:
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return
        except OSError:
            if time.time() > end:
                raise Missing(f'nothing listens on port {port}')
            time.sleep(0.05)


def measure(port, names, options):
    """Requests per second of each, by round; the first round warms."""
    rounds = []
    for _ in range(options.rounds + 1):
        rounds.append({name: wrk(f'http://127.0.0.1:{port}/{name}', options)
                       for name in random.sample(names, len(names))})
    return rounds[1:]


def wrk(url, options):
    output = machine.run_quietly(['wrk', '-t1', f'-c{options.connections}', f'-d{options.seconds}s', url])
    found = re.search(r'Requests/sec:\s*([\d.]+)', output)
    if not found or 'Non-2xx' in output or 'Socket errors' in output:
        raise Missing(f'{url} was not answered well:\n{output}')
    return float(found.group(1))


def table(rounds):
    rows = []
    for name in rounds[0]:
        figures = [each[name] for each in rounds]
        row = [name, f'{statistics.median(figures):.0f}', f'{min(figures):.0f}', f'{max(figures):.0f}']
        for other, least in TARGETS.items():
            if name in OURS:
                ratio = statistics.median(each[name] / each[other] for each in rounds)
                row.append(f'{ratio:.2f} (≥ {least}: ' + ('met)' if ratio >= least else 'MISSED)'))
            else:
                row.append('')
        rows.append(row)
    return report.table(['behind nginx', 'req/s', 'least', 'most', *(f'× {other}' for other in TARGETS)], sorted(rows))


if __name__ == '__main__':
    try:
        main()
    except Missing as e:
        sys.exit(f'fastcgi: {e}')
    except KeyboardInterrupt:
        sys.exit(130)
