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


def ratios(measured, subject, other, key):
    """What one has for each unit of the other, round by round. Both were measured within seconds of each other then, so
    what else the machine did in that round hit both."""
    theirs = {one['round']: one[key] for one in measured[other]['rounds']} if other in measured else {}
    mine = measured[subject]['rounds'] if subject in measured else []
    return [one[key] / theirs[one['round']] for one in mine if theirs.get(one['round'])]


def median_ratio(measured, subject, other):
    found = ratios(measured, subject, other, 'rate')
    return f'{statistics.median(found):.2f}' if found else '-'


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
            median_ratio(measured, peer, base), median_ratio(measured, peer, LIMIT),
            figure(median(results, 'cpu_us')), f'{median(results, "cores"):.2f}',
            figure(median(results, 'p50_us')), figure(median(results, 'p99_us')),
            str(sum(one['errors'] for one in results['rounds'])), figure(results['rss_mb'])])
    return f'### {name}: {work.about}\n\n{table(heads, rows)}'


@dataclass(frozen=True)
class Target:
    """Our rate must be `factor` times the best of the others, or our CPU per request at most that. We are the
    subjects."""

    workload: str
    factor: float
    others: tuple
    is_cpu: bool = False
    subjects: tuple = ('wai', 'wai-loops')

    def text(self):
        name = 'Haskell Warp' if self.others == HASKELL else 'C limit' if self.others == (LIMIT,) else self.others[0]
        return f'CPU ≤ {self.factor:.2f} × {name}' if self.is_cpu else f'req/s ≥ {self.factor:.2f} × {name}'

    def ratios(self, measured, subject):
        """Ours over those of the best of the others, of each round in which both were measured."""
        key, best = ('cpu_us', min) if self.is_cpu else ('rate', max)
        theirs = {other: median(measured[other], key) for other in self.others if measured.get(other, {}).get('rounds')}
        return ratios(measured, subject, best(theirs, key=theirs.get), key) if theirs else []

    def is_met(self, ratio):
        return ratio <= self.factor if self.is_cpu else ratio >= self.factor

    def verdict(self, measured, subject):
        """The median, the middle half of the rounds, and what it comes to; nothing for who is no subject."""
        if subject not in self.subjects:
            return ''
        found = self.ratios(measured, subject)
        if not found:
            return 'not measured'
        middle = statistics.median(found)
        low, _, high = statistics.quantiles(found, n=4, method='inclusive') if len(found) > 1 else (middle,) * 3
        return f'{middle:.2f} ({low:.2f}–{high:.2f}) {"met" if self.is_met(middle) else "MISSED"}'


TARGETS = (
    Target('plain50', 1.15, (LIMIT,), is_cpu=True),
    Target('plain50', 1.0, ('nginx',)),
    Target('plain50', 1.0, ('netty',)),
    Target('plain50', 1.25, ('helidon',)),
    Target('plain50', 1.25, HASKELL),
    Target('plain50', 1.15, ('wai',), is_cpu=True, subjects=('wai-stack',)),
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
    *(target for name in ('tls', 'h2c', 'h2') for target in (
        Target(name, 1.0, ('netty',)), Target(name, 2.0, HASKELL))),
)


def target_table(results):
    """Each target with what was measured, for every peer that has some."""
    subjects = [each for each in sorted({peer for measured in results.values() for peer in measured})
                if any(each in target.subjects for target in TARGETS)]
    if not subjects:
        return ''
    rows = []
    for target in TARGETS:
        if not set(subjects) & set(target.subjects):
            continue
        measured = results.get(target.workload, {})
        rows.append([f'{target.workload}: {target.text()}', *(target.verdict(measured, each) for each in subjects)])
    return table(['target', *subjects], rows)


def facts(saved):
    """What the figures depend on."""
    return ('; '.join(f'{name} {version}' for name, version in saved['versions'].items()) + '.\n\n'
            f'Rounds: {saved["rounds"]} of {saved["seconds"]} s. Load average at the end: {saved["load"]}.')


def summary(saved):
    """The targets of those that were measured and have some, and what could not be measured."""
    targets = target_table(saved['results'])
    parts = ['### Targets\n\n' + targets] if targets else []
    if saved['missing']:
        parts.append('Not measured:\n\n' + '\n'.join(f'- {name}: {why}' for name, why in saved['missing'].items()))
    return '\n\n'.join(parts)


def whole(saved, base):
    """The report of a run, as docs/benchmarks.md shows it."""
    tables = [workload_table(name, measured, base) for name, measured in saved['results'].items()]
    return '\n\n'.join([facts(saved), summary(saved), *tables]) + '\n'
