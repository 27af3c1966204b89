"""Random formulas, and pairs of them: one rewritten by laws that hold, hold sometimes, or never do."""

from __future__ import annotations

from fractions import Fraction

from grader.notation.tree import Apply, Binder, Cases, Number, Relation, Symbol

NAMES = ("x", "y", "a", "p")
DOMAINS = ("real", "real", "real", "positive", "nonnegative", "negative", "nonzero", "integer", "natural",
           "probability", "count", "complex")  # fmt: skip
ONE_ARGUMENT = ("neg", "exp", "log", "abs", "sin", "cos", "tanh", "sigmoid", "relu", "sign", "floor", "ceil",
                "sinh", "arctan", "percent", "call:f")  # fmt: skip
COMPLEX_ONLY = ("re", "im", "conjugate")
TWO_ARGUMENTS = ("add", "add", "mul", "mul", "div", "max", "min", "sub", "pow")
NUMBERS = ("0", "1", "2", "3", "-1", "-2", "1/2", "2/3", "3/2", "4")
POWERS = ("2", "3", "-1", "1/2", "-2", "1/3", "4", "3/2")


def num(text):
    return Number(Fraction(text))


def neg(node):
    return Apply("neg", (node,))


def add(*args):
    return Apply("add", args)


def mul(*args):
    return Apply("mul", args)


class Maker:
    """Makes formulas with a seeded source of randomness."""

    def __init__(self, random):
        self.random = random
        self.domains = {name: random.choice(DOMAINS) for name in NAMES if random.random() < 0.4}
        self.complex = "complex" in self.domains.values()
        self.data = random.random() < 0.4

    def tree(self, depth, bound=()):
        random = self.random
        if depth <= 0 or random.random() < 0.15:
            return self.leaf(bound)
        roll = random.random()
        if roll < 0.5:
            head = random.choice(TWO_ARGUMENTS)
            left, right = self.tree(depth - 1, bound), self.tree(depth - 1, bound)
            if head == "sub":
                return add(left, neg(right))
            return Apply(head, (left, right))
        if roll < 0.62:
            return Apply("pow", (self.tree(depth - 1, bound), num(random.choice(POWERS))))
        if roll < 0.68:
            return Apply("root", (self.tree(depth - 1, bound), num(random.choice(("2", "3")))))
        if roll < 0.78 and self.data and len(bound) < 2:
            index = Symbol("ijk"[len(bound)])
            upper = random.choice((Symbol("n"), Symbol("n"), num("3"), add(Symbol("n"), num("1"))))
            lower = num(random.choice(("1", "1", "1", "0", "2")))
            head = random.choice(("sum", "sum", "sum", "prod"))
            return Binder(head, self.tree(depth - 1, (*bound, index.name)), index, lower, upper)
        if roll < 0.82:
            test = Relation((random.choice(("<", "<=", ">", ">=")),), (self.leaf(bound), num("0")))
            return Cases(((self.tree(depth - 1, bound), test), (self.tree(depth - 1, bound), None)))
        if roll < 0.84:
            return Apply("log", (self.tree(depth - 1, bound), num(random.choice(("2", "10")))))
        heads = (*ONE_ARGUMENT, *COMPLEX_ONLY) if self.complex else ONE_ARGUMENT
        return Apply(random.choice(heads), (self.tree(depth - 1, bound),))

    def leaf(self, bound):
        random = self.random
        roll = random.random()
        if roll < 0.3:
            return num(random.choice(NUMBERS))
        if bound and roll < 0.65:
            return self.datum(bound)
        if self.data and roll < 0.7:
            return Apply("index", (Symbol(random.choice("uv")), Symbol(random.choice("ABt"))))
        if roll < 0.75:
            return Apply("derivative", (Symbol(random.choice("LM")), Symbol(random.choice("xw"))))
        return Symbol(random.choice(NAMES))

    def datum(self, bound):
        random = self.random
        index = Symbol(random.choice(bound))
        roll = random.random()
        if roll < 0.2:
            return index
        if roll < 0.35:
            other = Symbol(random.choice((*bound, "t")))
            labels = (index, other) if random.random() < 0.5 else (other, index)
            return Apply("index", (Symbol("w"), *labels))
        return Apply("index", (Symbol(random.choice("zd")), index))

    # pairs

    def pair(self):
        """Return two formulas: most of them near each other, so that proofs are tried in earnest."""
        random = self.random
        first = self.tree(random.choice((2, 3, 3, 4)))
        if random.random() < 0.15:
            return first, self.tree(random.choice((2, 3)))
        second = first
        for _ in range(random.choice((1, 1, 2, 3))):
            second = self.rewritten(second)
        return (first, second) if random.random() < 0.5 else (second, first)

    def rewritten(self, tree):
        """Return a tree with one node changed by a law, a half-truth or a slip."""
        nodes = list(tree.walk())
        for _ in range(12):
            node = self.random.choice(nodes)
            laws = [law for law in LAWS if law(node, self) is not None]
            if laws:
                changed = self.random.choice(laws)(node, self)
                return _with(tree, node, changed)
        return add(tree, num("0"))


