#!/usr/bin/env python3
"""Make cases.json: what jmespath.py 1.0 answers, for awscli/jmespath's test.

Run with a Python that has jmespath 1.0.1 (Debian: python3-jmespath). `--random N SEED` prints N
random cases instead, for a longer comparison by hand.
"""
import json
import random
import sys

import jmespath

GIVEN = json.loads(r'''{
  "a": {"b": {"c": [1, 2, {"d": "x"}], "e": "é☃𝄞"}, "f": null, "": "empty"},
  "list": [3, 1, 2, 2.5, -1], "strings": ["b", "a", "c", ""], "nested": [[1, 2], [3, [4]], 5, null],
  "people": [{"name": "Bob", "age": 40, "tags": ["x"], "ok": true}, {"name": "Al", "age": 30, "ok": false},
             {"name": "Cy", "age": 40.5, "tags": ["x", "y"]}, {"name": null, "age": 1}],
  "mixed": [1, "1", true, null, {}, [], "", 0, false], "t": true, "n": null, "zero": 0, "one": 1, "f": 1.5,
  "big": 123456789012345678901234567890, "exp": 1e100, "neg": -7, "text": "hello world", "digits": " 42 ",
  "ops": {"x": {"n": 1}, "y": {"n": 2}, "z": {"m": 3}}, "empty": {}, "elist": [], "with space": 1, "quo\"te": 2
}''')

