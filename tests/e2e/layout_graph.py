"""Which file calls which, and which header each name comes from: read as text, good enough to find circles."""

import re

COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DEFINED = re.compile(r"^(?!static\b|extern\b|typedef\b)[A-Za-z_][\w \t*]*?\b(gwt_\w+)\s*\([^;{}]*\)\s*\n\{", re.M)
TABLE = re.compile(r"^(?!static\b|extern\b)(?:const )?[\w ]+?[\s*]+(gwt_\w+)(?:\[[^\]]*\])*\s*=\s", re.M)
INCLUDED = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
NAME = re.compile(r"\b(?:gwt_|GWT_)\w+")
DECLARES = [
    re.compile(r"^(?:struct|enum|union)\s+(gwt_\w+)\s*\{", re.M),
    re.compile(r"^\s*#\s*define\s+(GWT_\w+)", re.M),
    re.compile(r"^\s+(GWT_\w+)\s*(?:=[^,}]*)?(?:,|$|\})", re.M),
    re.compile(r"^\s*enum\s*\{\s*(GWT_\w+)", re.M),
    re.compile(r"\b(gwt_\w+)\s*\((?![^)]*\)\s*\()"),
    re.compile(r"\btypedef\b[^;]*?\b(gwt_\w+)\b[^;]*;"),
]


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
    """{name: the headers that declare it}, of the .h files among {name: text}."""
    where = {}
    for header, text in texts.items():
        if header.endswith(".h"):
            text = code(text)
            for pattern in DECLARES:
                for word in pattern.findall(text):
                    where.setdefault(word, set()).add(header)
    return where


def missing_includes(texts):
    """{file: headers that declare what it uses and that it does not include itself}."""
    where, missing = declared(texts), {}
    for name, text in texts.items():
        bare = code(text)
        has = set(INCLUDED.findall(text)) | {name}
        forward = set(re.findall(r"^(?:struct|enum)\s+(gwt_\w+)\s*;", bare, re.M))
        for word in set(NAME.findall(bare)) - forward:
            headers = where.get(word)
            if headers and not headers & has and word + "_H" not in bare:
                missing.setdefault(name, set()).add(sorted(headers)[0])
    return missing
