"""Tests of what the harness computes: python3 selftest.py"""

import unittest

import handshakes
import machine
import peers
import report
import start
import streams
import syscalls
import workloads

WRK = """
  Thread Stats   Avg      Stdev     Max   +/- Stdev
  Latency Distribution
     50%  308.00us
     75%    1.20ms
     99%    5.88ms
  179532 requests in 2.00s, 24.31MB read
  Socket errors: connect 0, read 3, write 0, timeout 1
  Non-2xx or 3xx responses: 7
Requests/sec:  89622.10
"""

AB = """
Complete requests:      12650
Failed requests:        2
   (Connect: 0, Receive: 0, Length: 2, Exceptions: 0)
Non-2xx responses:      5
Requests per second:    6325.00 [#/sec] (mean)
  50%     15
  99%     41
"""

H2LOAD = 'requests: 200000 total, 200010 started, 200000 done, 199990 succeeded, 10 failed, 10 errored, 0 timeout'


def rounds(*rates, cpu=10.0):
    return {'rss_mb': 1.0, 'rounds': [
        {'round': number, 'rate': rate, 'cpu_us': cpu, 'cores': 1.0, 'p50_us': None, 'p99_us': 2.0, 'errors': 1}
        for number, rate in enumerate(rates, 1)]}


class ReadingTest(unittest.TestCase):
    def test_wrk(self):
        self.assertEqual(workloads.read_wrk(WRK, 2), {
            'requests': 179532, 'rate': 89622.1, 'p50_us': 308.0, 'p99_us': 5880.0, 'errors': 11})

    def test_ab(self):
        self.assertEqual(workloads.read_ab(AB, 2), {
            'requests': 12650, 'rate': 6325.0, 'p50_us': 15000.0, 'p99_us': 41000.0, 'errors': 7})

    def test_h2load(self):
        read = workloads.read_h2load(H2LOAD, 2)

        self.assertEqual((read['requests'], read['rate'], read['errors']), (199990, 99995.0, 10))

    def test_s_time(self):
        text = 'Collecting connection statistics\n' + 'r' * 70 + '\n' + 'rr*\n' \
            '\n\n73 connections in 0.05s; 1460.0 connections/user sec, bytes read 100\n' \
            '73 connections in 2 real seconds, 182 bytes read per connection\n'

        self.assertEqual(handshakes.read_s_time(text), (73, 72))
        self.assertEqual(handshakes.read_s_time('ERROR'), (0, 0))

    def test_frames(self):
        self.assertEqual(streams.frame(streams.HEADERS, 5, 3, b'ab'), b'\0\0\2\1\5\0\0\0\3ab')
        self.assertEqual(streams.request('POST', '/a'), b'\x83\x86\4\2/a\1\x09127.0.0.1')

    def test_strace(self):
        text = ' calls    errors syscall\n 20000           write\n 40000     20000 read\n 60000 20000 total\n'

        self.assertEqual(syscalls.read_counts(text), {'write': (20000, 0), 'read': (40000, 20000)})

    def test_what_is_not_understood_is_said(self):
        with self.assertRaisesRegex(workloads.LoadFailed, 'unable to connect'):
            workloads.read_wrk('unable to connect to 127.0.0.1:1', 2)


