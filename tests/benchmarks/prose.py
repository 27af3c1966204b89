"""Measure the prose criteria of a rubric on labelled answers.

    python tests/benchmarks/prose.py CASES_DIR [--rubric rubrics/rq3.yaml] [--by-author] [--errors] [--stress] [--speed]

CASES_DIR holds `answers.jsonl`: id, author, question, language, text and a label for every criterion.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter, defaultdict
from pathlib import Path

from grader.checks.keywords import KeywordsCheck
from grader.files.yamltree import load_yaml
from grader.finding.reading import Reading
from grader.prose.englishwords import FUNCTION_WORDS
from grader.prose.proseanswer import read
from grader.rubric.implications import settled
from grader.rubric.loading import make_check

HERE = Path(__file__).resolve().parents[2]


def load(path):
    """Return the keywords checks of a rubric and their rows by criterion id; other checks need not load."""
    data = load_yaml(path.read_text(encoding="utf-8"), str(path)).data
    sets = {}
    for name in data.get("import", []):
        sets |= load_yaml((path.parent / name).read_text(encoding="utf-8"), name).data
    sets |= data.get("sets", {})
    checks, rows = {}, {}
    for question in data["questions"]:
        for row in question["criteria"]:
            if "keywords" in row:
                spec = row["keywords"] if isinstance(row["keywords"], dict) else {"any": row["keywords"]}
                if row["points"].startswith("-"):
                    spec = {**spec, "contradiction": "true"}
                checks[row["id"]] = make_check("keywords", spec, sets=sets)
                rows[row["id"]] = row
    return checks, rows


def examples(checks, rows):
    for name, row in rows.items():
        for wanted, texts in (("accepts", row.get("accepts", [])), ("rejects", row.get("rejects", []))):
            for text in texts:
                outcome = judge(checks[name], text)
                if (outcome.credit != 1) if wanted == "accepts" else bool(outcome.credit):
                    print(f"  EXAMPLE {name} {wanted}: {outcome.code}: {text!r}")


def judge(check, text):
    return check.check(Reading(text=text), {})


def kappa(table):
    both, only_us, only_them, neither = table
    total = sum(table)
    if not total:
        return float("nan")
    seen = (both + neither) / total
    chance = ((both + only_us) * (both + only_them) + (only_them + neither) * (only_us + neither)) / total**2
    return 1.0 if chance == 1 else (seen - chance) / (1 - chance)


def count(pairs):
    table = Counter(pairs)
    return table[1, True], table[1, False], table[0, True], table[0, False]


def line(name, pairs):
    decided = [(ours, theirs) for ours, theirs in pairs if ours is not None]
    table = count(decided)
    precision = table[0] / (table[0] + table[1]) if table[0] + table[1] else float("nan")
    recall = table[0] / (table[0] + table[2]) if table[0] + table[2] else float("nan")
    share = len(decided) / len(pairs) if pairs else float("nan")
    print(
        f"{name:24} labels {len(pairs):4} decided {share:5.1%} P {precision:.3f} R {recall:.3f} "
        f"kappa {kappa(table):.3f}  right {table[0]}+{table[3]} false+ {table[1]} false- {table[2]}"
    )


def names(rows, key):
    """Return what each criterion implies or excludes."""
    given = {name: row.get(key, ()) for name, row in rows.items()}
    return {name: (said,) if isinstance(said, str) else tuple(said) for name, said in given.items()}


def labels(cases, checks, rows, show_errors, by_author, only=None):
    implies, excludes = names(rows, "implies"), names(rows, "excludes")
    english = []
    pairs, by_question, by_criterion, authors = [], defaultdict(list), defaultdict(list), defaultdict(list)
    contradictions = []
    for row in cases:
        if only and row["author"] not in only:
            continue
        found = {name: judge(checks[name], row["text"]) for name in row["labels"] if name in checks}
        found = settled(found, implies=implies, excludes=excludes)
        for name, outcome in found.items():
            label = row["labels"][name]
            if row["language"] != "en" and outcome.credit is not None and outcome.credit == 0:
                print("SILENT in", row["language"], row["id"], name, outcome.code)
            if label["unsure"]:
                continue
            ours = None if outcome.credit is None else int(outcome.credit)
            pair = (ours, label["met"])
            pairs.append(pair)
            if row["language"] == "en":
                english.append(pair)
            by_question[row["question"]].append(pair)
            by_criterion[name].append(pair)
            authors[row["author"]].append(pair)
            if "_x_" in name:
                contradictions.append(pair)
            if show_errors and ours != int(label["met"]):
                show_error(row["id"], name, outcome, detailed=show_errors > 1)
    line("all", pairs)
    line("English", english)
    line("contradictions", contradictions)
    for name, found in sorted(by_question.items()):
        line(name, found)
    for name, found in by_criterion.items():
        line("  " + name, found)
    if by_author:
        for name, found in sorted(authors.items()):
            line("  author " + name, found)


def show_error(answer, name, outcome, *, detailed):
    what = "undecided" if outcome.credit is None else "FALSE +" if outcome.credit else "FALSE -"
    print(f"  {what:9} {answer} {name} {outcome.code}: {[e.read[:90] for e in outcome.evidence]}")
    if detailed:
        print("            ", [(e.read_as, e.expected[:160]) for e in outcome.evidence])


MODEL = {
    "q1": """The weights must not all be given the same value. Units with equal weights would compute the same output.
