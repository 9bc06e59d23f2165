"""Which file calls which, and which header each name comes from: read as text, good enough to find circles."""

import re

COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DEFINED = re.compile(r"^(?!static\b|extern\b|typedef\b)[A-Za-z_][\w \t*]*?\b(gwt_\w+)\s*\([^;{}]*\)\s*\n\{", re.M)
TABLE = re.compile(r"^(?!static\b|extern\b)(?:const )?[\w ]+?[\s*]+(?:const )?(gwt_\w+)(?:\[[^\]]*\])*\s*=\s", re.M)
INCLUDED = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
NAME = re.compile(r"(?<!struct )(?<!enum )(?<!union )\b(?:gwt_|GWT_)\w+")
BODY = re.compile(r"\)\s*\n\{.*?\n\}", re.S)
DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)((?:\\\n|[^\n])*)", re.M)
FUNCTION = re.compile(r"\b(gwt_\w+)\s*\((?!\*)")
EXTERN = re.compile(r"^extern\b[^;(]*?\b(gwt_\w+)(?:\[[^\]]*\])*;", re.M)


def code(text):
    """The text without comments, strings empty."""
    return COMMENT_OR_STRING.sub(lambda m: '""' if m.group(0)[0] == '"' else " ", text)


def calls(texts):
    """{file: {file it calls: names}} of the .c files among {name: text}."""
    texts = {name: code(text) for name, text in texts.items() if name.endswith(".c")}
    home = {}
    for name, text in texts.items():
        for pattern in (DEFINED, TABLE):
            for word in pattern.findall(text):
                home.setdefault(word, name)
    edges = {name: {} for name in texts}
    for name, text in texts.items():
        for word in set(re.findall(r"\bgwt_\w+", text)):
            if home.get(word, name) != name:
                edges[name].setdefault(home[word], set()).add(word)
    return edges


def circles(edges):
    """Groups of files that reach each other (Tarjan), largest first."""
    index, low, stack, on, found = {}, {}, [], set(), []

    def visit(start):
        work = [(start, iter(sorted(edges[start])))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on.add(start)
        while work:
            at, rest = work[-1]
            for to in rest:
                if to not in index:
                    index[to] = low[to] = len(index)
                    stack.append(to)
                    on.add(to)
                    work.append((to, iter(sorted(edges[to]))))
                    break
                if to in on:
                    low[at] = min(low[at], index[to])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == index[at]:
                    group = []
                    while not group or group[-1] != at:
                        group.append(stack.pop())
                        on.discard(group[-1])
                    if len(group) > 1:
                        found.append(sorted(group))

    for name in sorted(edges):
        if name not in index:
            visit(name)
    return sorted(found, key=lambda group: (-len(group), group))


def declared(texts):
    """{name of a function, macro or table: the headers that declare it}, of the .h files among {name: text}."""
    where = {}
    for header, text in texts.items():
        if not header.endswith(".h"):
            continue
        text = BODY.sub(");", code(text))
        names = {name for name, _ in DEFINE.findall(text) if name.startswith("GWT_") and not name.endswith("_H")}
        text = DEFINE.sub("", text)
        for name in names | set(FUNCTION.findall(text)) | set(EXTERN.findall(text)):
            where.setdefault(name, set()).add(header)
    return where


def missing_includes(texts):
    """
    {file: headers whose functions, macros or tables it uses without an include of its own}. Types come along with
    the header that uses them. What a .c file's own header and its folder's internal.h include counts as its own.
    """
    where, missing = declared(texts), {}
    included = {name: set(INCLUDED.findall(text)) for name, text in texts.items()}
    for name, text in texts.items():
        has = included[name] | {name}
        if name.endswith(".c"):
            folder = name.rpartition("/")[0]
            for header in {name[:-2] + ".h", folder + "/internal.h"} & included[name]:
                has |= included.get(header, set())
        for word in set(NAME.findall(code(text))):
            headers = where.get(word)
            if headers and not headers & has:
                missing.setdefault(name, set()).add(sorted(headers)[0])
    return missing


BUFFER = re.compile(r"^[ \t]+(?:unsigned )?char (\w+\s*\[[^;()]*?)(;| = [^;]*;)([^\n]*)$", re.M)
SIZE = re.compile(r"\[([^\]]*)\]")


def buffers_without_a_reason(texts):
    """
    Arrays of bytes whose size is a bare number, as "file: declaration", where no comment on their line or on the one
    before says why nothing longer comes. An array of which every element is written has the size that it needs.
    """
    found = []
    for name, text in sorted(texts.items()):
        for match in BUFFER.finditer(text):
            declared, value, rest = match.groups()
            bare = any(re.fullmatch(r"\d[\d +*]*", size.strip()) for size in SIZE.findall(declared + value.partition("=")[0]))
            before = text[:match.start()].rstrip("\n").rpartition("\n")[2]
            if bare and "/*" not in declared + value + rest and not re.match(r"\s*/?\*", before) and not value.startswith(" = { '"):
                found.append("%s: %s" % (name, match.group(0).strip()))
    return found