def _with(tree, node, changed):
    """Put another node for one, wherever it stands outside of the names that binders bind."""
    from grader.equivalence.rewriting import map_children

    if tree is node:
        return changed
    if isinstance(tree, Binder):
        return tree.changed(body=_with(tree.body, node, changed))
    if isinstance(tree, Apply) and tree.head in {"index", "derivative"}:
        return tree
    return map_children(tree, lambda child: _with(child, node, changed))


def _is(node, *heads):
    return isinstance(node, Apply) and node.head in heads


def _law(*heads, count=None):
    def wrap(function):
        def law(node, _maker):
            if not _is(node, *heads) or (count and len(node.args) != count):
                return None
            return function(node.args)

        return law

    return wrap


def _anything(function):
    def law(node, _maker):
        if isinstance(node, Relation) or _is(node, "index", "derivative") or isinstance(node, Number):
            return None
        return function(node)

    return law


def _swap_labels(node, _maker):
    if _is(node, "index") and len(node.args) == 3:
        return Apply("index", (node.args[0], node.args[2], node.args[1]))
    if _is(node, "index"):
        label = node.args[1]
        if isinstance(label, Symbol) and label.name in "AB":
            return Apply("index", (node.args[0], Symbol("B" if label.name == "A" else "A")))
    return None


def _other_derivative(node, maker):
    if not _is(node, "derivative"):
        return None
    return Apply("derivative", (node.args[0], Symbol(maker.random.choice("xw"))))


def _other_range(node, maker):
    if not isinstance(node, Binder):
        return None
    roll = maker.random.random()
    if roll < 0.3:
        return node.changed(lower=num("1"))
    if roll < 0.6 and node.head == "sum":
        index = node.index
        shifted = _substituted(node.body, index.name, add(index, num("-1")))
        return node.changed(body=shifted, lower=add(node.lower, num("1")), upper=add(node.upper, num("1")))
    return node.changed(upper=add(node.upper, num("-1")))


def _substituted(tree, name, value):
    from grader.equivalence.rewriting import substitute

    return substitute(tree, {name: value})


def _split_sum(node, _maker):
    if not (isinstance(node, Binder) and node.head == "sum" and _is(node.body, "add")):
        return None
    return add(*(node.changed(body=part) for part in node.body.args))


def _out_of_sum(node, _maker):
    if not (isinstance(node, Binder) and node.head == "sum" and _is(node.body, "mul")):
        return None
    return mul(node.body.args[0], node.changed(body=mul(*node.body.args[1:])))