They would receive the same gradient. The symmetry between them would stay perfect. The network would behave like one neuron per layer.
Weights should be drawn randomly from a normal distribution. It is fine to start the biases at zero.
The random weights already break the symmetry of the biases.""",
    "q2": """ELU is a good default for deep networks. ELU is slower to compute than ReLU.
Leaky ReLU is useful against dying units. ReLU is the most common choice.
Tanh is useful for outputs between -1 and 1. The logistic function is used for a probability.
Softmax is used for the probabilities of mutually exclusive classes.""",
    "q3": """Batch normalization is zero-centering and normalizing the inputs of a layer.
It is using the mean and the variance of the current mini-batch. The result is then scaled and shifted with learned parameters.
It is reducing the vanishing gradients problem. It is also reducing internal covariate shift. The network will train faster.
At test time it is using moving averages of the mean and the variance.""",
    "q4": """Dropout does slow down training. Training will take longer by a factor of two. Inference is just as fast as before.
Dropout is only active during training. MC dropout will make inference slower. MC dropout will average many predictions.""",
}
# The same said as people write: several clauses a sentence, asides, reasons, references back.
NATURAL = {
    "q1": """No, that is not a good idea: since units with equal weights compute the same output and get the same gradient,
they stay copies of each other for ever, however long you train, so that each layer is worth no more than a single neuron.
Instead, every weight should be drawn at random, e.g. from a normal distribution. As for the biases, it is perfectly fine
to start them at zero, because the random weights already break the symmetry.""",
    "q2": """For deep networks I would start with ELU, which usually outperforms ReLU, although the exponential makes it slower
to compute. If speed matters, or if many units die, leaky ReLU is worth a try, while plain ReLU remains the simple and fast
choice that most people take. Tanh is for outputs that have to lie between -1 and 1. When a probability is wanted, as in
binary classification, the logistic function goes into the output layer, and softmax if there are several classes
of which exactly one is right.""",
    "q3": """Just before the activation, the inputs of the layer are zero-centred and normalised, for which the mean and the
variance of the current mini-batch are used; after that they are scaled and shifted by two parameters that are learned like all the
others. It works because the distribution of each layer's inputs no longer shifts while the lower layers learn, which also means
that gradients vanish less often and that training converges in fewer epochs. As there may be no batch when
predictions are made, moving averages of the mean and the variance take over at test time.""",
    "q4": """Yes, it does: as only some of the weights are updated in each step, training takes roughly twice as long until it
