#!/usr/bin/env python3
"""Run the measured AWS CLI cases (tests/data/cli) against `gwtape aws` and print a table by topic.

Each case gets a fresh HOME and working directory, an environment of its own and a capture
server on 127.0.0.1. What is compared: the last request (method, path and body bytes; head:
header names, host and the signature's key, scope and signed headers), the number of requests,
the exit code, stdout and stderr. Exits 1 when a topic falls below its threshold.

  cli_goldens.py --binary build/gwtape [--topic T]... [--id ID]... [--show] [--real]
"""
import argparse
import base64
import concurrent.futures
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import support

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, '..', 'data', 'cli')
FULL = ('options paramfile uri-labels shorthand-map json-map structure list integer enum cli-input-json '
        'cli-input-yaml skeleton get-integration validation-order argparse server-errors response-parse '
        'retry network config-globals auto-prompt').split()
# What the measured topics leave open, measured later (cli_measure.py); a row of its own below "all".
MORE = 'more'
# Whole-run thresholds, and those of single topics, in percent.
ALL_STDOUT, ALL_STDERR, OUTPUT = 99.0, 97.0, 97.0


class Capture:
    """A server that keeps raw requests and answers from a list; the last answer repeats."""

    def __init__(self, answers):
        self.answers, self.requests, self.lock = answers, [], threading.Lock()
        self.sock = socket.socket()
        self.sock.bind(('127.0.0.1', 0))
        self.sock.listen(16)
        self.port = self.sock.getsockname()[1]
        self.closed = False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                conn, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(conn,), daemon=True).start()

    def serve(self, conn):
        with conn:
            data = b''
            while True:
                while b'\r\n\r\n' not in data:
                    try:
                        more = conn.recv(65536)
                    except OSError:
                        return
                    if not more:
                        return
                    data += more
                    if data[:1] == b'\x16':  # TLS to a plain port
                        conn.sendall(b'HTTP/1.0 400 Bad request syntax\r\n\r\n')
                        return
                head, _, data = data.partition(b'\r\n\r\n')
                lines = head.decode('latin-1').split('\r\n')
                headers = [tuple(p.strip() for p in line.split(':', 1)) for line in lines[1:]]
                length = int(next((v for k, v in headers if k.lower() == 'content-length'), 0))
                while len(data) < length:
                    more = conn.recv(65536)
                    if not more:
                        return
                    data += more
                body, data = data[:length], data[length:]
                method, path, _ = lines[0].split(' ', 2)
                with self.lock:
                    self.requests.append({'method': method, 'path': path, 'headers': headers, 'body': body})
                    if not self.answers:
                        return
                    answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
                if answer.get('sleep'):
                    time.sleep(answer['sleep'])
                if answer.get('close'):
                    return
                payload = answer.get('body', '').encode()
                text = 'HTTP/1.1 %d %s\r\n' % (answer['status'], reason(answer['status']))
                for name, value in answer.get('headers', {}).items():
                    text += '%s: %s\r\n' % (name, value)
                if answer['status'] != 204:
                    text += 'Content-Length: %d\r\n' % len(payload)
                try:
                    conn.sendall(text.encode() + b'\r\n' + payload)
                except OSError:
                    return

    def close(self):
        self.sock.close()


def reason(status):
    import http
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ''


def fill(text, port, tmp):
    return (text.replace('{{ENDPOINT}}', 'http://127.0.0.1:%d' % port)
            .replace('{{PORT}}', str(port)).replace('{{TMP}}', tmp))


def mask(text, port, tmp):
    return (text.replace('http://127.0.0.1:%d' % port, '{{ENDPOINT}}')
            .replace(str(port), '{{PORT}}').replace(tmp, '{{TMP}}'))


PLATFORM = re.compile(r'Python/\S+ Linux/\S+ source/\S+')


def platform_here(real):
    """What a version line says between `aws-cli/2.9.19` and `prompt/off` on this machine."""
    if real:
        line = subprocess.run(['/usr/bin/aws', '--version'], stdout=subprocess.PIPE).stdout.decode()
        return PLATFORM.search(line).group()
    system = platform.freedesktop_os_release()
    version = system.get('VERSION_ID', '').split('.')[0]
    return 'Python/3.11.2 Linux/%s source/%s.%s%s' % (platform.release(), platform.machine(), system['ID'],
                                                    version and '.' + version)


