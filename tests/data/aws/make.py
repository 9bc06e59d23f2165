#!/usr/bin/python3
"""Make cases.json: what the AWS CLI 2.9.19 (Debian 12's awscli) and its libraries make of texts.

For tests/unit/test_aws.c. Needs Debian's own Python. Errors are kept as the message, a value as what Python's
repr() shows of it, since YAML and shorthand hold more than JSON has.
"""
import difflib
import io
import json
import os
import shlex
import sys
import tempfile
from argparse import Namespace
from urllib.parse import urlsplit

from awscli.botocore import configloader
from awscli.customizations.cliinput import YAML, YAMLError
from awscli.formatter import TableFormatter, TextFormatter, YAMLFormatter
from awscli.shorthand import ShorthandParser

HERE = os.path.dirname(os.path.abspath(__file__))

SHORTHAND = r'''a=b|a=b,c=d|a=b,c|a=b,c,d=e|a=|a=,b=c|=b|a|a b=c|a = b|a= b , c =d|a=[b,c]|a=[]|a=[ b , c ]|a=[b|a=[b,|a={b=c}|a={}
a={b={c=d}}|a={b=c|a={b|a={b=[c,{d=e}]}|a=[{b=c},{d=e}]|a='b,c'|a="b=c"|a='it\'s'|a="q\"q"|a='b|a="b|a=b\,c|a=b\\c|a=\'b
a=b'c|a='b'c|a="b"c|a='b',c=d|#=x|a.b=c|a:b=c|a-b_c=d|1=2|a==b|a=b=c|a=[b=c]|a=[[b],[c]]|é=ü|a=é☃,b=𝄞|a=b,|a=b,,|,a=b|a=b;c=d|a=b c=d
a={b=c},d=e|a={b=c}d|a=[b]c| a=b|a=b |a=b, c=d|a='b' |{a=b}|[a]|a=[ ]|a={ b = c , d = e }|a=b]|a=b}|a=[b}]|a={b]}|a=\|a=b\|a="\\"|a='\\'
a=true,b=1,c=null|a=file://x|a=b,a=c|a=[b,c],a=d|a,b=c|@=x|a@=b|a={b="c,d",e='f}'}|a=b,c=[d,e],f={g=h,i=[j]}'''.replace('\n', '|').split('|')
SHORTHAND += ['a=b\nc=d', 'a=b,\n c=d', 'a=\n', 'a=\t', 'a=b\t,c=d', 'a=[b,\nc]', '', ' ', '\ud800=x', 'a=\udce9']

INI = ['', '[a]\n', '[a]\nb=c\n', '[a]\nb = c\n\n[d]\ne: f\n', 'b=c\n', '[a]\nb\n', '[a]\n[a]\n', '[a]\nb=1\nb=2\n', '[a]\nB=1\nb=2\n',
       '[a]\n# x\n; y\nb=c ; d\n', '[a]\nb=\n  c=d\n  e = f\n', '[a]\nb=\n  c\n', '[a]\nb=c\n  d\n  e\n', '[a]\nb=c\n\n  d\n\nf=g\n',
       '[DEFAULT]\nx=1\n[a]\ny=2\n[b]\nx=3\n', '[a]\n=b\n', '[a]\nb=c\r\nd=e\r\n', '[a]\rb=c\r', '\ufeff[a]\nb=c\n', '[a]b\nc=d\n', '[a]]\nb=c\n',
       '[]\n', '[ ]\nb=c\n', '[a b "c"]\nd=e\n', '  [a]\n  b=c\n', '[a]\n b=c\n  d=e\n', '[a]\nb=c\n d=e\nf=g\n', '[a]\nb==c\n', '[a]\nb:c=d\n',
       '[a]\nb=c:d\n', '[a]\nb = "c"\n', '[a]\n\tb=c\n', '[a]\nb=%(c)s\n', '[a', 'a]\n', '[a]\nb=c', '[a]\nb=\n\n  c=d\n', '[a]\nb=\n  # c\n  d=e\n',
       '[a]\nb=\n  = c\n', '[profile x]\nregion=y\n[services z]\nt =\n  u = v\n', '[a]\n\xe9=\xfc\n', '[a]\nb=c\x00d\n', '[a]\nb=c\n[DEFAULT]\nb=d\n']

