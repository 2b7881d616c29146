# SPDX-License-Identifier: Apache-2.0
"""What a launch script hands to its server, worked out without running anything.

A small reader of the part of bash that the scripts of the InferenceX repository use to choose settings: assignments,
arrays, arithmetic, tests, if and case, and files written from here-documents. Commands are not run: the one that
starts a server gives its flags, every other is passed over. What depends on a command's output is unknown (None) and so
are tests of it, which then count as false.
"""
import re

SERVER = re.compile(r"launch_server|vllm serve|trtllm-serve|sglang serve|atom\.entrypoints|openai\.api_server")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
UNKNOWN = "\x00"  # stands in a text for what is not known


def statements(text):
    """The script as a list of simple statements and keywords; a here-document is handed over with its statement."""
    text = text.replace("\r\n", "\n").replace("\\\n", " ")
    found, at, now, pending = [], 0, "", []
    quote, depth = "", 0
    while at < len(text):
        c = text[at]
        if quote:
            now += c
            if c == "\\" and quote == '"':
                now += text[at + 1: at + 2]
                at += 1
            elif c == quote:
                quote = ""
        elif c in "\"'":
            quote = c
            now += c
        elif c == "\\":
            now += text[at: at + 2]
            at += 1
        elif c == "#" and (not now or now[-1].isspace()):
            while at < len(text) and text[at] != "\n":
                at += 1
            continue
        elif c == "(":
            depth += 1
            now += c
        elif c == ")" and depth:
            depth -= 1
            now += c
        elif text.startswith("<<<", at):
            now += "<<<"
            at += 2
        elif text.startswith("<<", at) and not depth and (m := re.match(r"<<-?\s*(['\"]?)(\w+)\1", text[at:])):
            pending.append((m.group(2), bool(m.group(1))))
            now += " "
            at += m.end() - 1
        elif c == "\n" and (depth == 0 or pending):
            body = None
            for word, literal in pending:
                lines, at = [], at + 1
                while at < len(text):
                    end = text.find("\n", at)
                    end = len(text) if end < 0 else end
                    line = text[at:end]
                    if line.strip() == word:
                        at = end
                        break
                    lines.append(line)
                    at = end + 1
                body = ("\n".join(lines), literal)
            pending = []
            if now.strip():
                found.append((now.strip(), body))
            now = ""
        elif c == ";" and depth == 0:
            if text.startswith(";;", at):
                found.append((now.strip(), None))
                found.append((";;", None))
                at += 1
            elif now.strip():
                found.append((now.strip(), None))
            now = ""
        else:
            now += c
        at += 1
    if now.strip():
        found.append((now.strip(), None))
    out = []
    for s, body in found:  # "then x", "else x", "do x" as two statements
        while (m := re.match(r"(then|else|do)\s+(?=\S)", s)) is not None:
            out.append((m.group(1), None))
            s = s[m.end():]
        if s:
            out.append((s, body))
    return out


