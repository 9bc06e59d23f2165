"""Print libgwtape(3) from gwtape.h: each declaration below the comment that stands before it.

    man_of_header.py gwtape.h VERSION
"""

import re
import sys

TOP = re.compile(r"\A/\*(.*?)\*/", re.S)
PIECE = re.compile(r"(?:/\*(?P<comment>.*?)\*/\s*)?(?P<code>(?:(?:struct|enum) \w+ \{.*?\};)|(?:[a-z][^/{};#]*?;))", re.S)


def roff(text):
    return "\n".join(("\\&" if line[:1] in ".'" else "") + line.replace("\\", "\\e").replace("-", "\\-")
                     for line in text.split("\n"))


def prose(comment):
    lines = [re.sub(r"^\s*\*?\s*", "", line) for line in comment.strip().split("\n")]
    return roff("\n".join(lines).strip().replace("\n\n", "\n.PP\n").replace("\n- ", "\n.IP \\(bu 2\n")).replace(
        "\\&.PP", ".PP").replace("\\&.IP \\e(bu 2", ".IP \\(bu 2")


def main(path, version):
    text = open(path, encoding="utf-8").read()
    about = TOP.match(text)
    print('.TH LIBGWTAPE 3 "" "gwtape %s" "Library Functions Manual"' % version)
    print(".SH NAME\nlibgwtape \\- record and replay contract tests, for a program of your own")
    print(".SH SYNOPSIS\n.nf\n#include <gwtape.h>\n\ncc program.c $(pkg\\-config \\-\\-cflags \\-\\-libs libgwtape)\n.fi")
    print(".SH DESCRIPTION\n" + prose(about.group(1).split("\n", 2)[2]))
    print(".SH INTERFACE")
    body = text[about.end():text.rindex("#ifdef __cplusplus")]
    for piece in PIECE.finditer(body):
        print(".PP\n.nf\n%s\n.fi" % roff(piece.group("code")))
        if piece.group("comment"):
            print(".RS\n%s\n.RE" % prose(piece.group("comment")))
    print(".SH EXAMPLES\nshare/gwtape/examples/replay_a_client.c, share/gwtape/examples/sign_and_judge.c")
    print(".SH SEE ALSO\n.BR gwtape (1)")


main(*sys.argv[1:])