SHLEX = ["", "a", "a b", "a 'b c' d", 'a "b c"', "a\\ b", "'a", '"a', 'a\\', "a''b", '"a\\"b"', '"a\\nb"', "'a\\'", "  a  b ", "a\tb\nc", "a#b",
         "a # b", '""', "a \"\" ''", "é ☃", "a=b,c='d e'", "$x ~ *", "a;b|c&d>e", "\\a", '"\\\\"', '"\\$"', "a'b\"c'd"]
QUOTE = ['', 'a', 'a b', "a'b", 'a"b', '$x', 'a/b-c_d.e=f:g,h@i%j+k', 'é', '~', '#', '*', '\n', "''"]

URLS = ['http://a', 'HTTP://A/b', 'http://a:1/b/c?d#e', 'http://a?b', 'http://a#b?c', 'http://a/?', '//a/b', 'a', 'a:b', 'http:a', 'http:/a', '',
        'http://', 'http:///b', 'a/b:c', '1a:b', 'a+b-c.d://e', 'http://u:p@h:1/x', 'http://[::1]:2/x', 'http://h/a b', 'http://é/ü', 'http://h//x',
        ' http://a', 'http://a\tb\n/c', '\x01http://a', 'http://h/%41?%42', 'x://h?a?b', ':a', 'http://h;p/q;r', 'http://[::1', 'http://[zz]/', 'http://[1.2.3.4]/', 'http://[v1.x]/', 'http://[vx]/', 'http://a[::1]/', 'http://[::1]a/',
        'http://u[x]@h:1', 'http://u:p@[::1]:2/x', 'http://[fe80::1%25eth0]/']

YAML_TEXTS = ['', '~', 'null', 'Null', 'nULL', 'true', 'True', 'TRUE', 'tRUE', 'yes', 'No', 'on', '1', '-1', '+1', '0', '007', '0o17', '0x1F', '0b101', '1_000',
              '_1', '1_', '1:20', '1.5', '-1.5', '.5', '5.', '1e3', '1E-3', '1.5e+3', '.inf', '-.INF', '.nan', '.NaN', '1.2.3', '2020-01-01', '2020-1-1',
              '2020-13-01', '2001-12-14T21:59:43.10-05:00', '2001-12-14 21:59:43', '2001-12-14t21:59:43Z', '=', '<<', "''", '""', "'a''b'",
              r'"a\n\t\x41\u00e9\U0001d11e\"\\\/\0"', r'"\q"', '"a\n  b\n\n  c"', "'a\n b'", 'a\n b', '|\n a\n b\n', '|-\n a\n', '|+\n a\n\n', '>\n a\n b\n\n c\n',
              '>-\n a\n  b\n c\n', '|2\n   a\n', '[a, b]', '[a, [b], {c: d}]', '[]', '[a,]', '[,]', '[a', '{a: b}', '{a, b: c}', '{}', '{a: }', '{a: b', '- a\n- b',
              '-\n- a', '- - a\n  - b', 'a: b', 'a:\n  b: c\n', 'a:\n- b\n- c\n', 'a: b\nc: d', 'a: b\na: c', 'a: b: c', 'a:b', '? a\n: b', '1: a', 'true: a',
              '~: a', '1.5: a', '&x a', '[&x a, *x]', '*x', 'a: &x {b: c}\nd: *x', 'a: &x {b: c}\nd:\n  <<: *x\n  e: f', 'a:\n  <<: [{b: c}, {b: d, e: f}]', 'a:\n  <<: b',
              '!!str 5', '!!int "5"', '!!int a', '!!float 1', '!!bool yes', '!!null a', '!!binary YWJj', '!!binary "a"', '!!set {a}', '!!int [a]', '!!int ""', '!!int 0x1G', '!!float a', '!!float 1_0', '!!bool x', '!!bool YES', '!!timestamp 2020-1-1', '! 5', '!!str', '!!int', '!!null',
              '2020-02-30', '0000-01-01', '2001-12-14 24:00:00', '2001-12-14 21:60:00', '2001-12-14 21:00:61', '2001-12-14 21:00:00.9999999', '0001-01-01 00:00:00+01:00',
              '9999-12-31 23:59:59-01:00', '2001-12-14 21:59:43 +5', '2001-12-14 21:59:43+25:00', '2000-03-01 00:00:00+01:00', '2001-12-31 23:30:00 -01:00', '_1', '+_', '1' * 4301,
              '!!timestamp 2020-01-01', '!x a', '!!x a', '! a', '# c', 'a # b', 'a#b', '@a', '`a', '%a', '%YAML 1.2\n---\na', '---\na', '--- a', '---\na\n...\n',
              '--- a\n--- b', '---\n---', 'a\n...\nb', '\ta', 'a:\tb', 'a:\n\tb: c', '- a\n b', 'a: b\n c: d', ' a: b\nc: d', 'a:\n  - b\n - c', '"a', "'a", '"a" b', '[a] b',
              'é: ☃', '\ufeffa', 'a\u2028b', 'a\x07b', '\x00', '12e03', '-2E+05', '685_230.15', '0.', '-', '- ', '?', ':', ': a', '-a', '?a', ':a',
              'a: >', 'a: |', 'a: |\n', 'a: [b\n]', 'a: "b\n  c"', "a: 'b\n\n  c'", 'null: null', '{? a : b}', '[a: b]', '[? a : b]', '{"a":b}', '{a:b}',
              'http://a/b', 'a: http://b', '[http://a]', '{a: http://b}', '12345678901234567890', '0x', '0o8', '08', '1e400', '+.inf', '+', '..', '.', '...', '---']