def on_this_machine(case, here):
    """The case with the kernel and the system of this machine, not of the one where it was measured."""
    expect = case['expect']
    return {**case, 'expect': {**expect, 'stdout': PLATFORM.sub(lambda _: here, expect['stdout']),
                               'stderr': PLATFORM.sub(lambda _: here, expect['stderr'])}}


def write_files(case, home, work, port, tmp):
    for name, content in case.get('files', {}).items():
        path = os.path.join(home, name[2:]) if name.startswith('~/') else os.path.join(work, name)
        if name.endswith('/'):
            os.makedirs(path, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(content, dict):
            data = base64.b64decode(content['base64'])
        else:
            data = fill(content, port, tmp).encode('utf-8', 'surrogateescape')
        with open(path, 'wb') as f:
            f.write(data)


def prepare(case, base_env, port, tmp):
    """Environment, words and working directory of a case."""
    home, work = os.path.join(tmp, 'home'), os.path.join(tmp, 'w')
    os.makedirs(home)
    os.makedirs(work)
    write_files(case, home, work, port, tmp)
    env = {'PATH': os.environ['PATH'], 'HOME': home, **base_env, **case.get('env', {})}
    env = {k: fill(v, port, tmp) for k, v in env.items() if k not in case.get('unset', [])}
    return env, [os.fsencode(fill(a, port, tmp)) for a in case['argv']], work


def run_case(case, command, base_env):
    tmp = tempfile.mkdtemp(prefix='cli-golden-')
    server = Capture(case.get('server', []))
    try:
        env, argv, work = prepare(case, base_env, server.port, tmp)
        env.update({k: v for k, v in os.environ.items() if k.endswith('SAN_OPTIONS')})
        done = subprocess.run(command + argv, env=env, cwd=work, input=case.get('stdin', '').encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=support.HANG_SECONDS)
        out = mask(done.stdout.decode('utf-8', 'replace'), server.port, tmp)
        err = mask(done.stderr.decode('utf-8', 'replace'), server.port, tmp)
        return compare(case, done.returncode, out, err, server)
    except Exception as e:  # a runner's failure is a failed case, never a pass
        return {'request': False, 'head': False, 'exit': False, 'stdout': False, 'stderr': False,
                'why': 'runner: %r' % e}
    finally:
        server.close()
        shutil.rmtree(tmp, ignore_errors=True)


def compare(case, code, out, err, server):
    want = case['expect']
    got = server.requests[-1] if server.requests else None
    result = {
        'request': same_request(want, got, len(server.requests), server.port),
        'head': same_head(want.get('request'), got, server.port),
        'exit': code == want['exit'],
        'stdout': same_text(case.get('stdout_mode', 'exact'), want['stdout'], out),
        'stderr': same_text(case.get('stderr_mode', 'exact'), want['stderr'], err),
    }
    lines = []
    if not result['exit']:
        lines.append('exit: want %r, got %r' % (want['exit'], code))
    for name, a, b in (('stdout', want['stdout'], out), ('stderr', want['stderr'], err)):
        if not result[name] or not result['exit']:
            lines.append('%s:\n--- want\n%s\n--- got\n%s' % (name, a[:3000], b[:3000]))
    if not (result['request'] and result['head']):
        lines.append('request:\n--- want %s x\n%s\n--- got %d x\n%s'
                     % (want.get('request_count'), want.get('request'), len(server.requests), got))
    result['why'] = '\n'.join(lines)
    return result


def same_request(want, got, count, port):
    if want.get('request') is None:
        return got is None
    if got is None or count != want.get('request_count', count):
        return False
    request = want['request']
    body = fill(request.get('body') or '', port, '')
    return (got['method'] == request['method'] and got['path'] == request['path']
            and got['body'] == body.encode('utf-8', 'surrogateescape'))


SIGNATURE = re.compile(r'AWS4-HMAC-SHA256 Credential=([^/]*)/\d{8}/(\S*), SignedHeaders=(\S+), '
                       r'Signature=[0-9a-f]{64}$')


def same_head(request, got, port):
    if request is None or got is None:
        return request is None and got is None
    # amz-sdk-request belongs to the newer CLI that a few cases were taken from.
    want = {k.lower(): v for k, v in request['headers'].items() if k.lower() != 'amz-sdk-request'}
    have = {k.lower(): v for k, v in got['headers']}
    have.pop('accept-encoding', None)  # sent by both, not kept in the cases
    if sorted(want) != sorted(have):
        return False
    for name, value in want.items():
        if '{{' not in value and have[name] != value:
            return False
    auth = request.get('auth')
    if auth:
        m = SIGNATURE.match(have.get('authorization', ''))
        return bool(m) and m.groups() == (auth['akid'], auth['scope'], auth['signed_headers'])
    return 'authorization' not in have


def same_text(mode, want, got):
    if want == got:
        return True
    if mode in ('ignore', 'regex'):
        # a prompt_toolkit frame: the exit code counts; a version line must be equal
        return mode == 'ignore' or not want.startswith('aws-cli/')
    if mode == 'prefix-suffix':
        head = want[:100]
        return got.startswith(head) and got[-2:] == want[-2:]
    return False


FIELDS = ('request', 'head', 'exit', 'stdout', 'stderr')


def threshold(topic):
    if topic == MORE:
        return dict.fromkeys(FIELDS, 100.0)
    full = 100.0 if topic in FULL else 0.0
    text = OUTPUT if topic in ('query', 'output') else 0.0
    return {'request': full, 'exit': full, 'stdout': text, 'stderr': text}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--binary', default=os.environ.get('GWTAPE_BINARY', 'build/gwtape'))
    ap.add_argument('--data', default=DATA)
    ap.add_argument('--topic', action='append', default=[])
    ap.add_argument('--id', action='append', default=[])
    ap.add_argument('--show', action='store_true', help='print what differs')
    ap.add_argument('--real', action='store_true', help='run the aws on this machine instead')
    ap.add_argument('--jobs', type=int, default=4)
    args = ap.parse_args()

    command = ['/usr/bin/aws'] if args.real else [os.path.abspath(args.binary), 'aws']
    with open(os.path.join(args.data, 'BASE_ENV.json')) as f:
        base_env = json.load(f)
    cases, here = [], platform_here(args.real)
    for name in sorted(os.listdir(args.data)):
        if not name.endswith('.json') or name == 'BASE_ENV.json':
            continue
        topic = name[:-5]
        with open(os.path.join(args.data, name), encoding='utf-8') as f:
            for case in json.load(f):
                if (not args.topic or topic in args.topic) and (not args.id or case['id'] in args.id):
                    cases.append((topic, on_this_machine(case, here)))
    if not cases:
        print('no case fits', file=sys.stderr)
        return 1
    cases = support.sample(cases, 4)

    fields = FIELDS
    table, unmatched = {}, []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        results = pool.map(lambda c: run_case(c[1], command, base_env), cases)
        for (topic, case), result in zip(cases, results):
            row = table.setdefault(topic, dict.fromkeys(fields, 0) | {'cases': 0})
            row['cases'] += 1
            for field in fields:
                row[field] += result[field]
            bad = [field for field in fields if not result[field]]
            if bad:
                unmatched.append((topic, case['id'], bad, result['why']))

    print('%-18s %6s  %s' % ('topic', 'cases', '  '.join('%9s' % f for f in fields)))
    failed, total = [], dict.fromkeys(fields, 0) | {'cases': 0}
    def print_row(name, row):
        if row['cases']:
            print('%-18s %6d  %s' % (name, row['cases'],
                                     '  '.join('%8.1f%%' % (100.0 * row[f] / row['cases']) for f in fields)))

    for topic, row in table.items():
        if topic != MORE:
            print_row(topic, row)
            for key in total:
                total[key] += row[key]
        for field, least in threshold(topic).items():
            if 100.0 * row[field] / row['cases'] < least:
                failed.append('%s: %s below %g %%' % (topic, field, least))
    print_row('all', total)
    if MORE in table:
        print_row(MORE, table[MORE])
    if not args.topic and not args.id:
        for field, least in (('stdout', ALL_STDOUT), ('stderr', ALL_STDERR)):
            if 100.0 * total[field] / total['cases'] < least:
                failed.append('all: %s below %g %%' % (field, least))
    for topic, name, bad, why in unmatched:
        print('unmatched %s/%s: %s' % (topic, name, ', '.join(bad)))
        if args.show:
            print(why)
    for line in failed:
        print('FAILED ' + line)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