HAND = r'''
a|a.b|a.b.c|a.b.c[0]|a.b.c[-1].d|a.b.c[5]|a.b.x.y|a."b"|"a"."b"|a.*|*|*.b|a.b.*|ops.*.n|ops.*|list[*]|list[]
list[0]|list[-1]|list[10]|list[0:2]|list[:2]|list[1:]|list[::2]|list[::-1]|list[-2:]|list[5:0:-1]|list[::0]|list[:]
list[100:]|list[-100:100]|list[3:1]|list[3:1:-1]|nested[]|nested[][]|nested[*][0]|nested[][0]|nested[1:][]
people[*].name|people[].name|people[?age > `35`].name|people[?age == `40`]|people[?name].age|people[?!name]
people[?ok]|people[?ok == `true`].name|people[?ok != `true`].name|people[?age > `30` && age < `41`].name
people[?age < `31` || name == 'Cy'].age|people[?tags].tags[]|people[?contains(tags || `[]`, 'x')].name
people[*].[name, age]|people[*].{n: name, a: age}|people[0].{"x y": name}|[a, t]|{x: t, y: n}|a.[b, f]|a.{z: f}
n.[a]|n.{a: b}|n.*|people[0] | name|people[*].name | [0]|people[*].name | length(@)|(people[*].name)[0]
a.b.c[?d]|a.b.c[?@ == `1`]|list[?@ > `1`]|list[?@ >= `2`]|list[?@ <= `2`]|list[?@ < `2`]|strings[?@ > 'a']
strings[?@ == 'a']|mixed[?@]|mixed[?!@]|mixed[?@ == `1`]|mixed[?@ == `true`]|mixed[?@ == `0`]|mixed[?@ == `false`]
t || n|n || t|n || n|t && n|t && one|zero && one|zero || one|!t|!n|!zero|!empty|!elist|!one|!text|!(t && n)|!a
@|@.a|`1`|`"x"`|`[1, 2]`|`{"a": 1}`|`true`|`null`|`foo`|` foo`|`foo bar`|`1.50`|`1e3`|`-0`|`-0.0`|`NaN`|`a\`b`|`"a\"b"`
'raw'|'it\'s'|'a\\b'|''|'\n'|"\n"|"\u00e9"|"é"|a.""|"with space"|"quo\"te"|"\ud83d\ude00"
abs(neg)|abs(f)|abs(`-0.0`)|abs(text)|avg(list)|avg(elist)|avg(strings)|ceil(f)|ceil(neg)|floor(f)|floor(`-1.5`)|ceil(exp)|ceil(`-0.5`)
contains(text, 'wor')|contains(text, one)|contains(list, `2`)|contains(list, `9`)|contains(mixed, `true`)|contains(one, one)
contains(text, '')|ends_with(text, 'ld')|ends_with(text, one)|starts_with(text, 'he')|starts_with(n, 'a')|length(text)|length(a.b.e)
length(list)|length(a)|length(one)|length(n)|keys(a)|keys(list)|keys(empty)|values(a)|values(one)|join(', ', strings)|join('', list)
join(one, strings)|join('é', strings[?@ != ''])|map(&name, people)|map(&tags[0], people)|map(&@, one)|map(name, people)|max(list)|max(strings)|max(elist)
max(mixed)|max(one)|min(list)|min(strings)|min(elist)|max_by(people, &age)|max_by(people, &name)|min_by(people, &age).name
max_by(elist, &a)|max_by(people, age)|max_by(mixed, &@)|min_by(people, &ok)|merge(a, ops)|merge(a, n)|merge(ops, {x: `1`})|merge(one)|merge()
not_null(n, a.f, one)|not_null(n)|not_null()|reverse(list)|reverse(text)|reverse(a.b.e)|reverse(one)|sort(list)|sort(strings)
sort(elist)|sort(mixed)|sort(one)|sort_by(people, &age)[*].age|sort_by(people, &name)|sort_by(people[:3], &name)[].name|sort_by(people, &tags)
sort_by(elist, &a)|sort_by(people, &missing)|sum(list)|sum(elist)|sum(strings)|sum([big, one])|sum([big, f])|sum([neg, big])|to_array(one)
to_array(list)|to_array(n)|to_string(a)|to_string(text)|to_string(f)|to_string(big)|to_string(exp)|to_string(n)|to_string(t)|to_string(`"é"`)
to_number(text)|to_number(digits)|to_number('1.5')|to_number('1e3')|to_number('0x10')|to_number(t)|to_number(n)|to_number(list)|to_number('1_000')
to_number('inf')|to_number('nan')|to_number('٣')|to_number('')|to_number('+5')|to_number(big)|to_number('1.5e')|to_number('.5')|to_number('5.')
type(a)|type(list)|type(text)|type(one)|type(f)|type(t)|type(n)|type(&a)|big|exp|f|zero|`1E400`|`123456789012345678901234567890`
foo(|foo)|a.|.a|a..b|a[|a]|a[b]|a[0|a[*|a[?|a[?b|a[?]|{|{}|{a}|{a:|{a: b|{a: b,}|{a: b c: d}|[a,|[a,]|[]|[*]|[0]|[:]|[0:1:2:3]|[::|[1:x]|[?a]
a b|a 'b'|'unclosed|`unclosed|"unclosed|"a\qb"|"a	b"|`"a`|`{a}`|=|a = b|a == |== a|a ==b|a === b|!|&|&a|a & b|a && |a || | a|a || b|a |b
%|a%b|é|a.é|-|a[-]|a[-1]|a - b|1|1a|a.1|a[1.5]|*.*|**|a.**|*[0]|*[*]|a[*][0]|a[0][1:2]|list[0:3][0]|list[0:3][0:2]|[list[0:2], one]
"foo"(a)|'foo'(a)|foo(a)|foo()|length()|length(a, b)|length(list list)|join(',' strings)|abs(a,)|abs(,a)|abs(list[0],)|@(a)|(a)(b)
a.length(b)|people[*].length(name)|people[0].length(name)|list[?length(@)]|a.[|a.{|a.(b)|a.@|a.'b'|a.`b`|a.[0]|a.[b][0]|a[b, f]
(a|(a))|((a))|(a.b).c[0]|(list)[0]|(list[*])[0]|not_null(a.x, 'default')|a.x || 'default'|people[?name=='Bob'].tags | [0]
one < f|f > one|one <= one|text < f|one < text|text > 'a'|n < one|t < one|list == list|a == a|a != ops|one == t|`[1]` == `[true]`|`{"a": 1}` == `{"a": 1.0}`
one == `1.0`|big == `123456789012345678901234567890`|big > exp|exp > big|`NaN` == `NaN`|`"a"` == 'a'|zero == f|n == n|empty == elist
@.*.b|a.b.c[].d|*.*.n|ops.*.[n]|ops.*.{q: n}|ops | *|ops.*|people[].tags[]|people[].tags[0]|people[*].tags[0]|people[*].tags | []
list[?@>`1`] | [0]|list[?@>`1`][0]|(list[?@>`1`])[0]|nested[?@]|nested[?@][]|nested[*][*]|nested[0:1][0]|people[0:2].name|people[::2].age
a[0]|text[0]|text[0:2]|text[*]|text.*|one.a|one[]|text[]|a[]|a[*]|a[?b]|n[]|n[0]|list.a|list.*|@[0]|@[*]|@.*|@."a"
sort_by(people, &age) | [0].name|map(&length(@), strings)|map(&(@ || 'z'), strings)|max_by(people[:3], &length(name)).name
to_string(map(&age, people))|sum(people[*].age)|avg(people[:2].age)|[sum(list), length(list)]|join(`-`, map(&to_string(@), list))
'''