TABS = ['a\tb','a: b\t','a: b\t# c','a: b # c\td','a: "b\tc"',"a: 'b\tc'",'a: |\n  b\tc','a: |\n \tb','a: |\t\n  b','a: | # x\ty\n  b','a:\n  b\t\n  c','a: b\n\tc','[a,\tb]','[\ta]','{a:\tb}','{a: b\t}','-\ta',
        '- a\n-\tb','"a"\t: b','"a": "b"\t','"a": "b"\t\n"c": d','# c\n\t\na: b','\t\na: b','\t# c\na: b','a: b\n\t\nc: d','a: b\n\t# x\nc: d','a: b\n  \t\nc: d','&x\ta','!!str\ta','a: &x\tb','?\ta\n:\tb',
        '---\ta','---\t|\n a','a: >\n  b\n\t\n  c','a: |\n  b\n\t\n  c','a: |\n  b\n \t\n','[a, b\t]','[a\tb]','a: >-\n\tb',
        '- "a"\t- b', 'a: [\n\tb\n]','a:\n  - b\t\n  - c','a: b\tc: d','a: *x\t','"a\t"','...\t','--- \ta','a: b #\tc','a: b\t#c\nd: e', 'a: b\t\nd: e','a: b\t','a: 5\t\nb: c', "a: 'x'\t# c", 'a:\t\n  b: c','a: \t\n  b: c','a: [b]\t\n','a: {b: c}\t\nd: e','a:\n\t- b']

QUOTED = ["a: 'b ''''  c '", "a: ''''", "''''''", "' a '", "'a  '", "a: 'b''''''c'", r'"a\"\"  b "', r'"\x4g"', r'"\u12"', r'"\U0001d11e"', r'"\N\_\L\P\e\v\f\a\b\/"',
          '"a\\\n   b"', '"a \\\n\n b"', '"a\n\n\nb"', "'a\n\n b\n'", '" a\n b "', "'\n'", '"\n\n"', '"a\r\nb"', "'a\rb'", '"a\\ \n b"', r"'a\nb'", '"a\u2028b"', '"a\x85b"', "'x' : 'y'", '{"a":"b"}']

BLOCKS = ['a: |\n', 'a: |', 'a: >\n', 'a: |+\n', 'a: |-\n', 'a: |+\n\n', 'a: |\n\n', 'a: |\n  \n', 'a: |\nb: c\n', 'a: |\n\nb: c', 'a: |+\n\nb: c',
          'a: |\n # x\n', 'a: |\n  x', 'a: |-\n  x', 'a: |+\n  x', 'a: >\n  x\n  y', 'a: |+\n  x\n\n', 'a: |2\n', 'a: |   ', 'a: | # c\n', 'a: [|\n b]']

