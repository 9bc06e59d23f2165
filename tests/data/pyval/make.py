#!/usr/bin/env python3
"""Make cases.json: what CPython 3.11 makes of texts, for awscli/pyval's test.

`--random N SEED` prints N random JSON texts instead, for a longer comparison by hand. Texts
are kept as lists of code points, since some hold lone surrogates.
"""
import collections
import json
import random
import sys

TEXTS = r'''
 {} [] null true false nul tru NaN Infinity -Infinity -Inf - -- -a 0 -0 00 01 1 1. 1.5 1.5.5 .5 1e5 1e 1e+ 1E-5 1e400 -1e400 1.0 100000000000000000000
 123456789012345678901234567890 0.1 1e16 1e15 1e22 1e-5 0.0001 5e-324 1.7976931348623157e308 "" "a" "a "\n" "\q" "\u" "\u12" "\u123" "\u1234" "\u12g4" "\ud834\udd1e" "\ud834"
 "\ud834\u0041" "\ud834\u" "\ud834\ud" "\udd1e" "\ [ [1 [1, [1,] [,] [1 [1}2] {"a" {"a": {"a":1 {"a":1, {"a":1,} {a:1} {'a':1} {"a"1} {1:1} {"a":1,"a":2,"b":3} [1,2] {"a":[1,{"b":null}]}
 "é" "☃" "𝄞" {"é":1,} ["é" [é x {"a": x} [1, x] "a"x 1 {} ﻿{} {"a":1}} [[]] ]
'''
INTS = ['1', '', ' ', '+5', '-5', '--5', '007', '-007', '1_000', '1__0', '_1', '1_', '0x10', '1.5', '1e3', '\t12\n', '٣٤',
        '１２', '\u00a01\u2003', 'a\'b', 'a"b\'', '\u00e9', '\x00', '-0', '9' * 4300, '9' * 4301, '+', '-', '\ud800', '𝟘𝟙']
FLOATS = [0.0, -0.0, 1.0, 1.5, 100.0, 1e15, 1e16, 123456789012345680.0, 1e22, 1e-4, 1e-5, 1.5e-5, 5e-324, 2.2250738585072014e-308,
          1.7976931348623157e308, 0.1, 0.2, 0.30000000000000004, 1 / 3, 2 / 3, 29000.0, 9007199254740993.0, float('inf'),
          float('-inf'), float('nan'), 123.456, 1e21, 12345678.9]
STRINGS = ['', 'a', "a'b", 'a"b', 'a\'b"', '\\', '\t\n\r\x00\x1f\x7f', '\x80\xa0\xad', 'é☃𝄞', '\u200b\u2028\ue000\ud800',
           '\U000e0001\U0010ffff', '\u0378', ' ', '\u3000']


def points(text):
    return [ord(c) for c in text]


def loads(text):
    row = {'kind': 'loads', 'text': points(text)}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as e:
        row['error'] = str(e)
        return row
    row['dumps'] = points(json.dumps(value))
    row['pretty'] = points(json.dumps(value, indent=4, ensure_ascii=False))
    row['repr'] = points(repr(value))
    row['ordered'] = points(repr(json.loads(text, object_pairs_hook=collections.OrderedDict)))
    return row


def mutate(rng):
    text = rng.choice(['{"a": [1, 2.5, "x\\u00e9\\n"], "b": {"c": null, "d": true}}', '[[], {}, "\\ud834\\udd1e", -1e5]',
                       '{"é": "☃", "𝄞": NaN}', '[{"a":1},{"b":[false,"\\\\"]}]', '"\\ud800x\\udc00"'])
    chars = list(text)
    for _ in range(rng.randint(0, 3)):
        i = rng.randrange(len(chars) + 1)
        what = rng.random()
        if what < 0.4 and chars:
            del chars[min(i, len(chars) - 1)]
        elif what < 0.8:
            chars.insert(i, rng.choice('{}[],:"\\\'0123456789.eE+-untfNI \n\x01é𝄞'))
        else:
            chars = chars[:i]
    return ''.join(chars)


def rows():
    if len(sys.argv) == 4 and sys.argv[1] == '--random':
        rng = random.Random(int(sys.argv[3]))
        for _ in range(int(sys.argv[2])):
            yield loads(mutate(rng))
        return
    for text in TEXTS.strip('\n').replace('\n', ' ').split(' '):
        yield loads(text.replace('\\n"', '\n"') if text == '"\\n"' else text)
    for text in ['', ' ', '[1,\n 2,\n x]', '{"a":\n1,\n"a":}', '"a\tb"', '"a\nb"', ' 1 ', '\r\n1\t', '\x0b1', '[' * 20 + ']' * 20, '"\x7f\x80\\u007f/"', '1 1', '[1] x']:
        yield loads(text)
    rng = random.Random(7)
    for _ in range(400):
        yield loads(mutate(rng))
    for text in INTS:
        row = {'kind': 'int', 'text': points(text)}
        try:
            row['value'] = str(int(text))
        except ValueError as e:
            row['error'] = points(str(e))
        yield row
    for value in FLOATS:
        yield {'kind': 'float', 'hex': value.hex(), 'repr': repr(value)}
    for text in STRINGS:
        yield {'kind': 'text', 'text': points(text), 'repr': points(repr(text)), 'upper': points(text.upper()),
               'strip': points(text.strip())}
    for text in ['straße', 'ÿ', 'ŉ', 'ǆ', 'ﬁ', 'ΐ', 'abcXYZ', 'ß', 'ı', 'µ', 'ა', 'ꭰ', '𐐨']:
        yield {'kind': 'text', 'text': points(text), 'repr': points(repr(text)), 'upper': points(text.upper()),
               'strip': points(text.strip())}


print('[\n' + ',\n'.join(json.dumps(r, separators=(',', ':')) for r in rows()) + '\n]')
