"""How long a server takes from its start to its first answer, and how much memory it has then.

BenchApp is started many times with no options of the JVM, then with an ahead-of-time cache that benchmarks/aot-cache
makes of a training run.
"""

import argparse
import statistics
import subprocess
import sys

import machine
import peers
import report
from machine import BENCHMARKS, FILES, JAVA, Missing, TARGET, say

CACHE = TARGET / 'bench-app.aot'
TARGETS = {'default': 0.15, 'AOT cache': 0.07}
TARGET_RSS_MB = 55


def main():
    parser = argparse.ArgumentParser(prog='benchmarks/start', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('rounds', nargs='?', type=int, default=20, help='starts of each kind (default: %(default)s)')
    options = parser.parse_args()
    machine.make_files()
    machine.build_project()
    make_cache()
    variants = {'default': [], 'AOT cache': [f'-XX:AOTCache={CACHE}', '-XX:AOTMode=on']}
    figures = {name: [] for name in variants}
    for _ in range(options.rounds):
        for name, flags in variants.items():
            figures[name].append(start(flags))
    rows = [row(name, measured) for name, measured in figures.items()]
    print(report.table(['start', 'median s', 'min s', 'max s', 'CPU s', 'RSS MB', 'target'], rows))


def start(flags):
    """One start: seconds to the first answer, CPU seconds, and MB resident then."""
    server = peers.Server(peers.PEERS['wai'], 'plain',
                          lambda place: [JAVA, *flags, *peers.bench_app(place.port)])
    try:
        return server.seconds_to_answer, machine.cpu_seconds(server.session), server.rss_at_answer
    finally:
        server.stop()


def row(name, measured):
    seconds, cpu, rss = zip(*measured)
    median, memory = statistics.median(seconds), statistics.median(rss)
    is_met = median <= TARGETS[name] and memory <= TARGET_RSS_MB
    return [name, f'{median:.3f}', f'{min(seconds):.3f}', f'{max(seconds):.3f}', f'{statistics.median(cpu):.2f}',
            f'{memory:.0f}', f'≤ {TARGETS[name]} s, ≤ {TARGET_RSS_MB} MB: ' + ('met' if is_met else 'MISSED')]


def make_cache():
    jars = [TARGET / 'app' / 'built']
    if machine.is_newer(CACHE, *jars):
        return
    say('making the ahead-of-time cache')
    port = machine.free_port()
    arguments = [str(part) for part in peers.bench_app(port)]
    machine.build([BENCHMARKS / 'aot-cache', CACHE, f'http://127.0.0.1:{port}/', *arguments],
                  TARGET / 'aot-cache.log')


if __name__ == '__main__':
    try:
        main()
    except Missing as e:
        sys.exit(f'start: {e}')
    except KeyboardInterrupt:
        sys.exit(130)