VALUES = [None, True, False, 0, -1, 12345678901234567890, 1.5, 1e30, 1e16, '', 'a', 'a b', 'a: b', 'a #b', '- a', '-', '?', '? a', ':', 'null', 'true', 'yes', '1', '1.5', '0x1F', '0o7', '08', '1e3',
          '1_000', '2020-01-01', '~', '=', '<<', '.inf', '.nan', "it's", 'say "x"', '"', "'", 'a\n', 'a\nb', '\na', ' a', 'a ', 'a\tb', '\t', 'é', '☃', '𝄞', '\x00', '\x07', '\x7f', '\x85',
          '\xa0', '\u2028', '\ufeff', '\ue000', '\ud800', '#a', '@a', '`a', '%a', '!a', '&a', '*a', '|', '>', '[a', ']', '{', '}', ',', 'a,b', 'a]', '---', '...', 'http://x/y',
          'w ' * 60, 'w' * 100, ('word ' * 30 + '\n') * 2, "it's " * 30, '\u2603 ' * 50, 'a\\b', '{"a": 1}', '$x', [], {}, [[]], [{}], {'a': []}, {'a': {}}, {'a': None}, {'': ''},
          [1, [2, [3, 4]], 'x'], {'b': 1, 'a': 2}, {'a': {'b': {'c': ['d', {'e': 'f'}]}}}, [{'a': 1, 'b': 2}, {'a': 3}], [{'a': 1, 'b': [1, 2]}, {'b': {'c': 3}}],
          {'x': 'a\nb', 'y': ['c\n']}, {'a b': 1, '1': 2, 'null': 3, 'k: v': 4}, [['a', 'b'], ['c', 'd']], ['a', ['b']], {'a' * 130: 'b'}, {'é': 'ü', '☃': [True]},
          {'type': 'MOCK', 'requestTemplates': {'application/json': '{"statusCode": 200}'}, 'cacheKeyParameters': []}]

CLOSE = ['apigatewy', 'apigatway', 'apigateways', 'put-integraton', 'get-integration', 'putintegration', 'x', '', 'integration-put', 'jsn', 'tabel',
         'yaml_stream', 'yam', 'TEXT', 'get-', 'put-integration-response', 'get-integrations', 'é']
CHOICES = ['apigateway', 'apigatewayv2', 'put-integration', 'put-integration-response', 'get-integration', 'get-integration-response', 'json', 'text',
           'table', 'yaml', 'yaml-stream']


def or_message(make, *errors):
    try:
        return make()
    except errors as e:
        return 'ERROR ' + str(e)


def shorthand(text):
    return or_message(lambda: repr(ShorthandParser().parse(text)), Exception)


def ini(text):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'f')
        with open(path, 'wb') as f:
            f.write(text.encode('utf-8'))
        try:
            return repr(configloader.raw_config_parse(path))
        except Exception as e:
            assert type(e).__name__ == 'ConfigParseError', e
            return 'ERROR'


def yaml(text):
    """The CLI reports a YAMLError in its own words; another exception's message is what one sees."""
    try:
        return repr(YAML(typ='safe', pure=True).load(text))
    except YAMLError:
        return 'ERROR'
    except Exception as e:
        return 'ERROR ' + str(e)


def url(text):
    try:
        parts = urlsplit(text)
        return [parts.scheme, parts.netloc, parts.path, parts.query]
    except ValueError as e:
        return str(e)


class Query:
    """Stands for --query: results of any type get to the formatters through one."""

    def __init__(self, result):
        self.result = result

    def search(self, _):
        return self.result


def written(kind, value):
    out = io.StringIO()
    formatter = {'yaml': YAMLFormatter, 'text': TextFormatter, 'table': TableFormatter}[kind]
    try:
        formatter(Namespace(query=Query(value), color='off'))('put-integration', {}, out)
        out.getvalue().encode('utf-8')
    except Exception:
        return None
    return out.getvalue()


def main():
    os.environ['COLUMNS'] = '80'
    cases = {
        'shorthand': [[t, shorthand(t)] for t in SHORTHAND],
        'ini': [[t, ini(t)] for t in INI],
        'yaml': [[t, yaml(t)] for t in YAML_TEXTS + TABS + BLOCKS + QUOTED],
        'shlex': [[t, or_message(lambda t=t: repr(shlex.split(t)), ValueError)] for t in SHLEX],
        'quote': [[t, shlex.quote(t)] for t in QUOTE],
        'url': [[t, url(t)] for t in URLS],
        'close': [[t, difflib.get_close_matches(t, CHOICES, cutoff=0.8)] for t in CLOSE],
        'choices': CHOICES,
        'write': [[v, *(written(kind, v) for kind in ('yaml', 'text', 'table'))] for v in VALUES],
    }
    with open(os.path.join(HERE, 'cases.json'), 'w', encoding='ascii') as f:
        f.write('{\n' + ',\n'.join('%s: [\n%s\n]' % (json.dumps(kind), ',\n'.join(json.dumps(row) for row in rows))
                                   for kind, rows in cases.items()) + '\n}\n')
    print({kind: len(rows) for kind, rows in cases.items()})


if __name__ == '__main__':
    sys.exit(main())
