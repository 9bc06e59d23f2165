#!/usr/bin/python3
"""Compare `gwtape aws` with the real aws-cli 2.9.19 on made-up command lines. Not part of the test run.

Needs Debian 12's awscli and its Python (the first line). The real CLI is loaded once and forked for each
case, so that a case takes a tenth of a second:

    tests/e2e/cli_differential.py --binary build/gwtape [--count N] [--seed S] [--kind KIND] [--show]
"""
import argparse
import json
import os
import random
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cli_goldens as goldens

BASE = ['apigateway', 'put-integration', '--endpoint-url', '{{ENDPOINT}}', '--rest-api-id', 'abc', '--resource-id', 'r',
        '--http-method', 'GET', '--type', 'MOCK']
GET = ['apigateway', 'get-integration', '--endpoint-url', '{{ENDPOINT}}', '--rest-api-id', 'abc', '--resource-id', 'r',
       '--http-method', 'GET']
OPTIONS = ['--uri', '--credentials', '--request-parameters', '--request-templates', '--tls-config', '--timeout-in-millis',
           '--cache-key-parameters', '--connection-type', '--cache-namespace', '--passthrough-behavior', '--type']
OK = {'status': 201, 'headers': {'Content-Type': 'application/json'}, 'body': '{"type":"MOCK"}'}


def words(rng):
    return ''.join(rng.choice('abc=,:{}[]"\'\\ .-_/é☃𝄞\t\n1') for _ in range(rng.randint(0, 14)))


def shorthand(rng, depth=0):
    value = lambda: rng.choice([
        lambda: rng.choice(['b', '1', 'x y', "'q,r'", '"d=e"', "'it\\'s'", 'a\\,b', '', ' ', 'é', '𝄞', 'true', 'TRUE']),
        lambda: '[%s]' % ', '.join(value() for _ in range(rng.randint(0, 3))) if depth < 2 else 'c',
        lambda: '{%s}' % shorthand(rng, depth + 1) if depth < 2 else 'd',
        lambda: ','.join(rng.choice(['p', 'q r', "'s'"]) for _ in range(rng.randint(1, 3)))])()
    pairs = ['%s%s%s' % (rng.choice(['a', 'b', 'k.1', 'x-y', '#', '', 'insecureSkipVerification']),
                         rng.choice(['=', ' = ', '=']), value()) for _ in range(rng.randint(1, 3))]
    text = rng.choice([',', ', ', ',\n', ' ,']).join(pairs)
    return mutate(rng, text)


def mutate(rng, text):
    chars = list(text)
    while rng.random() < 0.4:
        i = rng.randrange(len(chars) + 1)
        if rng.random() < 0.5 and chars:
            del chars[min(i, len(chars) - 1)]
        else:
            chars.insert(i, rng.choice('=,[]{}"\'\\ \n:aé'))
    return ''.join(chars)


