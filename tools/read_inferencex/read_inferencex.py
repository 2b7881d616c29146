#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recipes of the InferenceX benchmark as tables: read_inferencex.py GIT_DIR OUT_FOLDER.

GIT_DIR is a git directory of github.com/SemiAnalysisAI/InferenceX. Its whole history is read, nothing of it is run.

  recipes.csv  what every launch script sets, by model, weights, device and runtime, from a day until another (empty:
               still), under a condition, with the script and the commit that brought it
  runs.csv     which runs its configurations list: model, weights, device, framework, cuts, clients, images

Names are those of the catalogs (data/README.md).
"""
import csv
import datetime
import os
import re
import subprocess
import sys
from multiprocessing import Pool

import yaml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compress  # noqa: E402
import server_settings  # noqa: E402
import shell_settings  # noqa: E402

MODELS = {"70b": "Llama-3.1-70B-Instruct|Llama-3.3-70B-Instruct", "gptoss": "gpt-oss-120b", "dsr1": "DeepSeek-R1",
          "dsv4": "DeepSeek-V4-Pro", "kimik2.5": "Kimi-K2.5", "kimik2.6": "Kimi-K2.6", "kimik3": "Kimi-K3",
          "minimaxm2.5": "MiniMax-M2.5", "minimaxm3": "MiniMax-M3", "qwen3.5": "Qwen3.5-397B-A17B", "glm5": "GLM-5",
          "glm5.1": "GLM-5.1", "glm5.2": "GLM-5.2"}
DEVICES = {"h100": "h100-sxm", "h200": "h200-sxm", "b200": "b200-sxm", "b300": "b300-sxm", "gb200": "gb200",
           "gb300": "gb300", "mi300x": "mi300x", "mi325x": "mi325x", "mi355x": "mi355x",
           "rtx6000pro": "rtx-pro-6000-bse"}
WEIGHTS = {"fp4": "nvfp4|mxfp4", "fp8": "fp8|fp8_block", "bf16": "bf16", "int4": "int4*"}
# Scripts of the first month do not name their precision: what their models were published in.
FIRST_PRECISION = {"70b": "fp8", "dsr1": "fp8", "gptoss": "fp4"}
NAME = re.compile(r"(.+?)_(?:(fp4|nvfp4|fp8|bf16|int4)_)?(" + "|".join(sorted(DEVICES, key=len, reverse=True)) +
                  r")((?:_[a-z]+)*)\.sh$")
LENGTHS = ((1024, 1024), (1024, 8192), (8192, 1024))
CUTS = [(ranks, expert, copies) for ranks in (1, 2, 4, 8) for expert in (False, True) for copies in (False, True)]
CLIENTS = (1, 4, 16, 64, 256, 1024, 4096)


def git(directory, *arguments):
    return subprocess.run(["git", "-C", directory, *arguments], capture_output=True, check=True).stdout.decode(
        errors="replace")


class Blobs:
    def __init__(self, directory):
        self.cat = subprocess.Popen(["git", "-C", directory, "cat-file", "--batch"], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE)

    def __getitem__(self, name):
        self.cat.stdin.write((name + "\n").encode())
        self.cat.stdin.flush()
        size = int(self.cat.stdout.readline().split()[2])
        text = self.cat.stdout.read(size)
        self.cat.stdout.read(1)
        return text.decode(errors="replace")


def lineage(path):
    """(model, precision, device, drafted, agentic) of a launch script's path, or None."""
    m = NAME.match(os.path.basename(path))
    if not m or "multi_node" in path or "speedbench" in path or m.group(1) not in MODELS:
        return None
    model, precision, device, rest = m.groups()
    words = rest.strip("_").split("_")
    precision = (precision or FIRST_PRECISION.get(model, "fp8")).replace("nvfp4", "fp4")
    return model, precision, device, "mtp" in words, "agentic" in path


def clients_of(text):
    """Numbers of clients at which a script may decide otherwise, each with its neighbours."""
    got = set(CLIENTS)
    for m in re.finditer(r"CONC[}\"')]*\s*\"?\s*(?:-\w\w|[<>=!]=?)\s*\"?(\d+)", text):
        n = int(m.group(1))
        got |= {x for x in (n - 1, n, n + 1) if x >= 1}
    return sorted(got)