class TargetTest(unittest.TestCase):
    def test_rate_is_compared_with_the_best_of_the_others(self):
        target = report.Target('plain50', 1.25, report.HASKELL)
        measured = {'wai': rounds(200, 100, 300), 'haskell': rounds(90, 90, 90), 'haskell-n1': rounds(160, 50, 600)}

        self.assertEqual(target.ratios(measured, 'wai'), [1.25, 2.0, 0.5])
        self.assertEqual(target.verdict(measured, 'wai'), '1.25 (0.88–1.62) met')
        self.assertFalse(target.is_met(1.24))

    def test_cpu_is_compared_with_the_least_of_the_others(self):
        target = report.Target('abclose', 0.8, report.HASKELL, is_cpu=True)
        measured = {'wai': rounds(1, cpu=8), 'haskell': rounds(1, cpu=20), 'haskell-n1': rounds(1, cpu=10)}

        self.assertEqual(target.ratios(measured, 'wai'), [0.8])
        self.assertTrue(target.is_met(0.8))
        self.assertFalse(target.is_met(0.81))

    def test_who_failed_is_not_compared(self):
        target = report.Target('plain50', 1.0, ('nginx',))

        self.assertEqual(target.ratios({'wai': rounds(1), 'nginx': rounds()}, 'wai'), [])
        self.assertEqual(target.ratios({'wai': rounds(), 'nginx': rounds(1)}, 'wai'), [])
        self.assertIn('not measured', report.target_table({'plain50': {'wai': rounds(1)}}))

    def test_the_shelf_has_targets_of_its_own(self):
        measured = {'wai': rounds(1, cpu=10), 'wai-stack': rounds(1, cpu=11.5), 'nginx': rounds(1)}

        lines = report.target_table({'plain50': measured}).splitlines()

        self.assertEqual([cell.strip() for cell in lines[0].split('|')], ['', 'target', 'wai', 'wai-stack', ''])
        cells = {cell[1].strip(): [verdict.strip() for verdict in cell[2:4]]
                 for cell in (line.split('|') for line in lines)}
        self.assertEqual(cells['plain50: CPU ≤ 1.15 × wai'], ['', '1.15 (1.15–1.15) met'])
        self.assertEqual(cells['plain50: req/s ≥ 1.00 × nginx'], ['1.00 (1.00–1.00) met', ''])
        self.assertNotIn('wai-stack', report.target_table({'plain50': {'wai': rounds(1), 'nginx': rounds(1)}}))

    def test_rounds_are_compared_with_the_same_round_of_the_other(self):
        measured = {'wai': rounds(1, 2, 3), 'nginx': rounds(10, 20, 30)}
        del measured['nginx']['rounds'][1]

        self.assertEqual(report.ratios(measured, 'wai', 'nginx', 'rate'), [0.1, 0.1])

    def test_every_target_names_what_exists(self):
        for target in report.TARGETS:
            self.assertIn(target.workload, workloads.WORKLOADS)
            self.assertLessEqual(set(target.others), set(peers.USUAL))


class TableTest(unittest.TestCase):
    def test_rows_are_sorted_by_rate_and_padded(self):
        measured = {'nginx': rounds(100, 100, 100), 'wai': rounds(90, 110, 200)}

        text = report.workload_table('plain50', measured, 'nginx')

        lines = text.splitlines()[2:]
        self.assertEqual(len({len(line) for line in lines}), 1)
        self.assertTrue(lines[2].startswith('| wai    |'))
        self.assertIn(' 110 | 90.0–200 |    1.10 |', lines[2])

    def test_a_workload_without_figures_is_reported(self):
        self.assertIn('nothing was measured', report.workload_table('plain50', {'wai': rounds()}, 'wai'))


class PeerTest(unittest.TestCase):
    def test_an_extra_server_is_started_with_its_port(self):
        peer = peers.extra('mine=hello+file=serve --port {port} {kind}')

        place = peers.Place(8080, 'plain', machine.WORK)
        self.assertEqual(peer.command(place), ['serve', '--port', '8080', 'plain'])
        self.assertEqual(peer.groups, {'hello', 'file'})

    def test_a_group_that_does_not_exist_is_refused(self):
        with self.assertRaisesRegex(ValueError, 'speed'):
            peers.extra('mine=speed=serve')

    def test_scripts_of_workloads_exist(self):
        for work in workloads.WORKLOADS.values():
            for script in work.script[:1]:
                self.assertTrue((workloads.LOAD / script).is_file())

    def test_a_free_port_is_free(self):
        self.assertNotEqual(machine.free_port(), 0)


class StartTest(unittest.TestCase):
    def test_the_medians_are_judged_and_the_least_compared(self):
        figures = {'no server': [(0.04, 0.05, None)], 'Warp': [(0.1, 0.2, 54.0), (0.15, 0.3, 55.0), (0.2, 0.25, 56.0)]}

        self.assertEqual(start.table(figures).splitlines()[2:], [
            '| no server |   0.040 |    0.040 |  0.040 |         1.0 | 0.050 |      - |                             |',
            '| Warp      |   0.100 |    0.150 |  0.200 |         2.5 | 0.200 |   55.0 | ≤ 0.15 s: met, ≤ 55 MB: met |'])

    def test_a_target_is_missed_above_it(self):
        self.assertEqual(start.verdict('Warp', 0.151, 55.1), '≤ 0.15 s: MISSED, ≤ 55 MB: MISSED')


if __name__ == '__main__':
    unittest.main()
