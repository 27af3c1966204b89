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

OPERATIONS: Final[Mapping[str, str]] = {
    # networks
    "network": "grader.derive.network:derive_network",
    "memory": "grader.derive.network:derive_memory",
    "receptive_field": "grader.derive.network:derive_receptive_field",
    "rf": "grader.derive.network:derive_receptive_field",
    "params": "grader.derive.network:derive_params",
    "macs": "grader.derive.network:derive_macs",
    "flops": "grader.derive.network:derive_flops",
    "out_size": "grader.derive.sizes:derive_out_size",
    "conv2d": "grader.derive.values.matrices:derive_conv2d",
    "conv1d": "grader.derive.values.matrices:derive_conv1d",
    "conv2d_transpose": "grader.derive.values.matrices:derive_conv2d_transpose",
    "conv_transpose2d": "grader.derive.values.matrices:derive_conv2d_transpose",
    "transposed_conv2d": "grader.derive.values.matrices:derive_conv2d_transpose",
    "pool2d": "grader.derive.values.matrices:derive_pool2d",
    "max_pool2d": "grader.derive.values.matrices:derive_pool2d",
    "avg_pool2d": "grader.derive.values.matrices:derive_pool2d",
    # data
    "confusion": "grader.derive.data.confusion:confusion",
    "entropy": "grader.derive.data.information:derive_entropy",
    "gini": "grader.derive.data.information:derive_entropy",
    "kl": "grader.derive.data.information:derive_divergence",
    "js": "grader.derive.data.information:derive_divergence",
    "self_information": "grader.derive.data.information:derive_information",
    "joint": "grader.derive.data.information:derive_joint",
    "mutual_information": "grader.derive.data.information:derive_joint",
    "split_gain": "grader.derive.data.splits:split_gain",
    "gini_gain": "grader.derive.data.splits:split_gain",
    "softmax": "grader.derive.data.activations:derive_softmax",
    "log_softmax": "grader.derive.data.activations:derive_softmax",
    "activation": "grader.derive.data.activations:derive_activation",
    "sigmoid": "grader.derive.data.activations:derive_activation",
    "tanh": "grader.derive.data.activations:derive_activation",
    "relu": "grader.derive.data.activations:derive_activation",
    "leaky_relu": "grader.derive.data.activations:derive_activation",
    "elu": "grader.derive.data.activations:derive_activation",
    "cross_entropy": "grader.derive.data.losses:derive_cross_entropy",
    "softmax_ce": "grader.derive.data.losses:derive_cross_entropy",
    "binary_cross_entropy": "grader.derive.data.losses:derive_binary_cross_entropy",
    "bce": "grader.derive.data.losses:derive_binary_cross_entropy",
    "loss": "grader.derive.data.losses:derive_loss",
    "mse": "grader.derive.data.losses:derive_loss",
    "mae": "grader.derive.data.losses:derive_loss",
    "rmse": "grader.derive.data.losses:derive_loss",
    "huber": "grader.derive.data.losses:derive_loss",
    "hinge": "grader.derive.data.losses:derive_loss",
    "softmax_ce_grad": "grader.derive.data.gradients:derive_softmax_gradient",
    "sigmoid_ce_grad": "grader.derive.data.gradients:derive_sigmoid_gradient",
    "bce_grad": "grader.derive.data.gradients:derive_sigmoid_gradient",
    "mse_grad": "grader.derive.data.gradients:derive_squared_gradient",
    "optimizer": "grader.derive.data.optimizers:optimizer",
    "schedule": "grader.derive.data.schedules:schedule",
    "ema": "grader.derive.data.schedules:ema",
    "kmeans": "grader.derive.data.clusters:kmeans",
    "knn": "grader.derive.data.neighbours:knn",
    "similarity": "grader.derive.data.neighbours:similarity",
    "cosine": "grader.derive.data.neighbours:similarity",
    "distance": "grader.derive.data.neighbours:similarity",
    "bayes": "grader.derive.data.probability:bayes",
    "naive_bayes": "grader.derive.data.probability:naive_bayes",
    "svm_hard_margin": "grader.derive.data.margins:svm_hard_margin",
    "perceptron": "grader.derive.data.margins:perceptron",
    "eig_sym": "grader.derive.data.components:eig_sym",
    "eig": "grader.derive.data.components:eig_sym",
    "covariance": "grader.derive.data.components:derive_covariance",
    "correlation": "grader.derive.data.components:derive_covariance",
    "pca": "grader.derive.data.components:pca",
    "linear_regression": "grader.derive.data.regression:linear_regression",
    "linreg_gd": "grader.derive.data.regression:linreg_gd",
    "logreg_gd": "grader.derive.data.regression:logreg_gd",
    "q_learning": "grader.derive.data.rewards:q_learning",
    "sarsa": "grader.derive.data.rewards:q_learning",
    "td": "grader.derive.data.rewards:q_learning",
    "discounted_return": "grader.derive.data.rewards:discounted_return",
    "init_variance": "grader.derive.data.initializers:init_variance",
    "batches": "grader.derive.data.initializers:batches",
    "batch_mean": "grader.derive.data.normalizing:batch_statistics",
    "batch_var": "grader.derive.data.normalizing:batch_statistics",
    "batch_norm": "grader.derive.data.normalizing:batch_norm",
    "layer_norm": "grader.derive.data.normalizing:layer_norm",
    "scaling": "grader.derive.data.normalizing:scaling",
    "standardize": "grader.derive.data.normalizing:scaling",
    "min_max": "grader.derive.data.normalizing:scaling",
    "attention": "grader.derive.data.attention:attention",
    "positional_encoding": "grader.derive.data.attention:positional_encoding",
    "expr": "grader.derive.data.expression:expression",
    # other names of the same
    "kl_divergence": "grader.derive.data.information:derive_divergence",
    "js_divergence": "grader.derive.data.information:derive_divergence",
    "information_gain": "grader.derive.data.splits:split_gain",
    "cross_entropy_loss": "grader.derive.data.losses:derive_cross_entropy",
    "softmax_cross_entropy": "grader.derive.data.losses:derive_cross_entropy",
    "svm": "grader.derive.data.margins:svm_hard_margin",
    "eigenvalues": "grader.derive.data.components:eig_sym",
    "normal_equation": "grader.derive.data.regression:linear_regression",
    "lr_schedule": "grader.derive.data.schedules:schedule",
    "moving_average": "grader.derive.data.schedules:ema",
    "k_means": "grader.derive.data.clusters:kmeans",
    "cosine_similarity": "grader.derive.data.neighbours:similarity",
    "initializer": "grader.derive.data.initializers:init_variance",
    "batch_std": "grader.derive.data.normalizing:batch_statistics",
    "cov": "grader.derive.data.components:derive_covariance",
    "logistic_regression": "grader.derive.data.regression:logreg_gd",
    "gradient_descent": "grader.derive.data.optimizers:optimizer",
    "bayes_rule": "grader.derive.data.probability:bayes",
    "swish": "grader.derive.data.activations:derive_activation",
    "gelu": "grader.derive.data.activations:derive_activation",
    "softplus": "grader.derive.data.activations:derive_activation",
    "r2": "grader.derive.data.losses:derive_loss",
    "minmax": "grader.derive.data.normalizing:scaling",
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
