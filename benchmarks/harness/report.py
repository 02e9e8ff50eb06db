"""Tables in Markdown, padded so that they can be read as they are; and the targets."""

import statistics
from dataclasses import dataclass

from workloads import WORKLOADS

LIMIT = 'limit'
HASKELL = ('haskell', 'haskell-n1')


def table(heads, rows):
    """A Markdown table; the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]

    def line(cells):
        return '| ' + ' | '.join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths))) + ' |'

    rule = '|' + '|'.join(
        '-' * (width + 2) if i == 0 else '-' * (width + 1) + ':' for i, width in enumerate(widths)) + '|'
    return '\n'.join([line(heads), rule, *map(line, rows)])


def figure(value):
    if value is None:
        return '-'
    return f'{value:,.0f}' if value >= 100 else f'{value:.1f}' if value >= 10 else f'{value:.2f}'


def median(results, name):
    """The median over the rounds, or None where a round has no such figure."""
    values = [one[name] for one in results['rounds'] if one[name] is not None]
    return statistics.median(values) if values else None


def workload_table(name, measured, base):
    """One workload: a row per peer, the fastest first."""
    work = WORKLOADS[name]
    measured = {peer: results for peer, results in measured.items() if results['rounds']}
    if not measured:
        return f'### {name}: nothing was measured'
    base = base if base in measured else next(iter(measured))
    rates = {peer: median(results, 'rate') for peer, results in measured.items()}
    size = ['MB/s'] if work.unit else []
    heads = ['server', 'req/s', 'min–max', *size, f'× {base}', '× limit', 'CPU µs/req', 'cores', 'p50 µs', 'p99 µs',
             'errors', 'RSS MB']
    rows = []
    for peer in sorted(measured, key=rates.get, reverse=True):
        results = measured[peer]
        all_rates = [one['rate'] for one in results['rounds']]
        rows.append([
            peer, figure(rates[peer]), f'{figure(min(all_rates))}–{figure(max(all_rates))}',
            *([figure(rates[peer] * work.unit / 1e6)] if work.unit else []),
            f'{rates[peer] / rates[base]:.2f}',
            f'{rates[peer] / rates[LIMIT]:.2f}' if LIMIT in rates else '-',
            figure(median(results, 'cpu_us')), f'{median(results, "cores"):.2f}',
            figure(median(results, 'p50_us')), figure(median(results, 'p99_us')),
            str(sum(one['errors'] for one in results['rounds'])), figure(results['rss_mb'])])
    return f'### {name}: {work.about}\n\n{table(heads, rows)}'


@dataclass(frozen=True)
class Target:
    """Our rate must be `factor` times the best of the others, or our CPU per request at most that."""

    workload: str
    factor: float
    others: tuple
    is_cpu: bool = False

    def text(self):
        name = 'Haskell Warp' if self.others == HASKELL else 'C limit' if self.others == (LIMIT,) else self.others[0]
        return f'CPU ≤ {self.factor:.2f} × {name}' if self.is_cpu else f'req/s ≥ {self.factor:.2f} × {name}'

    def ratio(self, measured, subject):
        """Ours over theirs, or None when one of them was not measured."""
        key, best = ('cpu_us', min) if self.is_cpu else ('rate', max)
        mine = value(measured, subject, key)
        theirs = [value(measured, other, key) for other in self.others]
        theirs = [one for one in theirs if one]
        return mine / best(theirs) if mine and theirs else None

    def is_met(self, ratio):
        return ratio <= self.factor if self.is_cpu else ratio >= self.factor


def value(measured, peer, key):
    results = measured.get(peer)
    return median(results, key) if results and results['rounds'] else None


TARGETS = (
    Target('plain50', 1.15, (LIMIT,), is_cpu=True),
    Target('plain50', 1.0, ('nginx',)),
    Target('plain50', 1.0, ('netty',)),
    Target('plain50', 1.25, ('helidon',)),
    Target('plain50', 1.25, HASKELL),
    Target('browser', 1.05, ('nginx',)),
    Target('browser', 1.05, ('netty',)),
    Target('pipe16', 8.0, HASKELL),
    Target('pipe16', 1.15, ('netty',)),
    Target('abclose', 0.8, HASKELL, is_cpu=True),
    Target('file151', 1.4, ('nginx',)),
    Target('file151', 1.7, HASKELL),
    Target('file1m', 1.0, HASKELL, is_cpu=True),
    Target('file1m', 1.0, ('nginx',), is_cpu=True),
    Target('stream', 0.95, ('netty',)),
    Target('stream', 1.1, HASKELL),
    Target('echo16k', 0.95, ('netty',)),
    Target('echo16k', 2.0, HASKELL),
    Target('echo1m', 0.95, ('netty',)),
    Target('echo1m', 1.4, HASKELL),
)


def target_table(results):
    """Each target with what was measured, for every peer whose name begins with wai."""
    subjects = sorted({peer for measured in results.values() for peer in measured if peer.startswith('wai')})
    rows = []
    for target in TARGETS:
        measured = results.get(target.workload, {})
        cells = []
        for subject in subjects:
            ratio = target.ratio(measured, subject)
            cells.append('not measured' if ratio is None else
                         f'{ratio:.2f} {"met" if target.is_met(ratio) else "MISSED"}')
        rows.append([f'{target.workload}: {target.text()}', *cells])
    return table(['target', *subjects], rows)


def facts(saved):
    """What the figures depend on."""
    return ('; '.join(f'{name} {version}' for name, version in saved['versions'].items()) + '.\n\n'
            f'Rounds: {saved["rounds"]} of {saved["seconds"]} s. Load average at the end: {saved["load"]}.')


def summary(saved):
    """The targets, and what could not be measured."""
    parts = ['### Targets\n\n' + target_table(saved['results'])]
    if saved['missing']:
        parts.append('Not measured:\n\n' + '\n'.join(f'- {name}: {why}' for name, why in saved['missing'].items()))
    return '\n\n'.join(parts)


def whole(saved, base):
    """The report of a run, as docs/benchmarks.md shows it."""
    tables = [workload_table(name, measured, base) for name, measured in saved['results'].items()]
    return '\n\n'.join([facts(saved), summary(saved), *tables]) + '\n'