def measured_points(text):
    """(runtime, points, settings at each) of a launch script: what it sets for every run that it may decide by."""
    script = shell_settings.statements(text)
    points, found, runtime = [], [], None
    asks_copies, asks_expert = "DP_ATTENTION" in text, "EP_SIZE" in text
    for lengths in LENGTHS:
        for ranks, expert, copies in CUTS:
            if expert and not asks_expert or copies and not asks_copies or ranks == 1 and (expert or copies):
                continue
            for clients in clients_of(text):
                shell = shell_settings.Shell(
                    {"MODEL": "m", "TP": str(ranks), "EP_SIZE": str(ranks if expert else 1), "CONC": str(clients),
                     "DP_ATTENTION": "true" if copies else "false", "ISL": str(lengths[0]), "OSL": str(lengths[1]),
                     "MAX_MODEL_LEN": str(sum(lengths) + 200), "PORT": "8888", "EVAL_ONLY": "false",
                     "RUN_EVAL": "false", "PP_SIZE": "1", "DCP_SIZE": "1", "SPEC_DECODING": "none"})
                name, settings = server_settings.settings_of(shell.run(script))
                if name is None:
                    return None, [], []
                runtime = name
                points.append({"lengths": lengths, "ranks": ranks, "expert": expert, "copies": copies,
                               "clients": clients})
                found.append(settings)
    return runtime, points, found


