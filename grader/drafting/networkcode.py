"""The network that Keras or PyTorch code builds, as the data of a rubric. The code is parsed and never run.

Understood are `Sequential([...])` and `nn.Sequential(...)`, `model.add(...)`, a chain of calls (`x = Dense(3)(x)`) and the
layers that a class makes in `__init__`, in the order in which `forward` calls them. Whatever is computed (loops, conditions,
functions of one's own) is not, and then nothing is said of the network.
"""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Any, Final

from grader.derive.layers.table import layer_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Characters of a program that is looked at, and layers of one network.
MAX_CODE: Final = 50_000
MAX_LAYERS: Final = 200

# What stands in which place of a call, by the name of the layer.
_TORCH: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d"),
        ("in_channels", "out_channels", "kernel_size", "stride", "padding"),
    ),
    "Linear": ("in_features", "out_features", "bias"),
    **dict.fromkeys(
        ("MaxPool1d", "MaxPool2d", "AvgPool1d", "AvgPool2d"), ("kernel_size", "stride", "padding")
    ),
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"), ("num_features", "eps")),
    **dict.fromkeys(("RNN", "LSTM", "GRU"), ("input_size", "hidden_size", "num_layers")),
    "Embedding": ("num_embeddings", "embedding_dim"),
    "Dropout": ("p",),
    "Dropout2d": ("p",),
    "LayerNorm": ("normalized_shape",),
    "AdaptiveAvgPool2d": ("output_size",),
    "AdaptiveMaxPool2d": ("output_size",),
    "Flatten": ("start_dim", "end_dim"),
    "LeakyReLU": ("negative_slope",),
    "MultiheadAttention": ("embed_dim", "num_heads"),
}
_KERAS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D"),
        ("filters", "kernel_size", "strides", "padding"),
    ),
    "DepthwiseConv2D": ("kernel_size", "strides", "padding"),
    "Dense": ("units", "activation"),
    **dict.fromkeys(
        ("MaxPooling1D", "MaxPooling2D", "MaxPool2D", "AveragePooling1D", "AveragePooling2D"),
        ("pool_size", "strides", "padding"),
    ),
    **dict.fromkeys(("SimpleRNN", "LSTM", "GRU"), ("units",)),
    "Embedding": ("input_dim", "output_dim"),
    "Dropout": ("rate",),
    "Activation": ("function",),
    "ZeroPadding2D": ("padding",),
    "Reshape": ("target_shape",),
    "UpSampling2D": ("size",),
}
# Arguments that name a layer or an input and change no figure, in either library.
_WITHOUT_EFFECT: Final = frozenset(
    {
        "name",
        "input_shape",
        "batch_first",
        "inplace",
        "start_dim",
        "end_dim",
        "kernel_initializer",
        "bias_initializer",
    }
    | {
        "kernel_regularizer",
        "return_state",
        "dropout",
        "recurrent_dropout",
        "p",
        "rate",
        "eps",
        "device",
        "dtype",
        "momentum",
    }
    | {"input_dim_of_dense", "data_format", "shape", "batch_input_shape"}
)
_INPUT_CALLS: Final = frozenset({"Input", "InputLayer"})
_CONTAINERS: Final = frozenset({"Sequential", "ModuleList"})


class _NotUnderstoodError(Exception):
    pass


