"""Measures Warp and other servers side by side.

Starts all servers, checks that they answer alike, warms them, then measures them in turn, round after round, so that
what else the machine does hits all of them. Read the ratios and the CPU per request; requests per second alone depend
on the machine and on the load generator, which shares it.
"""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

import choices
import machine
import peers
import report
import workloads
from machine import Missing, TARGET, say
from workloads import LoadFailed, WORKLOADS

WARM_JVM_SECONDS = 4
WARM_JVM_LEAST = 16
WARM_SECONDS = 1


def arguments():
    parser = argparse.ArgumentParser(
        prog='benchmarks/compare', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='workloads:\n' + '\n'.join(
            f'  {work.name:9} {work.about}' for work in WORKLOADS.values()))
    choices.add_peers(parser, ','.join(peers.USUAL))
    parser.add_argument('--workloads', metavar='A,B', help='which workloads, or "all" (default: %s)' % ','.join(
        workloads.USUAL))
    parser.add_argument('--rounds', metavar='N', type=int, default=9,
                        help='rounds that count; one before them does not (default: %(default)s)')
    parser.add_argument('--secs', metavar='N', type=int, default=1, help='seconds per round (default: %(default)s)')
    parser.add_argument('--quick', action='store_true',
                        help='one round of one second on few workloads: shows that all works, no more')
    parser.add_argument('--base', metavar='NAME', default='haskell',
                        help='the server that ratios refer to, besides the limit (default: %(default)s)')
    parser.add_argument('--extra', metavar='NAME=GROUPS=COMMAND', action='append', default=[],
                        help='one more server, run in the foreground; GROUPS is all, http1, or some of '
                             'hello+file+stream+echo+h2c+tls+h2; COMMAND may use {port} {kind} {files} {workers} '
                             '{cert} {key} {keystore} {java} {jvm}')
    parser.add_argument('--json', metavar='FILE', type=Path, default=TARGET / 'compare.json',
                        help='where the figures of all rounds go (default: benchmarks/target/compare.json)')
    parser.add_argument('--markdown', metavar='FILE', type=Path, help='where the report goes, besides the terminal')
    parser.add_argument('--from', metavar='FILE', type=Path, dest='saved',
                        help='measure nothing; report what an earlier run wrote with --json')
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.secs = 1, 1
    usual = workloads.QUICK if options.quick else workloads.USUAL
    options.workloads = choices.choose(parser, 'workload', options.workloads or ','.join(usual), WORKLOADS)
    options.peers = choices.chosen_peers(parser, options)
    try:
        options.peers += [peers.extra(text) for text in options.extra]
    except ValueError as e:
        parser.error(f'--extra: expected NAME=GROUPS=COMMAND: {e}')
    return options


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.saved:
        saved = json.loads(options.saved.read_text())
        print(report.whole(saved, options.base))
    else:
        saved = run(options)
        print(report.facts(saved) + '\n\n' + report.summary(saved))
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(saved, indent=1))
    if options.markdown:
        options.markdown.write_text(report.whole(saved, options.base))


def run(options):
    kinds = [kind for kind in ('plain', 'h2c', 'tls') if any(work.kind == kind for work in options.workloads)]
    tools = {work.tool for work in options.workloads} | {'curl'} | ({'openssl'} if 'tls' in kinds else set())
    machine.demand(sorted(tools))
    machine.make_files()
    if 'tls' in kinds:
        machine.make_certificate()
    usable, missing = peers.prepare(options.peers)
    results = {work.name: {} for work in options.workloads}
    for kind in kinds:
        works = [work for work in options.workloads if work.kind == kind]
        measure_kind(options, kind, works, usable, missing, results)
    return {'versions': machine.describe(), 'rounds': options.rounds, 'seconds': options.secs,
            'load': ' '.join(f'{load:.1f}' for load in os.getloadavg()), 'results': results, 'missing': missing}


def measure_kind(options, kind, works, usable, missing, results):
    """All workloads of one protocol, with all servers up."""
    servers = []
    try:
        for peer in usable:
            if any(work.group in peer.groups for work in works):
                start(peer, kind, works, servers, missing)
        for server in servers:
            warm(server, works)
        for work in works:
            results[work.name] = measure_work(options, work, servers, missing)
            print('\n' + report.workload_table(work.name, results[work.name], options.base) + '\n', flush=True)
    finally:
        for server in servers:
            server.stop()


def start(peer, kind, works, servers, missing):
    try:
        server = peers.Server(peer, kind)
    except Missing as e:
        missing[f'{peer.name} {kind}'] = str(e)
        say(f'without {peer.name}: {e}')
        return
    servers.append(server)
    wrong = server.check(works)
    missing.update({f'{peer.name} {group}': why for group, why in wrong.items()})
    say(f'{peer.name}: first answer after {server.seconds_to_answer:.3f} s, {server.rss_at_answer:.0f} MB'
        + ''.join(f'; WRONG {group}: {why}' for group, why in wrong.items()))


def warm(server, works):
    """A JVM compiles what it has seen: it is shown every workload before the first is measured, and no JVM for much less
    time than another because it has fewer."""
    mine = [work for work in works if work.group in server.groups]
    if not server.peer.is_jvm:
        mine = mine[:1]
    seconds = max(WARM_JVM_SECONDS, WARM_JVM_LEAST // max(len(mine), 1)) if server.peer.is_jvm else WARM_SECONDS
    for work in mine:
        try:
            workloads.measure(server, work, seconds)
        except LoadFailed as e:
            say(f'{server.peer.name} while warming with {work.name}: {e}')


def measure_work(options, work, servers, missing):
    """Round 0 does not count: it warms what this workload alone uses."""
    taking_part = [server for server in servers if work.group in server.groups]
    measured = {server.peer.name: {'rounds': [], 'rss_mb': 0} for server in taking_part}
    for round_number in range(options.rounds + 1):
        for server in rotated(taking_part, round_number):
            try:
                figures = workloads.measure(server, work, options.secs)
            except LoadFailed as e:
                missing[f'{server.peer.name} {work.name}'] = str(e)
                say(f'{server.peer.name} {work.name}: {e}')
                continue
            if round_number > 0:
                measured[server.peer.name]['rounds'].append({'round': round_number, **figures})
    for server in taking_part:
        measured[server.peer.name]['rss_mb'] = machine.rss_mb(server.session)
    return measured


def rotated(items, by):
    """Nobody always comes after the same neighbour's rubbish was collected."""
    by %= max(len(items), 1)
    return items[by:] + items[:by]


if __name__ == '__main__':
    try:
        main()
    except Missing as e:
        sys.exit(f'compare: {e}')
    except KeyboardInterrupt:
        sys.exit(130)