converges. Since dropout is switched off once the network is used, however, inference is just as fast as without it.
It is only active during training, that is. This is different with MC dropout, where dropout stays on and many predictions
are averaged, so that inference takes many times longer.""",
}
AUXILIARY = ("is", "are", "does", "do", "has", "have", "would", "should", "can", "will", "must", "may")


def negate(sentence, way):
    words = sentence.split()
    if way == "that":
        return f"It is not true that {sentence[0].lower()}{sentence[1:]}"
    for i, word in enumerate(words):
        if word.lower() in AUXILIARY:
            return " ".join([*words[: i + 1], "not", *words[i + 1 :]])
    for i, word in enumerate(words[1:], 1):
        if word.endswith("s") and len(word) > 3 and word.isalpha():
            return " ".join([*words[:i], "does not", word.rstrip("s"), *words[i + 1 :]])
    return f"It is not true that {sentence}"


def slip(word, rng):
    i = rng.randrange(len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:i] + word[i + 1 :]
    if kind == 1:
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    return word[:i] + letter + word[i + (kind == 2) :]


def deny_clauses(sentence):
    """Deny every clause that has an auxiliary, the others as a whole."""
    clauses = re.split(r"(?<=[,;:])\s+", sentence)
    return " ".join(
        negate(clause, "not") if set(clause.split()) & set(AUXILIARY) else f"it is not true that {clause}"
        for clause in clauses
    )


def earned(checks, texts):
    got = [
        (name, judge(check, texts[name[:2]]))
        for name, check in checks.items()
        if name[:2] in texts and "_x_" not in name
    ]
    return (
        [name for name, outcome in got if outcome.credit == 1],
        [name for name, outcome in got if outcome.credit is None],
        len(got),
    )


def own_terms(checks, question):
    for name, check in checks.items():
        if name.startswith(question):
            for claim in check.judges["en"].claims:
                yield from (term.text for term in claim.terms())


def stress(checks):
    for name, model in (("simple", MODEL), ("natural", NATURAL)):
        print(f"-- {name} model answers")
        stress_model(checks, model)
        stress_negated(checks, model)
        stress_lists(checks, model)
        stress_typos(checks, model)
    stress_terms(checks)


def stress_model(checks, model):
    won, wait, total = earned(checks, model)
    accused = [
        name
        for name, check in checks.items()
        if "_x_" in name and name[:2] in model and judge(check, model[name[:2]]).credit != 0
    ]
    print(f"clean: {len(won)}/{total} earned, waiting {wait}, accused {accused}")
    print(
        "   lost:",
        [n for n in checks if n[:2] in model and "_x_" not in n and n not in won and n not in wait],
    )


def stress_negated(checks, model):
    ways = {
        "not": lambda sentence: negate(sentence, "not"),
        "that": lambda sentence: negate(sentence, "that"),
        "clauses": deny_clauses,
    }
    if model is NATURAL:
        del ways["not"]  # it denies one clause of several, and what the others say still stands
    for way, turn in ways.items():
        texts = {
            q: " ".join(turn(s) for s in re.split(r"(?<=\.)\s+", t.replace("\n", " ")))
            for q, t in model.items()
        }
        won, wait, total = earned(checks, texts)
        print(f"every sentence negated ({way}): {len(won)}/{total} earned {won}, waiting {len(wait)}")


def stress_lists(checks, model):
    rng = random.Random(5)  # noqa: S311 - an order, not secrets
    bags = {}
    for question, text in model.items():
        words = [word for word in re.findall(r"[A-Za-z]{4,}", text) if word.lower() not in FUNCTION_WORDS]
        bags[question] = list(dict.fromkeys(words))
    for sep in (", ", " ", "\n", "; ", "\n- ", ". "):
        won, wait, total = earned(checks, {q: sep.join(words) for q, words in bags.items()})
        print(f"keyword lists joined by {sep!r}: {len(won)}/{total} earned {won}, waiting {len(wait)}")
    threes = {}
    for question, words in bags.items():
        mixed = rng.sample(words, len(words))
        threes[question] = "".join(f"\n- {' '.join(mixed[i : i + 3])}" for i in range(0, len(mixed), 3))
    won, wait, total = earned(checks, threes)
    print(f"keywords in bullets of three: {len(won)}/{total} earned {won}, waiting {len(wait)}")


def stress_terms(checks):
    print("-- the rubric's own terms")
    for sep in (", ", "\n", "\n- "):
        terms = {q: sep.join(dict.fromkeys(own_terms(checks, q))) for q in MODEL}
        won, wait, total = earned(checks, terms)
        print(f"joined by {sep!r}: {len(won)}/{total} earned {won}, waiting {len(wait)}")


def stress_typos(checks, model):
    rng = random.Random(7)  # noqa: S311 - typos, not secrets
    shares = []
    base, _, _ = earned(checks, model)
    for _ in range(40):
        texts = {}
        for question, text in model.items():
            count = 0

            def typo(match):
                nonlocal count
                count += 1
                return slip(match[0], rng) if count % 4 == 0 else match[0]

            texts[question] = re.sub(r"[A-Za-z]{5,}", typo, text)
        won, _, _ = earned(checks, texts)
        shares.append(len(set(won) & set(base)) / len(base))
    print(
        f"one typo in every fourth long word: keeps {sum(shares) / len(shares):.1%} (worst {min(shares):.1%})"
    )


def speed(checks, cases):
    """Time answers as they are (cut at 100 words), and the same words in answers of exactly 100."""
    as_written, words_of = [], defaultdict(list)
    for row in cases:
        if row["question"] != "Q5":
            words = (row["text"] + " ").split()
            as_written.append((row["question"].lower(), " ".join(words[:100])))
            words_of[row["question"].lower()] += words
    full = [
        (question, " ".join(words[i : i + 100]))
        for question, words in words_of.items()
        for i in range(0, len(words) - 99, 100)
    ]
    for kind, texts in (("as written", as_written), ("of 100 words", full)):
        timed = [(question, f"{text} run {i}") for i in range(12) for question, text in texts]
        begin = time.process_time()
        for question, text in timed:
            for name, check in checks.items():
                if name.startswith(question):
                    judge(check, text)
        rate = len(timed) / (time.process_time() - begin)
        size = sum(len(text.split()) for _, text in timed) / len(timed)
        print(f"speed, answers {kind}: {len(timed)} of {size:.0f} words, {rate:.0f} answers/s")
    hostile(checks)


def hostile(checks):
    for name, text in {
        "1 MB of a": "a" * 1_000_000,
        "a a a": "a " * 500_000,
        "100,000 clauses": "it is slow, " * 100_000,
        "dashes": "-" * 1_000_000,
        "brackets": "(" * 300_000,
        "newlines": "\n" * 1_000_000,
        "quotes": '"a' * 300_000,
        "backslash": "\\" * 500_000,
        "stars": "* " * 300_000,
        "typos": "droupout inferenec slwoer " * 20_000,
    }.items():
        begin = time.process_time()
        read(text)
        parsed = time.process_time() - begin
        begin = time.process_time()
        judge(checks["q4_infer_none"], text)
        print(f"   {name:18} parse {parsed:.2f} s, parse and check {time.process_time() - begin:.2f} s")
    begin = time.process_time()
    many = KeywordsCheck.model_validate(
        {
            "any": [
                f"word{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)} thing"
                for i in range(10_000)
            ]
        }
    )
    made = time.process_time() - begin
    begin = time.process_time()
    judge(many, "Dropout slows training but not inferenec in this wodraa thing.")
    print(f"   10,000 patterns: made in {made:.2f} s, checked in {time.process_time() - begin:.3f} s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", type=Path)
    parser.add_argument("--rubric", type=Path, default=HERE / "rubrics/rq3.yaml")
    parser.add_argument("--by-author", action="store_true")
    parser.add_argument("--errors", action="count", default=0)
    parser.add_argument("--stress", action="store_true")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--authors", help="only these, comma separated; with - in front all but these")
    options = parser.parse_args()
    checks, rows = load(options.rubric)
    cases = [json.loads(row) for row in (options.cases / "answers.jsonl").read_text().splitlines()]
    only = None
    if options.authors:
        chosen = set(options.authors.lstrip("-").split(","))
        only = {r["author"] for r in cases} - chosen if options.authors[0] == "-" else chosen
    examples(checks, rows)
    labels(cases, checks, rows, options.errors, options.by_author, only)
    if options.stress:
        stress(checks)
    if options.speed:
        speed(checks, cases)


if __name__ == "__main__":
    main()
