"""Expected values, and the values of common mistakes, computed from a description of a network or data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from grader.derive.result import Derived, DerivedMistake
from grader.derive.specification import SpecError, did_you_mean, plain_word
from grader.files.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OPERATIONS", "Derived", "DerivedMistake", "SpecError", "derive"]

_NAMES: Final[Mapping[str, str]] = {
    "network:derive_network": "network params macs flops receptive_field rf",
    "network:derive_memory": "memory",
    "sizes:derive_out_size": "out_size",
    "values.matrixoperations:derive_conv2d": "conv2d",
    "values.matrixoperations:derive_conv1d": "conv1d",
    "values.matrixoperations:derive_conv2d_transpose": "conv2d_transpose conv_transpose2d transposed_conv2d",
    "values.matrixoperations:derive_pool2d": "pool2d max_pool2d avg_pool2d",
    "data.confusion:confusion": "confusion",
    "data.information:derive_entropy": "entropy gini",
    "data.information:derive_divergence": "kl js kl_divergence js_divergence",
    "data.information:derive_information": "self_information",
    "data.information:derive_joint": "joint mutual_information",
    "data.splits:split_gain": "split_gain gini_gain information_gain",
    "data.activations:derive_softmax": "softmax log_softmax",
    "data.activations:derive_activation": "activation sigmoid tanh relu leaky_relu elu swish gelu softplus",
    "data.losses:derive_cross_entropy": "cross_entropy softmax_ce cross_entropy_loss softmax_cross_entropy",
    "data.losses:derive_binary_cross_entropy": "binary_cross_entropy bce",
    "data.losses:derive_loss": "loss mse mae rmse huber hinge r2",
    "data.gradients:derive_softmax_gradient": "softmax_ce_grad",
    "data.gradients:derive_sigmoid_gradient": "sigmoid_ce_grad bce_grad",
    "data.gradients:derive_squared_gradient": "mse_grad",
    "data.optimizers:optimizer": "optimizer gradient_descent",
    "data.schedules:schedule": "schedule lr_schedule",
    "data.schedules:ema": "ema moving_average",
    "data.clusters:kmeans": "kmeans k_means",
    "data.neighbours:knn": "knn",
    "data.neighbours:similarity": "similarity cosine distance cosine_similarity",
    "data.probability:bayes": "bayes bayes_rule",
    "data.probability:naive_bayes": "naive_bayes",
    "data.margins:svm_hard_margin": "svm_hard_margin svm",
    "data.margins:perceptron": "perceptron",
    "data.components:eig_sym": "eig_sym eig eigenvalues",
    "data.components:derive_covariance": "covariance correlation cov",
    "data.components:pca": "pca",
    "data.regression:linear_regression": "linear_regression normal_equation",
    "data.regression:linreg_gd": "linreg_gd",
    "data.regression:logreg_gd": "logreg_gd logistic_regression",
    "data.rewards:q_learning": "q_learning sarsa td",
    "data.rewards:discounted_return": "discounted_return",
    "data.initializers:init_variance": "init_variance initializer",
    "data.initializers:batches": "batches",
    "data.normalizing:batch_statistics": "batch_mean batch_var batch_std",
    "data.normalizing:batch_norm": "batch_norm",
    "data.normalizing:layer_norm": "layer_norm",
    "data.normalizing:scaling": "scaling standardize min_max minmax",
    "data.dotattention:attention": "attention",
    "data.dotattention:positional_encoding": "positional_encoding",
    "data.expression:expression": "expr",
}
"""The function of each operation, and what it is called under `op`."""

OPERATIONS: Final[Mapping[str, str]] = {
    name: f"grader.derive.{function}" for function, names in _NAMES.items() for name in names.split()
}
"""What a specification may ask for under `op`, and the function that computes it."""


def derive(spec: Mapping[str, Any], *, mistakes: bool = True) -> Derived:
    """Compute what a specification asks for.

    `spec` is plain data: `{op: network, input: [28, 28], layers: [...], ask: params}`. Scalars may be
    Python values or the text that stands in YAML. Raises SpecError, with the path to the field at
    fault, and nothing else. Without `mistakes` only the value is wanted.
    """
    if not isinstance(spec, Mapping):
        raise SpecError("a specification is a mapping with an 'op'")
    if spec.get("op") is None:
        raise SpecError("'op' is missing: what is to be computed" + did_you_mean("", OPERATIONS))
    name = plain_word(spec["op"])
    if name not in OPERATIONS:
        raise SpecError(f"unknown op {str(spec['op'])[:60]!r}{did_you_mean(name, OPERATIONS)}", ("op",))
    operation: Callable[[Mapping[str, Any]], Derived] = resolve(OPERATIONS, name)
    try:
        derived = operation(spec)
    except (ArithmeticError, RecursionError) as error:
        raise SpecError(f"{name}: this cannot be computed ({error})") from error
    return derived if mistakes else Derived(derived.value)