def one_prompt_budget(p, settings, least):
    """The decodes with their drafts, one prompt and a margin, in multiples of 64."""
    tokens = p["clients"] * (1 + settings.get("drafts", 0)) + p["lengths"][0] + 64
    return max(least, -(-tokens // 64) * 64)


def rules_of(points, found):
    """[(setting, condition, value)] of a launch script."""
    out = []
    for setting in sorted({s for f in found for s in f}):
        values = [f.get(setting) for f in found]
        if setting == "expert_ranks":
            # Told by the row itself; only a script that decides without being told has to say it.
            values = [v if not p["expert"] else None for v, p in zip(values, points)]
        if setting == "attention_data_parallel":
            values = [v if not p["copies"] else None for v, p in zip(values, points)]
        if setting == "max_num_batched_tokens":
            for least in (0, 8192):
                one = [one_prompt_budget(p, f, least) for p, f in zip(points, found)]
                if any(v == o for v, o in zip(values, one)) and all(v is None or v == o for v, o in zip(values, one)):
                    setting, values = "one_prompt_budget", [None if v is None else least for v in values]
                    break
        if setting in ("max_num_seqs", "graph_sequences", "graph_tokens"):
            symbolic = ["clients" if v == p["clients"] else v for v, p in zip(values, points)]
            if len(compress.rules(points, symbolic)) < len(compress.rules(points, values)):
                values = symbolic
            if len(set(values)) > 4:
                continue  # a share of the clients: no setting says so
        out += [(setting, when, v) for when, v in compress.rules(points, values)]
    return out


def history(directory, *paths):
    """(commit, day, [(status, blob, path)]) of the first-parent history, oldest first; days never fall."""
    log = git(directory, "log", "--reverse", "--first-parent", "--raw", "--no-abbrev", "--no-renames",
              "--format=@%H %cs", "HEAD", "--", *paths)
    day, commit, changes = "", "", []
    for line in log.split("\n"):
        if line.startswith("@"):
            if changes:
                yield commit, day, changes
            commit, stated = line[1:].split()
            day, changes = max(day, stated), []
        elif line.startswith(":"):
            meta, path = line.split("\t", 1)
            fields = meta.split()
            changes.append((fields[4], fields[3], path))
    if changes:
        yield commit, day, changes


def next_day(day):
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


def read_scripts(directory):
    """Versions of every launch script, and what each sets: (path -> [(from, until, blob, commit)], blob -> points)."""
    versions = {}  # path -> [(from, until, blob, commit)]
    for commit, day, changes in history(directory, "benchmarks"):
        for status, blob, path in changes:
            if not path.endswith(".sh") or lineage(path) is None:
                continue
            kept = versions.setdefault(path, [])
            if kept and kept[-1][1] == "":
                kept[-1] = (kept[-1][0], day, *kept[-1][2:])
            if status != "D":
                kept.append((day, "", blob, commit[:9]))
    blobs = Blobs(directory)
    texts = {v[2]: blobs[v[2]] for kept in versions.values() for v in kept}
    names = sorted(texts)
    with Pool(2) as pool:
        got = dict(zip(names, pool.map(measured_points, [texts[n] for n in names], chunksize=4)))
    return versions, got


def recipe_rows(versions, got):
    """Rows of recipes.csv."""
    rules = {blob: rules_of(points, found) for blob, (runtime, points, found) in got.items() if runtime}
    # Versions of one recipe, over the folders it has stood in: the later commit's stands where two overlap.
    recipes = {}
    for path, kept in versions.items():
        model, precision, device, drafted, agentic = lineage(path)
        for begin, until, blob, commit in kept:
            runtime = got[blob][0]
            if runtime is None or begin == until:
                continue
            settings = [("recipe", "", os.path.basename(path))] + rules[blob]
            key = (model, precision, device, runtime, drafted, agentic)
            recipes.setdefault(key, []).append((begin, until, path, commit, settings))
    fixed = {k[:5] for k in recipes if not k[5]}
    rows = []
    for key in sorted(recipes, key=str):
        if key[5] and key[:5] in fixed:
            continue  # multi-turn scripts stand in only where no script of fixed lengths exists
        kept = sorted(recipes[key], key=lambda r: (r[0], r[1] or "~"))
        for i in range(len(kept) - 1):
            if kept[i][1] == "" or kept[i][1] > kept[i + 1][0]:
                kept[i] = (kept[i][0], kept[i + 1][0], *kept[i][2:])
        if kept[-1][1]:  # nothing follows: a run of the day of its removal was still one of it
            kept[-1] = (kept[-1][0], next_day(kept[-1][1]), *kept[-1][2:])
        spans = {}
        for begin, until, path, commit, settings in kept:
            if begin == until:
                continue
            for order, (setting, when, value) in enumerate(settings):
                runs = spans.setdefault((setting, when, value), [])
                if runs and runs[-1][1] == begin:
                    runs[-1] = (runs[-1][0], until, *runs[-1][2:])
                else:
                    runs.append((begin, until, path, commit))
        model, precision, device, runtime, drafted, _ = key
        for (setting, when, value), runs in sorted(spans.items(), key=lambda s: (s[0][0], len(s[0][1].split()),
                                                                                s[0][1], str(s[0][2]))):
            for begin, until, path, commit in runs:
                rows.append([MODELS[model], WEIGHTS[precision], DEVICES[device], runtime, "yes" if drafted else "no", begin,
                             until, when, setting, str(value).lower() if isinstance(value, bool) else value,
                             os.path.basename(path), commit])
    return rows


def listed_runs(config, folder):
    """The runs that one configuration file lists."""
    for entry in (config or {}).values():
        if not isinstance(entry, dict) or "image" not in entry:
            continue
        scenarios = entry.get("scenarios") or {}
        lists = [("fixed", x) for x in scenarios.get("fixed-seq-len") or entry.get("seq-len-configs") or []]
        lists += [("agentic", x) for x in scenarios.get("agentic-coding") or []]
        device = re.sub(r"^cluster:", "", str(entry.get("runner", ""))).split("-")[0]
        for scenario, lengths in lists:
            for s in lengths.get("search-space") or []:
                clients = ([s["conc-start"], s["conc-end"]] if "conc-start" in s else s.get("conc-list") or [])
                pools = [s.get("prefill"), s.get("decode")]
                cut = pools if any(pools) else [s]
                yield {"model": str(entry.get("model-prefix", "")), "checkpoint": str(entry.get("model", "")),
                       "precision": str(entry.get("precision", "")), "device": device,
                       "framework": str(entry.get("framework", "")), "image": str(entry["image"]),
                       "drafted": s.get("spec-decoding") in ("mtp", "eagle", "draft"),
                       "several": bool(entry.get("disagg", False) or entry.get("multinode", False)), "scenario": scenario,
                       "clients": [int(c) for c in clients if str(c).isdigit()],
                       "cut": " + ".join(cut_text(c) for c in cut if c), "lengths": (lengths.get("isl"),
                                                                                    lengths.get("osl")),
                       "ranks": s.get("tp"), "ep": s.get("ep") or 1, "copies": bool(s.get("dp-attn", False))}


def cut_text(c):
    words = f"tp{c.get('tp')}"
    if c.get("pp") not in (None, 1):
        words += f" pp{c['pp']}"
    if c.get("ep") not in (None, 1):
        words += f" ep{c['ep']}"
    return words + (" copies" if c.get("dp-attn") in (True, "true") else "")


def template_runs(workflow):
    """The runs of a workflow of the first months: jobs with image, model, runner and ranks."""
    for job in ((workflow or {}).get("jobs") or {}).values():
        w = (job or {}).get("with") or {}
        if "image" not in w or "runner" not in w or "${{" in str(w["image"]):
            continue
        runner, model = str(w["runner"]), str(w.get("model", ""))
        prefix = ("70b" if "70B" in model else "dsr1" if "DeepSeek-R1" in model or "deepseek-r1" in model else
                  "gptoss" if "gpt-oss" in model else "")
        framework = str(w.get("framework", "")) or ("trt" if "trt" in runner else
                                                   "sglang" if prefix == "dsr1" else "vllm")
        precision = str(w.get("precision", ""))
        if not precision or "${{" in precision:
            precision = "fp4" if "FP4" in model else FIRST_PRECISION.get(prefix, "")
        if prefix and "${{" not in runner:
            yield {"model": prefix, "checkpoint": model, "precision": precision,
                   "device": runner.replace("_", "-").split("-")[0], "framework": framework.replace("dynamo-trtllm", "dynamo-trt"),
                   "image": str(w["image"]), "drafted": False, "several": framework.startswith("dynamo"),
                   "scenario": "fixed", "clients": [], "cut": "tp" + str(w.get("tp-list", "")).strip("[]").replace(
                       ", ", "|"), "lengths": (None, None), "ranks": None, "ep": 1, "copies": False}


def read_runs(directory):
    """Rows of runs.csv: one per model, weights, device, framework, drafts and whether several nodes serve."""
    blobs, parsed, found = Blobs(directory), {}, {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for commit, day, changes in history(directory, ".github", "configs"):
        for status, blob, path in changes:
            master = path.endswith(("master.yaml", "master.yml"))
            template = "/workflows/" in path and path.endswith(("-tmpl.yml", "-template.yml"))
            if status == "D" or not (master or template):
                continue
            if blob not in parsed:
                try:
                    config = yaml.load(blobs[blob], Loader=loader)
                    parsed[blob] = list(listed_runs(config, path) if master else template_runs(config))
                except (yaml.YAMLError, AttributeError, TypeError):
                    parsed[blob] = []  # not YAML as it stood that day
            for r in parsed[blob]:
                if r["model"] == "dsr1-fp8":
                    r["model"] = "dsr1"
                key = (r["model"], r["precision"], r["device"], r["framework"], r["drafted"], r["several"])
                f = found.setdefault(key, {"first": day, "last": day, "commit": commit[:9], "cuts": set(),
                                           "clients": set(), "images": {}, "scenarios": set()})
                f["last"] = day
                f["cuts"].add(r["cut"])
                f["clients"] |= set(r["clients"])
                f["images"].setdefault(r["image"], day)
                f["scenarios"].add(r["scenario"])
    rows = []
    for key, f in sorted(found.items()):
        model, precision, device, framework, drafted, several = key
        if model not in MODELS or device not in DEVICES:
            print("left out:", key, file=sys.stderr)
            continue
        clients = f"{min(f['clients'])}-{max(f['clients'])}" if f["clients"] else ""
        images = [i.rsplit("/", 1)[-1] for i in f["images"]]
        cuts = sorted(f["cuts"])
        rows.append([MODELS[model], WEIGHTS.get(precision, precision), DEVICES[device], framework, "yes" if drafted else "no",
                     "yes" if several else "no", "|".join(sorted(f["scenarios"])), f["first"], f["last"],
                     len(cuts), " / ".join(cuts[:12]), clients, images[0], images[-1], f["commit"]])
    return rows


def cut_rules(lines):
    """[(setting, condition, value)] of what ranks hold, where the listed runs leave one answer: lines are
    (lengths, ranks, experts over ranks, copies, fewest clients, most)."""
    if not lines:
        return []
    points, found = [], []
    for lengths in sorted({x[0] for x in lines}):
        for ranks in sorted({x[1] for x in lines}):
            ends = {c for x in lines if x[0] == lengths and x[1] == ranks for c in (x[4] - 1, x[4], x[5], x[5] + 1)}
            for clients in sorted(c for c in ends if c >= 1):
                held = {(x[2], x[3]) for x in lines if x[:2] == (lengths, ranks) and x[4] <= clients <= x[5]}
                points.append({"lengths": lengths, "ranks": ranks, "expert": False, "copies": False, "clients": clients})
                found.append(next(iter(held)) if len(held) == 1 else (False, False))
    out = []
    for at, (setting, value) in enumerate((("expert_ranks", "tp"), ("attention_data_parallel", True))):
        values = [value if f[at] else None for f in found]
        out += [(setting, ("expert=1 copies=1 " + when).strip(), v) for when, v in compress.rules(points, values)]
    return out


def read_cuts(directory):
    """Rows of recipes.csv on what ranks hold, from the configurations of runs on one node."""
    blobs, parsed, state, eras = Blobs(directory), {}, {}, {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for commit, day, changes in history(directory, ".github", "configs"):
        touched = False
        for status, blob, path in changes:
            if not path.endswith(("master.yaml", "master.yml")):
                continue
            touched = True
            if status == "D":
                state.pop(path, None)
                continue
            if blob not in parsed:
                try:
                    parsed[blob] = list(listed_runs(yaml.load(blobs[blob], Loader=loader), path))
                except (yaml.YAMLError, AttributeError, TypeError):
                    parsed[blob] = None
            if parsed[blob] is not None:
                state[path] = parsed[blob]
        if not touched:
            continue
        now = {}
        for runs in state.values():
            for r in runs:
                runtime = {"trt": "tensorrt-llm"}.get(r["framework"], r["framework"])
                if (r["several"] or r["scenario"] != "fixed" or not isinstance(r["ranks"], int) or not r["clients"] or
                        r["model"] not in MODELS or r["device"] not in DEVICES or None in r["lengths"]):
                    continue
                key = (r["model"], r["precision"], r["device"], runtime, r["drafted"])
                now.setdefault(key, set()).add((tuple(r["lengths"]), r["ranks"], r["ranks"] > 1 and r["ep"] == r["ranks"],
                                                r["copies"], min(r["clients"]), max(r["clients"])))
        for key in set(eras) | set(now):
            lines = frozenset(now.get(key, ()))
            kept = eras.setdefault(key, [])
            if not kept or kept[-1][1] != lines:
                kept.append((day, lines, commit[:9]))
    rows = []
    for (model, precision, device, runtime, drafted), kept in sorted(eras.items()):
        spans = {}
        for i, (begin, lines, commit) in enumerate(kept):
            until = kept[i + 1][0] if i + 1 < len(kept) else ""
            if begin == until:
                continue
            for rule in cut_rules(lines):
                runs = spans.setdefault(rule, [])
                if runs and runs[-1][1] == begin:
                    runs[-1] = (runs[-1][0], until, runs[-1][2])
                else:
                    runs.append((begin, until, commit))
        for (setting, when, value), runs in sorted(spans.items(), key=str):
            for begin, until, commit in runs:
                rows.append([MODELS[model], WEIGHTS[precision], DEVICES[device], runtime, "yes" if drafted else "no",
                             begin, until, when, setting, str(value).lower() if isinstance(value, bool) else value,
                             "amd-master.yaml" if device.startswith("mi") else "nvidia-master.yaml", commit])
    return rows


def without_repeats(rows):
    """Rows that say what an earlier one says of the same days are left out, of two sources the first."""
    kept, spans = [], {}
    for r in rows:
        key = (*r[:5], r[7], r[8])
        if any(not (r[6] and r[6] <= b) and not (u and u <= r[5]) for b, u in spans.setdefault(key, [])):
            continue
        spans[key].append((r[5], r[6]))
        kept.append(r)
    return kept


def write(path, header, rows):
    with open(path, "w", newline="") as out:
        w = csv.writer(out, lineterminator="\n")
        w.writerow(header)
        w.writerows(rows)
    print(path, len(rows), "rows")


def main(directory, folder):
    write(os.path.join(folder, "runs.csv"),
          ["model", "weights", "device", "framework", "drafts", "several_nodes", "scenarios", "first_seen",
           "last_changed", "cuts", "cuts_listed", "clients", "first_image", "last_image", "commit"],
          read_runs(directory))
    write(os.path.join(folder, "recipes.csv"),
          ["model", "weights", "device", "runtime", "drafts", "since", "before", "when", "setting", "value", "file",
           "commit"], without_repeats(recipe_rows(*read_scripts(directory)) + read_cuts(directory)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
