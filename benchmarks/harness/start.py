"""How long a server takes from its start to its first answer, and how much memory it has then.

Three programs, each with no options of the JVM and with an ahead-of-time cache that benchmarks/aot-cache makes of a
training run: one that ends at once, which is what any JVM takes; the least server that the JDK alone makes; and
BenchApp, which is also started by the whole recipe of docs/benchmarks.md. They are started in turn, in another order
each round. Whatever else the machine does counts too, so look at the least, and at the ratio to a program that does
nothing.
"""

import argparse
import random
import statistics
import subprocess
import sys
import time

import machine
import peers
import report
from machine import BENCHMARKS, JAVA, Missing, TARGET, say

FLOOR = 'wai.benchmarks.StartFloor'
# Seconds and MB.
TARGETS = {'Warp': (0.15, 55), 'Warp, AOT cache': (0.07, 55), 'Warp, the recipe': (0.07, 55)}
# Beside a cache: else the JDK looks through all jars for somebody else's selectors, and begins with threads for G1.
RECIPE = ['-Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider', '-XX:+UseSerialGC']


def main():
    parser = argparse.ArgumentParser(prog='benchmarks/start', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('rounds', nargs='?', type=int, default=40, help='starts of each kind (default: %(default)s)')
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error(f'{options.rounds} rounds: expected 1 or more')
    machine.make_files()
    machine.build_project()
    kinds = make_kinds()
    figures = {name: [] for name in kinds}
    for _ in range(options.rounds):
        for name in random.sample(list(kinds), len(kinds)):
            figures[name].append(kinds[name]())
    print(table(figures))


def make_kinds():
    """What is started, by name: functions of nothing that start it once and return what it took."""
    nothing = ['-cp', peers.bench_path(), FLOOR]
    servers = {
        'JDK server': lambda port: ['-cp', peers.bench_path(), FLOOR, '--port', port],
        'Warp': peers.bench_app,
    }
    cached = cache('nothing', nothing)
    kinds = {'no server': lambda: run(nothing), 'no server, AOT cache': lambda: run([*cached, *nothing])}
    for name, arguments in servers.items():
        kinds[name] = lambda arguments=arguments: serve([], arguments)
        flags = cache(name.replace(' ', '-').lower(), arguments(port := machine.free_port()), port)
        kinds[f'{name}, AOT cache'] = lambda flags=flags, arguments=arguments: serve(flags, arguments)
    recipe = [*RECIPE, *cache('recipe', [*RECIPE, *peers.bench_app(port := machine.free_port())], port)]
    kinds['Warp, the recipe'] = lambda: serve(recipe, peers.bench_app)
    return kinds


def cache(name, arguments, port=None):
    """The options that start java from a cache of a run with these arguments; made when the jars are newer."""
    product = TARGET / f'start-{name}.aot'
    if not machine.is_newer(product, TARGET / 'app' / 'built'):
        say(f'making the ahead-of-time cache of {name}')
        command = ([JAVA, f'-XX:AOTCacheOutput={product}'] if port is None
                   else [BENCHMARKS / 'aot-cache', product, f'http://127.0.0.1:{port}/'])
        machine.build([*map(str, command), *map(str, arguments)], TARGET / f'start-{name}.log')
    return [f'-XX:AOTCache={product}', '-XX:AOTMode=on']


def run(arguments):
    """Seconds until the program has ended, CPU seconds, and None: nobody sees how much memory it had."""
    begun = time.monotonic()
    process = subprocess.Popen([str(part) for part in (JAVA, *arguments)])
    _, status, usage = machine.wait(process)
    if status:
        raise Missing('java failed: ' + ' '.join(map(str, arguments)))
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, None


def serve(flags, arguments):
    """Seconds to the first answer, CPU seconds, and MB resident then."""
    server = peers.Server(peers.PEERS['wai'], 'plain', lambda place: [JAVA, *flags, *arguments(place.port)])
    try:
        return server.seconds_to_answer, machine.threads_cpu_seconds(server.session), server.rss_at_answer
    finally:
        server.stop()


def table(figures):
    least_nothing = min(seconds for seconds, _, _ in figures['no server'])
    heads = ['start', 'least s', 'median s', 'most s', '× no server', 'CPU s', 'RSS MB', 'target']
    return report.table(heads, [row(name, measured, least_nothing) for name, measured in figures.items()])


def row(name, measured, least_nothing):
    seconds, cpu, rss = zip(*measured)
    median, memory = statistics.median(seconds), None if None in rss else statistics.median(rss)
    return [name, f'{min(seconds):.3f}', f'{median:.3f}', f'{max(seconds):.3f}', f'{min(seconds) / least_nothing:.1f}',
            f'{min(cpu):.3f}', report.figure(memory), verdict(name, median, memory)]


def verdict(name, median, memory):
    """Judged by the medians."""
    if name not in TARGETS:
        return ''
    seconds, megabytes = TARGETS[name]
    return (f'≤ {seconds} s: {"met" if median <= seconds else "MISSED"}, '
            f'≤ {megabytes} MB: {"met" if memory <= megabytes else "MISSED"}')


if __name__ == '__main__':
    try:
        main()
    except Missing as e:
        sys.exit(f'start: {e}')
    except KeyboardInterrupt:
        sys.exit(130)