def hand():
    for line in HAND.strip().split('\n'):
        # '|' separates cases; a pipe is written with blanks around it, "||" stays whole
        current = ''
        parts = line.split('|')
        i = 0
        while i < len(parts):
            current = parts[i]
            while i + 1 < len(parts) and (current.endswith(' ') or parts[i + 1].startswith(' ') or parts[i + 1] == ''):
                current += '|' + parts[i + 1]
                i += 1
            yield current
            i += 1


def random_expression(rng, depth=0):
    names = ['a', 'b', 'c', 'list', 'people', 'name', 'age', 'tags', 'ops', 'n', 'x', 'text', 'mixed', 'nested',
             'strings', 'one', 'f', '"with space"', 'zero', 'empty', 'elist']
    sub = lambda: random_expression(rng, depth + 1)
    if depth > 4 or rng.random() < 0.25:
        return rng.choice(names + ['@', '`1`', '`"x"`', "'q'", '`[1, 2, "a"]`', '*', '`true`', '`2.5`'])
    return rng.choice([
        lambda: '%s.%s' % (sub(), rng.choice(names)), lambda: '%s[%d]' % (sub(), rng.randint(-3, 3)),
        lambda: '%s[*]' % sub(), lambda: '%s[]' % sub(), lambda: '%s.*' % sub(),
        lambda: '%s[%s:%s]' % (sub(), rng.choice(['', '0', '1', '-1']), rng.choice(['', '2', '-1'])),
        lambda: '%s[?%s]' % (sub(), sub()), lambda: '%s | %s' % (sub(), sub()),
        lambda: '%s || %s' % (sub(), sub()), lambda: '%s && %s' % (sub(), sub()), lambda: '!%s' % sub(),
        lambda: '(%s)' % sub(), lambda: '%s %s %s' % (sub(), rng.choice(['==', '!=', '<', '>', '<=', '>=']), sub()),
        lambda: '[%s]' % ', '.join(sub() for _ in range(rng.randint(1, 3))),
        lambda: '{%s}' % ', '.join('%s: %s' % (k, sub()) for k in rng.sample('pqr', rng.randint(1, 3))),
        lambda: '%s.[%s]' % (sub(), sub()), lambda: '%s.{k: %s}' % (sub(), sub()),
        lambda: '%s(%s)' % (rng.choice(['length', 'keys', 'values', 'type', 'to_string', 'to_number', 'sort', 'sum',
                                        'max', 'min', 'reverse', 'not_null', 'to_array', 'abs', 'avg', 'merge']), sub()),
        lambda: '%s(%s, %s)' % (rng.choice(['contains', 'starts_with', 'join', 'not_null', 'merge']), sub(), sub()),
        lambda: '%s(%s, &%s)' % (rng.choice(['sort_by', 'max_by', 'min_by']), sub(), sub()),
        lambda: 'map(&%s, %s)' % (sub(), sub()),
        lambda: sub()[:-1], lambda: sub() + rng.choice([']', ')', '.', '[', '|', "'", '`', '&', ' a', ',']),
    ])()


def row(expression, given):
    try:
        compiled = jmespath.compile(expression)
    except Exception as e:
        return {'expression': expression, 'compile': str(e)}
    try:
        result = compiled.search(given)
        return {'expression': expression, 'result': json.dumps(result, ensure_ascii=False)}
    except Exception as e:
        text = str(e)
    if 'not JSON serializable' in text or '_Expression' in text:
        return None  # holds an address
    return {'expression': expression, 'search': text}


def main():
    if len(sys.argv) == 4 and sys.argv[1] == '--random':
        rng = random.Random(int(sys.argv[3]))
        expressions = [random_expression(rng) for _ in range(int(sys.argv[2]))]
    else:
        expressions = list(dict.fromkeys(hand()))
        rng = random.Random(1)
        expressions += [random_expression(rng) for _ in range(300)]
    rows = [r for r in (row(e, GIVEN) for e in expressions if e) if r]
    out = [json.dumps(r, ensure_ascii=False) for r in rows]
    print('{"given": %s,\n"cases": [\n%s\n]}' % (json.dumps(GIVEN, ensure_ascii=False), ',\n'.join(out)))


main()
