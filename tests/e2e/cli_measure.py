#!/usr/bin/env python3
"""Measure cases with the real AWS CLI 2.9.19 (/usr/bin/aws of Debian 12) and write what it did into them.

A case file is a list as in tests/data/cli; `expect` is replaced, everything else stays. By hand only:

    tests/e2e/cli_measure.py tests/data/cli/more.json
"""
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile

import cli_goldens as goldens

MASKED = {'user-agent': '{{UA}}', 'x-amz-date': '{{AMZDATE}}', 'authorization': '{{SIGV4}}'}


def request_of(got, port):
    """A request as the cases keep it: what differs from call to call is masked."""
    headers = {k: MASKED.get(k.lower(), v.replace(str(port), '{{PORT}}')) for k, v in got['headers']
               if k.lower() != 'accept-encoding'}
    request = {'method': got['method'], 'path': got['path'], 'headers': headers,
               'body': goldens.mask(got['body'].decode(), port, '') if got['body'] else ''}
    signature = goldens.SIGNATURE.match(dict((k.lower(), v) for k, v in got['headers']).get('authorization', ''))
    if signature:
        request['auth'] = dict(zip(('akid', 'scope', 'signed_headers'), signature.groups()))
    return request


def measure(case, base_env):
    tmp = tempfile.mkdtemp(prefix='cli-measure-')
    server = goldens.Capture(case.get('server', []))
    try:
        env, argv, work = goldens.prepare(case, base_env, server.port, tmp)
        done = subprocess.run(['/usr/bin/aws'] + argv, env=env, cwd=work, input=case.get('stdin', '').encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        text = lambda raw: goldens.mask(raw.decode('utf-8', 'replace'), server.port, tmp)
        return {'exit': done.returncode, 'stdout': text(done.stdout), 'stderr': text(done.stderr),
                'request': request_of(server.requests[-1], server.port) if server.requests else None,
                'request_count': len(server.requests)}
    finally:
        server.close()
        shutil.rmtree(tmp, ignore_errors=True)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    version = subprocess.run(['/usr/bin/aws', '--version'], stdout=subprocess.PIPE).stdout.decode()
    if not version.startswith('aws-cli/2.9.19 '):
        sys.exit('/usr/bin/aws is not aws-cli 2.9.19: ' + version)
    with open(os.path.join(goldens.DATA, 'BASE_ENV.json')) as f:
        base_env = json.load(f)
    with open(sys.argv[1], encoding='utf-8') as f:
        cases = json.load(f)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for case, expect in zip(cases, pool.map(lambda c: measure(c, base_env), cases)):
            case['expect'] = expect
    with open(sys.argv[1], 'w', encoding='utf-8') as f:
        f.write('[\n%s\n]\n' % ',\n'.join(json.dumps(c, ensure_ascii=True, separators=(',', ':')) for c in cases))


if __name__ == '__main__':
    main()