def network_of_code(code: str) -> dict[str, Any] | None:
    """Return the network that a program builds as a specification, None where it builds none that is understood.

    `input` is missing where the program does not say it, as in PyTorch: its caller may know it from the question.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of the program is for nobody here
            tree = ast.parse(code[:MAX_CODE])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    torch = any(
        isinstance(node, ast.Name | ast.Attribute) and _last(node) in {"torch", "nn"}
        for node in ast.walk(tree)
    )
    reader = _ProgramReader(torch=torch)
    try:
        layers = reader.layers(tree)
    except (_NotUnderstoodError, RecursionError):
        return None
    if not layers or len(layers) > MAX_LAYERS:
        return None
    spec: dict[str, Any] = {"op": "network"}
    if torch:
        spec["framework"] = "torch"
    if reader.input:
        spec["input"] = reader.input
    return {**spec, "layers": layers}


class _ProgramReader:
    """The layers of a program, one kind of construction after the other."""

    def __init__(self, *, torch: bool) -> None:
        self.torch = torch
        self.input: list[int] = []

    def layers(self, tree: ast.Module) -> list[dict[str, Any]]:
        for find in (self._of_class, self._added, self._sequential, self._chained):
            layers = find(tree)
            if layers:
                return layers
        return []

    def _of_class(self, tree: ast.Module) -> list[dict[str, Any]]:
        """Read the layers of a class of one's own, in the order of its forward pass."""
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        if len(classes) != 1:
            return []
        methods = {node.name: node for node in classes[0].body if isinstance(node, ast.FunctionDef)}
        forward = methods.get("forward") or methods.get("call")
        if "__init__" not in methods or forward is None:
            return []
        made: dict[str, list[dict[str, Any]]] = {}
        for node in methods["__init__"].body:
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Attribute)
                and isinstance(node.value, ast.Call)
            ):
                made[node.targets[0].attr] = self._made(node.value)
            elif isinstance(node, ast.For | ast.While | ast.If):
                raise _NotUnderstoodError
        return [layer for statement in forward.body for layer in self._called(statement, made)]

    def _called(
        self, statement: ast.stmt, made: Mapping[str, list[dict[str, Any]]]
    ) -> Iterator[dict[str, Any]]:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return
        if not isinstance(statement, ast.Assign | ast.Return) or statement.value is None:
            raise _NotUnderstoodError
        yield from self._passed(statement.value, made)

    def _passed(self, node: ast.expr, made: Mapping[str, list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
        """Yield what a value passes through, the innermost call first."""
        if isinstance(node, ast.Name):
            return
        if not isinstance(node, ast.Call):
            raise _NotUnderstoodError
        name = _last(node.func)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(owner, ast.Name) and owner.id == "self" and name in made:
            yield from self._passed(_only(node.args), made)
            yield from made[name]
        elif name in {"view", "reshape", "flatten"}:
            inner = (
                owner
                if name in {"view", "reshape"} or _last(owner) not in {"torch", "nn"}
                else _only(node.args[:1])
            )
            yield from self._passed(inner if inner is not None else _only(node.args[:1]), made)
            yield {"type": "flatten"}
        else:
            yield from self._passed(_only(node.args[:1]), made)
            yield from self._function(node, name)

    def _function(self, node: ast.Call, name: str) -> Iterator[dict[str, Any]]:
        """Read `F.relu(x)`, `torch.relu(x)`, `F.max_pool2d(x, 2)`."""
        if name in {"max_pool2d", "avg_pool2d"}:
            rest = ast.Call(func=node.func, args=node.args[1:], keywords=node.keywords)
            yield self._layer(rest, "MaxPool2d" if name.startswith("max") else "AvgPool2d")
            return
        try:
            kind, fields = layer_kind(name)
        except KeyError:
            raise _NotUnderstoodError from None
        if kind not in {"activation", "dropout"}:
            raise _NotUnderstoodError
        yield {"type": kind, **fields}

    def _added(self, tree: ast.Module) -> list[dict[str, Any]]:
        """Read `model.add(layer)`."""
        layers = []
        for node in tree.body:
            call = node.value if isinstance(node, ast.Expr) else None
            if (
                isinstance(call, ast.Call)
                and _last(call.func) == "add"
                and call.args
                and isinstance(call.args[0], ast.Call)
            ):
                layers += self._made(call.args[0])
        return layers

    def _sequential(self, tree: ast.Module) -> list[dict[str, Any]]:
        calls = [
            node for node in ast.walk(tree) if isinstance(node, ast.Call) and _last(node.func) in _CONTAINERS
        ]
        return self._made(calls[0]) if calls else []

    def _chained(self, tree: ast.Module) -> list[dict[str, Any]]:
        """Read `x = Dense(3)(x)`."""
        layers = []
        for node in tree.body:
            value = node.value if isinstance(node, ast.Assign) else None
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Call):
                if len(value.args) != 1 or not isinstance(value.args[0], ast.Name):
                    raise _NotUnderstoodError  # several inputs: branches
                layers += self._made(value.func)
            elif isinstance(value, ast.Call) and _last(value.func) in _INPUT_CALLS:
                self._made(value)
        return layers

    def _made(self, call: ast.Call) -> list[dict[str, Any]]:
        """Return the layers that one call makes."""
        name = _last(call.func)
        if name in _CONTAINERS:
            inner: Sequence[ast.expr] = call.args
            if len(call.args) == 1 and isinstance(call.args[0], ast.List | ast.Tuple):
                inner = call.args[0].elts
            if not all(isinstance(node, ast.Call) for node in inner):
                raise _NotUnderstoodError
            return [layer for node in inner if isinstance(node, ast.Call) for layer in self._made(node)]
        if name in _INPUT_CALLS:
            named = [key.value for key in call.keywords if key.arg in {"shape", "input_shape"}]
            shape = next(iter((*named, *call.args[:1])), None)
            self._take_input(shape)
            return []
        return [self._layer(call, name)]

    def _take_input(self, shape: ast.expr | None) -> None:
        value = _value(shape) if shape is not None else None
        sides = [side for side in (value if isinstance(value, list) else [value]) if type(side) is int]
        if sides and len(sides) == (len(value) if isinstance(value, list) else 1):
            self.input = sides

    def _layer(self, call: ast.Call, name: str) -> dict[str, Any]:
        try:
            kind, fields = layer_kind(name)
        except KeyError:
            raise _NotUnderstoodError from None
        places = (_TORCH if self.torch else _KERAS).get(name, ())
        if len(call.args) > len(places):
            raise _NotUnderstoodError
        given = {place: _value(node) for place, node in zip(places, call.args, strict=False)}
        for keyword in call.keywords:
            if keyword.arg in {"input_shape", "batch_input_shape"}:
                self._take_input(keyword.value)
            elif keyword.arg is None:
                raise _NotUnderstoodError
            elif keyword.arg not in _WITHOUT_EFFECT:
                given[keyword.arg] = _value(keyword.value)
        kept = {
            key: value for key, value in given.items() if key not in _WITHOUT_EFFECT and value is not None
        }
        if kind == "activation":
            kept = {}
        return {"type": kind, **fields, **kept}


def _only(nodes: Sequence[ast.expr]) -> ast.expr:
    if len(nodes) != 1:
        raise _NotUnderstoodError
    return nodes[0]


def _last(node: ast.expr | None) -> str:
    """Return the last name of `torch.nn.Linear`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _value(node: ast.expr) -> Any:
    """Return a constant, or a list of them; what would have to be computed is not understood."""
    if isinstance(node, ast.Constant) and (
        node.value is None or isinstance(node.value, bool | int | float | str)
    ):
        return node.value
    if isinstance(node, ast.Tuple | ast.List):
        return [_value(item) for item in node.elts]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):  # `64 * 7 * 7`
        left, right = _value(node.left), _value(node.right)
        if type(left) is type(right) is int and abs(left * right) < 10**12:
            return left * right
    if isinstance(node, ast.Attribute | ast.Call):
        return _last(
            node if isinstance(node, ast.Attribute) else node.func
        ).lower()  # `activation=tf.nn.relu`
    raise _NotUnderstoodError