def some_json(rng, depth=0):
    if depth > 2 or rng.random() < 0.4:
        return rng.choice([None, True, False, 0, 1, -5, 1.5, 1e30, 'x', '', 'é☃', "it's", 'a"b', '\ud800', 12345678901234567890])
    if rng.random() < 0.4:
        return [some_json(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    return {rng.choice(['a', 'b', 'type', 'é', '']): some_json(rng, depth + 1) for _ in range(rng.randint(0, 3))}


def case_shorthand(rng):
    return BASE + [rng.choice(['--request-parameters', '--request-templates', '--tls-config']), shorthand(rng)], {}


def case_json(rng):
    text = mutate(rng, json.dumps(some_json(rng), ensure_ascii=rng.random() < 0.5))
    return BASE + [rng.choice(['--request-parameters', '--tls-config', '--cache-key-parameters']), text], {}


def case_cij(rng):
    names = ['restApiId', 'uri', 'type', 'requestTemplates', 'cacheKeyParameters', 'timeoutInMillis', 'tlsConfig', 'bogus',
             'requestParameters', 'httpMethod']
    value = {rng.choice(names): some_json(rng) for _ in range(rng.randint(0, 4))}
    return BASE + ['--cli-input-json', mutate(rng, json.dumps(value))], {}


def case_parse(rng):
    argv = list(BASE) if rng.random() < 0.7 else list(GET)
    for _ in range(rng.randint(1, 4)):
        option = rng.choice(OPTIONS + ['--region', '--output', '--query', '--profile', '--color', '--no-sign-request', '--debug',
                                       '--no-paginate', '--cli-read-timeout', '--generate-cli-skeleton', '--cli-input-json'])
        option = option[:rng.randint(2, len(option))] if rng.random() < 0.4 else option
        option += rng.choice(['', '', '=', '=v', '=1'])
        i = rng.randint(0, len(argv))
        argv[i:i] = [option] + rng.choice([[], ['v'], ['1'], ['--'], ['-x'], ['-5'], ['a', 'b'], ['text'], ['{}'], ['']])
    if '--debug' in ''.join(argv):
        argv = [a for a in argv if not a.startswith('--d')]
    return argv, {}


def case_int(rng):
    text = rng.choice(['1', '٣', ' 7 ', '1_0', '+1', '-0', '1.0', '0b1', '1e3', '', '１２', '1__0', '\u00a05', '007', 'é', "'", '"'])
    return BASE + ['--timeout-in-millis=' + mutate(rng, text)], {}


def case_label(rng):
    argv = list(BASE)
    argv[argv.index('abc')] = words(rng).lstrip('-') or 'x'
    return argv, {}


def case_yaml(rng):
    scalar = lambda: rng.choice(['x', '1', '1.5', 'yes', 'true', 'null', '~', '2020-01-01', '0x1F', '010', '0o17', '1e3', '.inf',
                                 '"q\\n"', "'it''s'", '2001-12-14T21:59:43Z', '1_000', '|\n    text\n    more', '>\n    folded\n    text',
                                 '[a, b]', '{k: v}', '!!str 5', '&x y', '*x', '<<', '=', '- a', '', 'a: b', '# c', '@', '%x', '`'])
    names = ['uri', 'requestTemplates', 'cacheKeyParameters', 'timeoutInMillis', 'tlsConfig', 'credentials', '1', 'bogus']
    text = ''.join('%s: %s\n' % (n, scalar()) for n in rng.sample(names, rng.randint(1, 3)))
    return BASE + ['--cli-input-yaml', mutate(rng, text) if rng.random() < 0.3 else text], {}


def response(rng):
    value = {n: some_json(rng) for n in rng.sample(['type', 'uri', 'requestTemplates', 'requestParameters', 'cacheKeyParameters',
                                                    'timeoutInMillis', 'tlsConfig', 'integrationResponses', 'credentials', 'zzz'],
                                                   rng.randint(0, 6))}
    return json.dumps(value)


def good_response(rng):
    text = lambda: rng.choice(['x', 'yes', 'null', '1.5', '2020-01-01', ' lead', 'trail ', 'a: b', '# c', "it's", '"q"', 'l1\nl2\n',
                               'tab\t', 'é☃𝄞', '日本語', '- x', 'word ' * 30, 'a\\b', '', '%', '@x', '*a', '&b', '!c', '?', ': ', 'x:',
                               '\u2028', '\u00a0', '\x07', 'a #b', '[x', '{y', 'x' * 100, '\n', ' \n', 'a \nb', 'a\n b', '=', '<<', '010'])
    value = {'type': text(), 'uri': text(), 'timeoutInMillis': rng.choice([1, 29000, -5, 10 ** 20]),
             'requestTemplates': {text(): text() for _ in range(rng.randint(0, 3))},
             'cacheKeyParameters': [text() for _ in range(rng.randint(0, 3))],
             'tlsConfig': {'insecureSkipVerification': rng.choice([True, False])},
             'integrationResponses': {text(): {'statusCode': text(), 'responseTemplates': {text(): rng.choice([text(), None])}}
                                      for _ in range(rng.randint(0, 2))}}
    for name in rng.sample(list(value), rng.randint(0, 4)):
        del value[name]
    return json.dumps(value)


QUERIES = ['type', 'requestTemplates', '[type, uri]', '{a: type, b: cacheKeyParameters}', 'cacheKeyParameters[0]', '@', '*', 'keys(@)',
           'integrationResponses.*', 'integrationResponses.*.statusCode', 'tlsConfig', '[tlsConfig, tlsConfig]', 'zzz', 'to_array(type)',
           'values(requestTemplates || `{}`)', '[requestTemplates, requestTemplates]', 'timeoutInMillis', '[[type], [uri]]', '`[]`',
           '`1.50`', '[`{"a": 1, "b": [1, 2]}`, `{"a": 2, "c": {}}`]', 'cacheKeyParameters', '[@, type]', '`[[1, 2], [3]]`', "''",
           '`{"a": {"b": {"c": 1}}}`', '`[{"a": [1]}, {"b": null}]`', '`true`', '`0`', '`[{"a":1},{"a":"xyz","b":2}]`', 'sort(keys(@))']


def case_output(rng):
    argv = list(GET) + ['--output', rng.choice(['json', 'text', 'table', 'yaml', 'yaml-stream'])]
    if rng.random() < 0.6:
        argv += ['--query', rng.choice(QUERIES)]
    if rng.random() < 0.1:
        argv += ['--color', rng.choice(['on', 'off'])]
    return argv, {'server': [dict(OK, status=200, body=good_response(rng))]}


FUNCTIONS = ['abs', 'avg', 'ceil', 'contains', 'ends_with', 'floor', 'join', 'keys', 'length', 'map', 'max', 'max_by', 'merge', 'min',
             'min_by', 'not_null', 'reverse', 'sort', 'sort_by', 'starts_with', 'sum', 'to_array', 'to_number', 'to_string', 'type',
             'values', 'nope']


def expression(rng, depth=0):
    deeper = lambda: expression(rng, depth + 1)
    name = lambda: rng.choice(['type', 'uri', 'requestTemplates', 'cacheKeyParameters', 'integrationResponses', 'zzz', 'a', '"a b"',
                               '"\\u00e9"', '_x', 'tlsConfig', 'timeoutInMillis'])
    literal = lambda: rng.choice(['`1`', '`"x"`', '`[1, 2, [3]]`', '`{"a": 1}`', '`null`', '`x`', '`1.50`', "'raw'", "'it\\'s'", '`[]`',
                                  '`[{"a": 2, "b": "y"}, {"a": 1, "b": "x"}]`', '`true`', '`-0`', '`1e2`'])
    index = lambda: rng.choice(['[0]', '[-1]', '[]', '[*]', '[1:]', '[::-1]', '[:2:1]', '[?%s]' % deeper(), '.*', '[0:0:0]'])
    if depth > 2:
        return rng.choice([name(), literal(), '@'])
    return rng.choice([
        name, literal, lambda: '@',
        lambda: deeper() + '.' + name(), lambda: deeper() + index(), lambda: deeper() + index() + '.' + name(),
        lambda: '%s %s %s' % (deeper(), rng.choice(['==', '!=', '<', '<=', '>', '>=', '&&', '||', '|']), deeper()),
        lambda: '!' + deeper(), lambda: '(%s)' % deeper(), lambda: '[%s, %s]' % (deeper(), deeper()),
        lambda: '{a: %s, "b c": %s}' % (deeper(), deeper()), lambda: '%s.[%s]' % (deeper(), deeper()),
        lambda: '%s(%s)' % (rng.choice(FUNCTIONS), ', '.join(rng.choice(['', '&']) * (rng.random() < 0.2) + deeper()
                                                            for _ in range(rng.choice([1, 1, 2, 2, 0, 3])))),
    ])()


def case_query(rng):
    text = expression(rng)
    argv = GET + ['--query', mutate(rng, text) if rng.random() < 0.3 else text, '--output', rng.choice(['json', 'json', 'text', 'table'])]
    return argv, {'server': [dict(OK, status=200, body=good_response(rng))]}


def case_url(rng):
    piece = lambda: ''.join(rng.choice('ab/%2Fé {}?=&;:@~!$\'*+,.#\\') for _ in range(rng.randint(0, 8)))
    argv = list(GET if rng.random() < 0.5 else BASE)
    argv[3] += rng.choice(['/', '/', '?', '', '#']) + piece() + rng.choice(['', '', '?' + piece()])
    return argv, {'env': {'AWS_MAX_ATTEMPTS': '1'}}


def case_response(rng):
    body = rng.choice([response(rng), mutate(rng, response(rng)), '', 'null', '[]', '"x"', '5', 'not json', '<html>x</html>', ' '])
    headers = {'Content-Type': 'application/json'}
    if rng.random() < 0.4:
        headers['x-amzn-ErrorType'] = rng.choice(['BadRequestException', 'X:http://y/', '', 'A#B'])
    if rng.random() < 0.5:
        body = json.dumps({rng.choice(['message', 'Message', '__type', 'code', 'Code']): rng.choice(
            ['m', None, 5, 'a#B', {'x': 1}, 'é☃', '']) for _ in range(rng.randint(0, 3))})
    status = rng.choice([200, 200, 201, 204, 300, 301, 400, 403, 404, 409, 413, 418, 429, 500, 503, 599])
    return GET + ['--output', rng.choice(['json', 'text', 'yaml'])], {
        'server': [{'status': status, 'headers': headers, 'body': body}], 'env': {'AWS_MAX_ATTEMPTS': '1'}}


def case_config(rng):
    line = lambda: rng.choice(['region = eu-west-1', 'region=us-east-2', 'output = text', 'aws_access_key_id = AK', 'REGION = x',
                               'aws_secret_access_key = s:k=v', '# c', '; d', '', '  indented', 'bad line', 'a = \n  b = c', 'k : v',
                               'max_attempts = 2', 'retry_mode = bogus', 'aws_session_token = T', ' region = q', 'cli_auto_prompt = x'])
    section = lambda: rng.choice(['[default]', '[profile p]', '[p]', '[profile "p q"]', '[DEFAULT]', '[default] x', '[other]', 'x', '[a'])
    text = lambda: '\n'.join([section()] + [line() for _ in range(rng.randint(0, 4))] +
                             ([section()] + [line() for _ in range(rng.randint(0, 3))] if rng.random() < 0.5 else []))
    files = {}
    if rng.random() < 0.8:
        files['~/.aws/config'] = text()
    if rng.random() < 0.6:
        files['~/.aws/credentials'] = text()
    extra = rng.choice([[], [], ['--profile', 'p'], ['--profile', 'p q'], ['--region', 'ap-south-1'], ['--no-sign-request']])
    unset = [n for n in ('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_DEFAULT_REGION') if rng.random() < 0.5]
    env = rng.choice([{}, {}, {'AWS_PROFILE': 'p'}, {'AWS_REGION': 'cn-north-1'}, {'AWS_SESSION_TOKEN': 'tok'}, {'AWS_PROFILE': ''}])
    return BASE + extra, {'files': files, 'unset': unset, 'env': env}


def case_paramfile(rng):
    content = rng.choice(['plain', '{"a": "b"}', 'a=b', '[1, 2]', '["x"]', '', ' ', '12', 'true', 'x\r\ny\r', 'é', 'insecureSkipVerification=true'])
    value = rng.choice(['file://f', 'fileb://f', 'file://nope', 'file://$VAR', 'file://~/g', 'fileb://d', 'File://f', 'file://', 'file:/f', ' file://f'])
    option = rng.choice(OPTIONS + ['--cli-input-json', '--cli-input-yaml', '--rest-api-id'])
    return BASE + [option, value], {'files': {'f': content, '~/g': content, 'd/x': ''}, 'env': {'VAR': 'f'}}


KINDS = {name[5:]: f for name, f in list(globals().items()) if name.startswith('case_')}


def run_real(argv, env, cwd, stdin):
    """Fork this process, which has the CLI loaded, and be `aws`."""
    files = [tempfile.TemporaryFile() for _ in range(2)]
    sys.stdout.flush()
    data_path = os.environ['AWS_DATA_PATH']  # set when awscli was imported
    pid = os.fork()
    if pid == 0:
        code = 255
        try:
            os.chdir(cwd)
            os.environ.clear()
            os.environ.update(env, AWS_DATA_PATH=data_path)
            os.dup2(os.open('/dev/null', os.O_RDONLY), 0)
            os.dup2(files[0].fileno(), 1)
            os.dup2(files[1].fileno(), 2)
            sys.argv = ['aws'] + argv
            import awscli.clidriver
            code = awscli.clidriver.main() or 0
        except SystemExit as e:
            code = e.code or 0
        finally:
            for stream in (sys.stdout, sys.stderr):
                try:
                    stream.flush()
                except Exception:
                    code = 120
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    texts = []
    for f in files:
        f.seek(0)
        texts.append(f.read())
    return os.waitstatus_to_exitcode(status), texts[0], texts[1]


def run_ours(binary, argv, env, cwd):
    import subprocess
    done = subprocess.run([binary, 'aws'] + argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)
    return done.returncode, done.stdout, done.stderr


def once(runner, argv, more, base_env):
    tmp = tempfile.mkdtemp(prefix='cli-diff-')
    server = goldens.Capture(more.get('server', [OK]))
    try:
        home, work = os.path.join(tmp, 'home'), os.path.join(tmp, 'w')
        os.makedirs(home)
        os.makedirs(work)
        goldens.write_files(more, home, work, server.port, tmp)
        env = {'PATH': os.environ['PATH'], 'HOME': home, **base_env, **more.get('env', {})}
        env = {k: v for k, v in env.items() if k not in more.get('unset', [])}
        argv = [goldens.fill(a, server.port, tmp) for a in argv]
        code, out, err = runner(argv, env, work)
        requests = [(r['method'], r['path'], r['body'].replace(str(server.port).encode(), b'PORT'),
                     [k for k, _ in r['headers']], scope(r)) for r in server.requests]
        return {'exit': code, 'stdout': goldens.mask(out.decode('utf-8', 'replace'), server.port, tmp),
                'stderr': goldens.mask(err.decode('utf-8', 'replace'), server.port, tmp), 'requests': requests}
    finally:
        server.close()
        shutil.rmtree(tmp, ignore_errors=True)


def scope(request):
    auth = dict((k.lower(), v) for k, v in request['headers']).get('authorization', '')
    m = goldens.SIGNATURE.match(auth)
    return m.groups() if m else auth


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--binary', default='build/gwtape')
    ap.add_argument('--count', type=int, default=100, help='cases of each kind')
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--kind', action='append', choices=sorted(KINDS), default=[])
    ap.add_argument('--show', action='store_true')
    args = ap.parse_args()
    binary = os.path.abspath(args.binary)
    with open(os.path.join(goldens.DATA, 'BASE_ENV.json')) as f:
        base_env = json.load(f)
    import awscli.clidriver
    awscli.clidriver.create_clidriver(['apigateway'])
    import botocore.session  # what a call needs, so that forks do not import it again
    import awscli.botocore.parsers, awscli.botocore.httpsession, ruamel.yaml  # noqa: F401
    total = bad = 0
    for kind in args.kind or sorted(KINDS):
        rng = random.Random('%s %d' % (kind, args.seed))
        wrong = 0
        for _ in range(args.count):
            argv, more = KINDS[kind](rng)
            argv = [a.replace('\0', '') for a in argv]
            try:
                for a in argv:
                    a.encode()
            except UnicodeEncodeError:
                continue
            want = once(lambda a, e, c: run_real(a, e, c, ''), argv, more, base_env)
            got = once(lambda a, e, c: run_ours(binary, a, e, c), argv, more, base_env)
            differ = [k for k in want if want[k] != got[k]]
            total += 1
            if differ:
                wrong += 1
                if args.show:
                    print('---', kind, differ, json.dumps(argv[-6:], ensure_ascii=False), json.dumps(more, ensure_ascii=False)[:700])
                    for k in differ:
                        print('  want %s: %r\n  got  %s: %r' % (k, want[k], k, got[k]))
        print('%-12s %4d cases, %d differ' % (kind, args.count, wrong), flush=True)
        bad += wrong
    print('%d of %d differ' % (bad, total))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