LAWS = (
    _law("add", "mul", count=2)(lambda args: Apply("mul", args[::-1])),
    _law("add", count=2)(lambda args: add(args[1], args[0])),
    _law("mul", count=2)(lambda args: mul(args[1], args[0])),
    _law("add", count=2)(lambda args: add(args[0], neg(args[1]))),
    _law("neg")(lambda args: args[0]),
    _law("neg")(lambda args: mul(num("-1"), args[0])),
    _law("div", count=2)(lambda args: mul(args[0], Apply("pow", (args[1], num("-1"))))),
    _law("div", count=2)(lambda args: Apply("div", args[::-1])),
    _law("log", count=1)(
        lambda args: add(*(Apply("log", (f,)) for f in args[0].args)) if _is(args[0], "mul") else None
    ),
    _law("log", count=1)(
        lambda args: mul(args[0].args[1], Apply("log", (args[0].args[0],))) if _is(args[0], "pow") else None
    ),
    _law("exp")(
        lambda args: mul(*(Apply("exp", (t,)) for t in args[0].args)) if _is(args[0], "add") else None
    ),
    _law("exp")(lambda args: args[0].args[0] if _is(args[0], "log") else None),
    _law("log", count=1)(lambda args: args[0].args[0] if _is(args[0], "exp") else None),
    _law("pow")(
        lambda args: (
            Apply("pow", (args[0].args[0], mul(args[0].args[1], args[1]))) if _is(args[0], "pow") else None
        )
    ),
    _law("pow")(
        lambda args: mul(*(Apply("pow", (f, args[1])) for f in args[0].args)) if _is(args[0], "mul") else None
    ),
    _law("pow")(lambda args: Apply("exp", (mul(args[1], Apply("log", (args[0],))),))),
    _law("pow")(lambda args: mul(args[0], Apply("pow", (args[0], add(args[1], num("-1")))))),
    _law("root")(lambda args: Apply("pow", (args[0], Apply("div", (num("1"), args[1]))))),
    _law("root")(lambda args: args[0].args[0] if _is(args[0], "pow") else None),
    _law("root")(
        lambda args: (
            mul(*(Apply("root", (f, args[1])) for f in args[0].args)) if _is(args[0], "mul") else None
        )
    ),
    _law("abs")(lambda args: args[0]),
    _law("abs")(
        lambda args: mul(*(Apply("abs", (f,)) for f in args[0].args)) if _is(args[0], "mul") else None
    ),
    _law("abs")(
        lambda args: add(*(Apply("abs", (t,)) for t in args[0].args)) if _is(args[0], "add") else None
    ),
    _law("abs")(lambda args: Apply("root", (Apply("pow", (args[0], num("2"))), num("2")))),
    _law("max", count=2)(
        lambda args: Apply("div", (add(*args, Apply("abs", (add(args[0], neg(args[1])),))), num("2")))
    ),
    _law("max", "min", count=2)(lambda args: Apply("min", args)),
    _law("relu")(lambda args: Apply("max", (num("0"), args[0]))),
    _law("sigmoid")(lambda args: Apply("div", (num("1"), add(num("1"), Apply("exp", (neg(args[0]),)))))),
    _law("sigmoid")(lambda args: add(num("1"), neg(Apply("sigmoid", (neg(args[0]),))))),
    _law("tanh")(lambda args: add(mul(num("2"), Apply("sigmoid", (mul(num("2"), args[0]),))), num("-1"))),
    _law("floor")(lambda args: neg(Apply("ceil", (neg(args[0]),)))),
    _law("floor", "ceil")(lambda args: args[0]),
    _law("sign")(lambda args: Apply("div", (args[0], Apply("abs", args)))),
    _law("re")(lambda args: Apply("div", (add(args[0], Apply("conjugate", args)), num("2")))),
    _law("conjugate")(lambda args: args[0]),
    _law("mul", count=2)(
        lambda args: add(*(mul(args[0], t) for t in args[1].args)) if _is(args[1], "add") else None
    ),
    _anything(lambda node: Apply("root", (Apply("pow", (node, num("2"))), num("2")))),
    _anything(lambda node: Apply("exp", (Apply("log", (node,)),))),
    _anything(lambda node: Apply("div", (mul(node, node), node))),
    _anything(lambda node: add(node, node, neg(node))),
    _anything(lambda node: mul(node, num("2"))),
    _anything(lambda node: mul(node, num("1"))),
    _swap_labels,
    _other_derivative,
    _other_range,
    _split_sum,
    _out_of_sum,
)