class Shell:
    def __init__(self, variables):
        self.values = dict(variables)
        self.arrays = {}
        self.files = []  # texts of written files
        self.servers = []  # argument lists of started servers
        self.client = []

    # -- words ---------------------------------------------------------------------------------------------
    def arithmetic(self, text):
        text = self.expand(text).strip()
        if UNKNOWN in text:
            return None
        for name in sorted(set(WORD.findall(text)), key=len, reverse=True):
            value = self.values.get(name, "0")
            if value is None or not re.fullmatch(r"\s*-?\d+\s*", str(value)):
                return None
            text = re.sub(r"\b" + name + r"\b", str(value).strip(), text)
        if not re.fullmatch(r"[\d\s+\-*/%()<>=!&|?:]*", text) or not text.strip():
            return None
        m = re.fullmatch(r"(.+)\?(.+):(.+)", text)
        if m:
            first = self.arithmetic(m.group(1))
            return None if first is None else self.arithmetic(m.group(2 if first else 3))
        text = text.replace("&&", " and ").replace("||", " or ").replace("/", "//")
        try:
            return int(eval(text, {"__builtins__": {}}))  # digits and operators only, checked above
        except (SyntaxError, ZeroDivisionError, TypeError):
            return None

    def variable(self, name):
        return self.values.get(name, "")

    def expand(self, text):
        """`text` with its variables put in; single quotes are kept as they are, double quotes taken off."""
        out, at = "", 0
        while at < len(text):
            c = text[at]
            if c == "'":
                end = text.find("'", at + 1)
                end = len(text) if end < 0 else end
                out += text[at + 1:end]
                at = end + 1
                continue
            if c == '"':
                at += 1
                continue
            if c == "\\" and at + 1 < len(text):
                out += text[at + 1]
                at += 2
                continue
            if c != "$":
                out += c
                at += 1
                continue
            if text.startswith("$((", at):
                end = self.closing(text, at + 1)
                value = self.arithmetic(text[at + 3:end - 1])
                out += UNKNOWN if value is None else str(value)
                at = end + 1
            elif text.startswith("$(", at):
                at = self.closing(text, at + 1) + 1
                out += UNKNOWN
            elif text.startswith("${", at):
                end = self.closing(text, at + 1, "{", "}")
                out += self.braced(text[at + 2:end])
                at = end + 1
            else:
                m = WORD.match(text, at + 1)
                if not m:
                    out += c
                    at += 1
                    continue
                value = self.variable(m.group(0))
                out += UNKNOWN if value is None else str(value)
                at = m.end()
        return out

    def braced(self, inner):
        m = WORD.match(inner)
        if not m:
            return UNKNOWN
        name, rest = m.group(0), inner[m.end():]
        value = self.variable(name)
        if rest in ("[@]", "[*]"):
            return " ".join(self.arrays.get(name, []))
        if rest.startswith(":-") or rest.startswith("-"):
            return self.expand(rest.lstrip(":-")) if value == "" else (UNKNOWN if value is None else str(value))
        if rest.startswith(":+") or rest.startswith("+"):
            return "" if value == "" else self.expand(rest.lstrip(":+"))
        if rest == "":
            return UNKNOWN if value is None else str(value)
        return UNKNOWN

    @staticmethod
    def closing(text, at, opens="(", closes=")"):
        depth = 0
        for i in range(at, len(text)):
            depth += (text[i] == opens) - (text[i] == closes)
            if depth == 0:
                return i
        return len(text)

    def words(self, text):
        """`text` split where bash would, quotes kept together."""
        out, now, quote, depth, any_ = [], "", "", 0, False
        for i, c in enumerate(text):
            if quote:
                now += c
                if c == quote and text[i - 1] != "\\":
                    quote = ""
            elif c in "\"'":
                quote = c
                now += c
                any_ = True
            elif c in "({":
                depth += 1
                now += c
            elif c in ")}":
                depth -= 1
                now += c
            elif c.isspace() and depth <= 0:
                if now or any_:
                    out.append(now)
                now, any_ = "", False
            else:
                now += c
        if now or any_:
            out.append(now)
        return out

    def arguments(self, text):
        out = []
        for word in self.words(text):
            m = re.fullmatch(r'"?\$\{(\w+)\[@\]\}"?', word)
            if m:
                out += self.arrays.get(m.group(1), [])
                continue
            value = self.expand(word)
            quoted = word[:1] in "\"'"
            out += [value] if quoted or " " not in value.strip() else value.split()
        return [w for w in out if w != ""]

    # -- tests ---------------------------------------------------------------------------------------------
    def test(self, text):
        text = text.strip().rstrip(";").strip()
        for joint, how in (("||", any), ("&&", all)):
            parts = self.split(text, joint)
            if len(parts) > 1:
                return how(self.test(p) for p in parts)
        if text.startswith("! "):
            return not self.test(text[2:])
        if text.startswith("((") and text.endswith("))"):
            return bool(self.arithmetic(text[2:-2]))
        for opening, end in (("[[", "]]"), ("[", "]")):
            if text.startswith(opening) and text.endswith(end):
                inner = text[len(opening):-len(end)].strip()
                for joint, how in (("||", any), ("&&", all)):
                    parts = self.split(inner, joint)
                    if len(parts) > 1:
                        return how(self.test(opening + " " + p + " " + end) for p in parts)
                return self.compare(inner)
        return text == "true"

    @staticmethod
    def split(text, joint):
        out, now, depth, quote, at = [], "", 0, "", 0
        while at < len(text):
            c = text[at]
            if quote:
                quote = "" if c == quote else quote
            elif c in "\"'":
                quote = c
            elif c in "[(":
                depth += 1
            elif c in "])":
                depth -= 1
            elif depth == 0 and text.startswith(joint, at):
                out.append(now)
                now = ""
                at += len(joint)
                continue
            now += c
            at += 1
        return out + [now]

    def compare(self, inner):
        if inner.startswith("! "):
            return not self.compare(inner[2:])
        words = self.words(inner)
        if len(words) == 2 and words[0] in ("-n", "-z"):
            value = self.expand(words[1])
            return (value != "") == (words[0] == "-n")
        if len(words) == 2:
            return False  # -f, -d and the like: not on this machine
        if len(words) != 3:
            return False
        left, op, right = self.expand(words[0]), words[1], self.expand(words[2])
        if UNKNOWN in left or UNKNOWN in right:
            return False
        if op in ("==", "=", "!="):
            import fnmatch
            same = fnmatch.fnmatchcase(left, right) if words[2][:1] not in "\"'" else left == right
            return same == (op != "!=")
        order = {"-eq": "==", "-ne": "!=", "-lt": "<", "-le": "<=", "-gt": ">", "-ge": ">="}.get(op)
        if order and re.fullmatch(r"-?\d+", left.strip()) and re.fullmatch(r"-?\d+", right.strip()):
            return bool(eval(f"{int(left)}{order}{int(right)}", {"__builtins__": {}}))
        return False

    # -- statements ----------------------------------------------------------------------------------------
    def run(self, script):
        todo = script if isinstance(script, list) else statements(script)
        branches = []  # of each open if: [now taken, some branch was taken]
        cases = []     # of each open case: [subject, now taken, some was]
        skip_to = []   # done of loops, } of functions
        in_loop = False
        for s, body in todo:
            if skip_to:
                assigned = re.match(r"(?:export\s+|local\s+)?([A-Za-z_]\w*)(\+?=|\[)", s)
                if assigned and skip_to[-1] == "done" and in_loop:
                    self.values[assigned.group(1)] = None  # a loop is not run: what it sets is unknown
                    self.arrays.pop(assigned.group(1), None)
                if re.match(r"(for|while|until)\b", s) and skip_to[-1] == "done":
                    skip_to.append("done")
                elif s.split()[0] == skip_to[-1] or (skip_to[-1] == "}" and s == "}"):
                    skip_to.pop()
                continue
            live = all(b[0] for b in branches) and all(c[1] for c in cases)
            if re.match(r"if\b", s):
                taken = live and self.test(s[2:])
                branches.append([taken, taken or not live])
            elif re.match(r"elif\b", s) and branches:
                b = branches[-1]
                b[0] = not b[1] and self.test(s[4:])
                b[1] = b[1] or b[0]
            elif s == "else" and branches:
                branches[-1][0] = not branches[-1][1]
                branches[-1][1] = True
            elif re.match(r"fi\b", s):
                if branches:
                    branches.pop()
            elif s == "then" or s == "do":
                pass
            elif (m := re.match(r"case\s+(\S+)\s+in\b\s*(.*)$", s, re.S)):
                cases.append([self.expand(m.group(1)), False, not live])
                if m.group(2):
                    self.label(cases[-1], m.group(2), branches, cases)
            elif s == "esac":
                if cases:
                    cases.pop()
            elif s == ";;":
                if cases:
                    cases[-1][1] = False
            elif cases and not cases[-1][1] and re.match(r"\(?[^()\s=][^()=]*\)", s):
                self.label(cases[-1], s, branches, cases)
            elif re.match(r"(for|while|until)\b", s):
                skip_to.append("done")
                in_loop = live
            elif re.match(r"(function\s+)?[\w-]+\s*\(\s*\)\s*\{?", s):
                if not s.rstrip().endswith("}"):
                    skip_to.append("}")
            elif live:
                self.statement(s, body)
        return self

    def label(self, case, s, branches, cases):
        import fnmatch
        m = re.match(r"\(?([^()]*)\)\s*(.*)$", s, re.S)
        if not m:
            return
        patterns = [self.expand(p.strip()) for p in m.group(1).split("|")]
        hit = not case[2] and any(fnmatch.fnmatchcase(case[0], p) for p in patterns)
        case[1], case[2] = hit, case[2] or hit
        if hit and m.group(2) and all(b[0] for b in branches):
            self.statement(m.group(2), None)

    def statement(self, s, body):
        for joint in ("&&", "||"):
            parts = self.split(s, joint)
            if len(parts) == 2 and re.match(r"\s*(\[|\(\()", parts[0]):
                if self.test(parts[0]) == (joint == "&&"):
                    self.statement(parts[1].strip(), body)
                return
        if SERVER.search(s) and not s.startswith("echo"):
            started = SERVER.search(s)
            before = s[:started.start()]
            if not re.search(r"grep|pgrep|pkill|wait", before):
                tail = re.sub(r"\s[12&]?>{1,2}.*$", "", s[started.end():], flags=re.S)
                self.servers.append((started.group(0), self.arguments(re.sub(r"&\s*$", "", tail))))
            return
        if "benchmark_serving" in s:
            self.client = self.arguments(s)
            return
        m = re.match(r"(?:export\s+|local\s+|declare\s+(?:-\w+\s+)?|readonly\s+)?([A-Za-z_]\w*)(\+?=)(.*)$", s, re.S)
        if m:
            name, op, value = m.groups()
            value = self.split(self.split(value, "||")[0], "&&")[0].strip()
            if value.startswith("("):
                got = self.arguments(value[1:value.rstrip().rfind(")")])
                self.arrays[name] = (self.arrays.get(name, []) if op == "+=" else []) + got
            else:
                got = self.expand(value)
                if op == "+=":
                    got = str(self.values.get(name) or "") + got
                self.values[name] = None if UNKNOWN in got and got.strip(UNKNOWN) == "" else got
            return
        if body is not None and re.match(r"(cat|tee)\b", s):
            text, literal = body
            self.files.append(text if literal else self.lines(text))
        elif (m := re.match(r"echo\s+(?:-e\s+)?(.*?)\s*>>?\s*\S+$", s, re.S)) and ":" in m.group(1):
            self.files.append(self.expand(m.group(1)))

    def lines(self, text):
        """A here-document's text: only variables are put in, quotes stay."""
        return "\n".join(self.expand(line.replace('"', '\\"').replace("'", "\\'")) for line in text.split("\n"))


def flags(arguments):
    """[--max-num-seqs, 64, --x=y] as {max-num-seqs: 64, x: y}."""
    got, at = {}, 0
    while at < len(arguments):
        word = arguments[at]
        m = re.match(r"--?([A-Za-z][\w.-]*)(?:=(.*))?$", word, re.S)
        if m:
            name, value = m.group(1).replace("_", "-"), m.group(2)
            if value is None:
                follows = arguments[at + 1] if at + 1 < len(arguments) else "--"
                if re.match(r"--?[A-Za-z]", follows) or follows in ("&", "|"):
                    value = "true"
                else:
                    value = follows
                    at += 1
            got[name] = value
        at += 1
    return got
