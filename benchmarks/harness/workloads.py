"""What is asked of the servers, and how the answer of each load generator is read."""

import re
import subprocess
import time
from dataclasses import dataclass

import machine
from machine import BENCHMARKS, WORK

LOAD = BENCHMARKS / 'load'
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Workload:
    """One kind of load; `unit` is the body's size where the rate in bytes matters."""

    name: str
    group: str
    kind: str
    about: str
    tool: str
    options: tuple
    path: str = '/'
    unit: int = 0
    script: tuple = ()


def wrk(name, group, about, connections, path='/', unit=0, script=(), kind='plain'):
    threads = 1 if connections == 1 else 2
    return Workload(name, group, kind, about, 'wrk', (f'-t{threads}', f'-c{connections}', '--latency'), path, unit,
                    script)


WORKLOADS = {work.name: work for work in (
    wrk('plain50', 'hello', 'keep-alive, 50 connections', 50),
    wrk('plain1', 'hello', 'keep-alive, 1 connection', 1),
    wrk('plain256', 'hello', 'keep-alive, 256 connections', 256),
    wrk('browser', 'hello', 'keep-alive, 50 connections, the 13 fields of a browser', 50, script=('browser.lua',)),
    wrk('pipe16', 'hello', '50 connections, 16 requests at a time', 50, script=('pipeline.lua', '16')),
    Workload('abclose', 'hello', 'plain', 'a connection per request, 100 at a time (HTTP/1.0)', 'ab', ('-c100',)),
    wrk('file151', 'file', 'a file of 151 bytes, 50 connections', 50, '/index.html'),
    wrk('file1m', 'file', 'a file of 1 MiB, 16 connections', 16, '/1m.bin', MEBIBYTE),
    wrk('gzip', 'gzip', 'a page of 20 KiB, compressed for each request, 16 connections', 16, '/page.html', 20480,
        ('gzip.lua',)),
    wrk('file100m', 'file', 'a file of 100 MiB, 2 connections', 2, '/100m.bin', 100 * MEBIBYTE),
    wrk('stream', 'stream', '1 MiB in writes of 4 KiB, chunked, 16 connections', 16, '/stream', MEBIBYTE),
    wrk('flush', 'stream', 'the same with a flush after each write', 16, '/flush', MEBIBYTE),
    wrk('echo16k', 'echo', '16 KiB there and back, 50 connections', 50, '/echo', 16384, ('echo.lua', '16384')),
    wrk('echo1m', 'echo', '1 MiB there and back, 16 connections', 16, '/echo', MEBIBYTE, ('echo.lua', '1048576')),
    Workload('rate10k', 'hello', 'plain', '10,000 requests a second on 50 connections', 'h2load',
             ('--h1', '-t1', '-c50', '--rps=200')),
    Workload('h2c', 'h2c', 'h2c', 'HTTP/2, 10 connections, 32 streams each', 'h2load', ('-t1', '-c10', '-m32')),
    Workload('h2', 'h2', 'tls', 'HTTP/2 over TLS, 10 connections, 32 streams each', 'h2load', ('-t1', '-c10', '-m32')),
    wrk('tls', 'tls', 'HTTP/1.1 over TLS, keep-alive, 50 connections', 50, kind='tls'),
)}

USUAL = ('plain50', 'browser', 'pipe16', 'abclose', 'file151', 'file1m', 'stream', 'echo16k', 'echo1m')
QUICK = ('plain50', 'pipe16', 'file151', 'echo16k')


class LoadFailed(Exception):
    """The load generator gave no figures."""


def command(work, url, seconds):
    if work.tool == 'wrk':
        script = ['-s', str(LOAD / work.script[0]), url, '--', *work.script[1:]] if work.script else [url]
        return ['wrk', *work.options, f'-d{seconds}s', *script]
    if work.tool == 'ab':
        return ['ab', '-q', '-r', *work.options, f'-t{seconds}', '-n1000000', url]
    return ['h2load', *work.options, f'-D{seconds}', f'--log-file={WORK / "latencies"}', url]


def measure(server, work, seconds):
    """One round: rate, CPU per request, cores, latencies, errors."""
    (WORK / 'latencies').unlink(missing_ok=True)
    load = command(work, server.url(work.path), seconds)
    cpu, clock = machine.cpu_seconds(server.session), time.monotonic()
    try:
        done = subprocess.run(load, capture_output=True, text=True, timeout=seconds + 60)
    except subprocess.TimeoutExpired as e:
        raise LoadFailed(f'{work.tool} did not end') from e
    wall = time.monotonic() - clock
    used = machine.cpu_seconds(server.session) - cpu
    if server.process.poll() is not None:
        raise LoadFailed('the server has ended')
    figures = {'wrk': read_wrk, 'ab': read_ab, 'h2load': read_h2load}[work.tool](done.stdout + done.stderr, seconds)
    if figures['requests'] == 0:
        why = ' (50 handshakes may take longer on a busy machine: see --secs)' if work.kind == 'tls' else ''
        raise LoadFailed(f'no request was answered in {seconds} s{why}: ' + done.stderr.strip()[:100])
    return {**figures, 'cpu_us': used * 1e6 / figures['requests'], 'cores': used / wall}


def read_wrk(text, _):
    requests = number(r'(\d+) requests in', text)
    return {
        'requests': int(requests),
        'rate': number(r'Requests/sec:\s+([\d.]+)', text),
        'p50_us': wrk_latency('50', text),
        'p99_us': wrk_latency('99', text),
        'errors': int(number(r'Non-2xx or 3xx responses: (\d+)', text, 0)) + sum(
            int(number(rf'Socket errors:.*{kind} (\d+)', text, 0)) for kind in ('connect', 'read', 'write', 'timeout')),
    }


def wrk_latency(percent, text):
    found = re.search(rf'^\s+{percent}%\s+([\d.]+)(us|ms|s)', text, re.MULTILINE)
    return float(found[1]) * {'us': 1, 'ms': 1e3, 's': 1e6}[found[2]] if found else None


def read_ab(text, _):
    return {
        'requests': int(number(r'Complete requests:\s+(\d+)', text)),
        'rate': number(r'Requests per second:\s+([\d.]+)', text),
        'p50_us': number(r'^\s+50%\s+(\d+)', text, 0) * 1000 or None,
        'p99_us': number(r'^\s+99%\s+(\d+)', text, 0) * 1000 or None,
        'errors': int(number(r'Failed requests:\s+(\d+)', text, 0) + number(r'Non-2xx responses:\s+(\d+)', text, 0)),
    }


def read_h2load(text, seconds):
    succeeded = int(number(r'requests: .* (\d+) succeeded', text))
    log = WORK / 'latencies'
    lines = log.read_text().splitlines() if log.exists() else []
    latencies = sorted(int(line.split()[2]) for line in lines if line.count('\t') >= 2)
    return {
        'requests': succeeded,
        'rate': succeeded / seconds,
        'p50_us': latencies[len(latencies) // 2] if latencies else None,
        'p99_us': latencies[len(latencies) * 99 // 100] if latencies else None,
        'errors': int(number(r'(\d+) failed', text, 0)),
    }


def number(pattern, text, default=None):
    found = re.search(pattern, text, re.MULTILINE)
    if found:
        return float(found[1])
    if default is None:
        raise LoadFailed('not understood: ' + ' '.join(text.split())[-200:])
    return default
