"""The names of layers and their fields: ours (Keras names in snake case) and those of PyTorch and Keras."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from grader.derive.specification import ACTIVATION_NAMES, did_you_mean, shown
from grader.files.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.derive.layers.layer import Layer

_ROOM: Final = "grader.derive.layers."

LAYERS: Final[Mapping[str, str]] = {
    "dense": _ROOM + "dense:Dense",
    "embedding": _ROOM + "dense:Embedding",
    "position_embedding": _ROOM + "dense:PositionEmbedding",
    "param": _ROOM + "dense:Param",
    "conv1d": _ROOM + "convolution:Conv1d",
    "conv2d": _ROOM + "convolution:Conv2d",
    "conv3d": _ROOM + "convolution:Conv3d",
    "depthwise_conv1d": _ROOM + "convolution:DepthwiseConv1d",
    "depthwise_conv2d": _ROOM + "convolution:DepthwiseConv2d",
    "separable_conv1d": _ROOM + "convolution:SeparableConv1d",
    "separable_conv2d": _ROOM + "convolution:SeparableConv2d",
    "conv1d_transpose": _ROOM + "convolution:Conv1dTranspose",
    "conv2d_transpose": _ROOM + "convolution:Conv2dTranspose",
    "max_pool1d": _ROOM + "pooling:MaxPool1d",
    "max_pool2d": _ROOM + "pooling:MaxPool2d",
    "avg_pool1d": _ROOM + "pooling:AvgPool1d",
    "avg_pool2d": _ROOM + "pooling:AvgPool2d",
    "global_avg_pool2d": _ROOM + "pooling:GlobalAvgPool",
    "global_max_pool2d": _ROOM + "pooling:GlobalMaxPool",
    "adaptive_avg_pool2d": _ROOM + "pooling:AdaptiveAvgPool",
    "adaptive_max_pool2d": _ROOM + "pooling:AdaptiveMaxPool",
    "zero_pad1d": _ROOM + "rearranging:ZeroPad1d",
    "zero_pad2d": _ROOM + "rearranging:ZeroPad2d",
    "cropping2d": _ROOM + "rearranging:Cropping2d",
    "upsampling2d": _ROOM + "rearranging:Upsampling2d",
    "flatten": _ROOM + "rearranging:Flatten",
    "reshape": _ROOM + "rearranging:Reshape",
    "permute": _ROOM + "rearranging:Permute",
    "select": _ROOM + "rearranging:Select",
    "repeat_vector": _ROOM + "rearranging:RepeatVector",
    "add": _ROOM + "rearranging:Add",
    "multiply": _ROOM + "rearranging:Multiply",
    "average": _ROOM + "rearranging:Average",
    "concat": _ROOM + "rearranging:Concat",
    "batch_norm": _ROOM + "normalization:BatchNorm",
    "layer_norm": _ROOM + "normalization:LayerNorm",
    "rms_norm": _ROOM + "normalization:RmsNorm",
    "group_norm": _ROOM + "normalization:GroupNorm",
    "dropout": _ROOM + "normalization:Dropout",
    "activation": _ROOM + "normalization:Activation",
    "prelu": _ROOM + "normalization:Prelu",
    "simple_rnn": _ROOM + "recurrent:SimpleRnn",
    "lstm": _ROOM + "recurrent:Lstm",
    "gru": _ROOM + "recurrent:Gru",
    "multi_head_attention": _ROOM + "attention:MultiHeadAttention",
    "transformer_encoder": _ROOM + "attention:TransformerEncoder",
    "transformer_decoder": _ROOM + "attention:TransformerDecoder",
}

BLOCKS: Final = ("block", "residual", "parallel", "input")

# Other names, without the blanks, dots, hyphens and capitals they are written with.
_OTHER_NAMES: Final = {
    "fc": "dense",
    "linearlayer": "dense",
    "fullyconnected": "dense",
    "conv": "conv2d",
    "convolution": "conv2d",
    "convolution1d": "conv1d",
    "convolution2d": "conv2d",
    "depthwise": "depthwise_conv2d",
    "depthwiseconv": "depthwise_conv2d",
    "separable": "separable_conv2d",
    "separableconv": "separable_conv2d",
    "depthwiseseparableconv2d": "separable_conv2d",
    "convtranspose": "conv2d_transpose",
    "convtranspose1d": "conv1d_transpose",
    "convtranspose2d": "conv2d_transpose",
    "transposedconv2d": "conv2d_transpose",
    "deconv2d": "conv2d_transpose",
    "maxpool": "max_pool2d",
    "maxpooling1d": "max_pool1d",
    "maxpooling2d": "max_pool2d",
    "avgpool": "avg_pool2d",
    "avgpooling2d": "avg_pool2d",
    "averagepooling1d": "avg_pool1d",
    "averagepooling2d": "avg_pool2d",
    "globalavgpool": "global_avg_pool2d",
    "globalavgpool1d": "global_avg_pool2d",
    "globalavgpooling2d": "global_avg_pool2d",
    "globalaveragepooling1d": "global_avg_pool2d",
    "globalaveragepooling2d": "global_avg_pool2d",
    "globalmaxpool": "global_max_pool2d",
    "globalmaxpool1d": "global_max_pool2d",
    "globalmaxpooling1d": "global_max_pool2d",
    "globalmaxpooling2d": "global_max_pool2d",
    "adaptiveavgpool1d": "adaptive_avg_pool2d",
    "adaptivemaxpool1d": "adaptive_max_pool2d",
    "zeropad": "zero_pad2d",
    "zeropadding1d": "zero_pad1d",
    "zeropadding2d": "zero_pad2d",
    "pad2d": "zero_pad2d",
    "upsample": "upsampling2d",
    "batchnormalization": "batch_norm",
    "batchnorm1d": "batch_norm",
    "batchnorm2d": "batch_norm",
    "bn": "batch_norm",
    "layernormalization": "layer_norm",
    "rmsnormalization": "rms_norm",
    "groupnormalization": "group_norm",
    "instancenorm2d": "group_norm",
    "spatialdropout2d": "dropout",
    "dropout2d": "dropout",
    "rnn": "simple_rnn",
    "elman": "simple_rnn",
    "attention": "multi_head_attention",
    "selfattention": "multi_head_attention",
    "multiheadselfattention": "multi_head_attention",
    "mha": "multi_head_attention",
    "transformerencoderlayer": "transformer_encoder",
    "transformerblock": "transformer_encoder",
    "encoderblock": "transformer_encoder",
    "transformerdecoderlayer": "transformer_decoder",
    "concatenate": "concat",
    "cat": "concat",
    "sum": "add",
    "mul": "multiply",
    "parameter": "param",
    "positionalembedding": "position_embedding",
    "posembedding": "position_embedding",
    "positions": "position_embedding",
    "inputlayer": "input",
    "sequential": "block",
    "branches": "parallel",
}

# `linear` is PyTorch's dense layer and Keras's activation that does nothing: with units it is the first.
_FUNCTIONS: Final = frozenset(name.replace("_", "") for name in ACTIVATION_NAMES) - {"linear", "none"}

FIELD_NAMES: Final[Mapping[str, str]] = {
    "out_channels": "filters",
    "n_filters": "filters",
    "num_filters": "filters",
    "out_features": "units",
    "hidden_size": "units",
    "neurons": "units",
    "kernel_size": "kernel",
    "pool_size": "kernel",
    "strides": "stride",
    "dilation_rate": "dilation",
    "use_bias": "bias",
    "num_embeddings": "vocab",
    "vocab_size": "vocab",
    "input_dim": "vocab",
    "embedding_dim": "dim",
    "num_heads": "heads",
    "nhead": "heads",
    "num_attention_heads": "heads",
    "key_dim": "head_dim",
    "num_kv_heads": "kv_heads",
    "dim_feedforward": "ff",
    "ff_dim": "ff",
    "d_ff": "ff",
    "dff": "ff",
    "intermediate_size": "ff",
    "target_shape": "shape",
    "normalized_shape": "shape",
    "output_size": "size",
    "scale_factor": "size",
    "cropping": "padding",
    "in_channels": "expects",
    "in_features": "expects",
    "input_size": "expects",
    "num_features": "expects",
    "d_model": "expects",
    "embed_dim": "expects",
    "eps": "epsilon",
    "p": "rate",
    "num_groups": "groups",
    "batch_first": "sequence_first",
    "merge_mode": "merge",
    "dims": "order",
    "n": "times",
    "negative_slope": "alpha",
}

# What a name means on one layer only.
_OWN_FIELD_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "embedding": {"output_dim": "dim", "d_model": "dim", "embed_dim": "dim"},
    "activation": {"activation": "function"},
    "transformer_encoder": {"dim": "expects", "activation": "function", "dropout": "rate", "hidden": "ff"},
    "transformer_decoder": {"dim": "expects", "activation": "function", "dropout": "rate", "hidden": "ff"},
    "multi_head_attention": {"dim": "expects", "dropout": "rate"},
    "repeat_vector": {"repeats": "times"},
    "dense": {"size": "units"},
    "position_embedding": {"max_length": "length", "positions": "length", "dim": "expects"},
    "param": {"count": "shape", "size": "shape", "params": "shape"},
}


def layer_kind(name: str) -> tuple[str, dict[str, Any]]:
    """Return a layer's name in the table and the fields its spelling stands for; KeyError for none."""
    plain = re.sub(r"[\s_-]", "", name.strip().lower().rpartition(".")[2])
    squashed = next((known for known in (*LAYERS, *BLOCKS) if known.replace("_", "") == plain), "")
    if squashed:
        return squashed, {}
    if plain in _OTHER_NAMES:
        return _OTHER_NAMES[plain], {}
    if plain == "linear":
        return "dense", {}
    if plain in _FUNCTIONS:
        return "activation", {"function": plain}
    for prefix in ("bidirectional", "bi"):
        rest = plain.removeprefix(prefix)
        if rest != plain and rest in {"lstm", "gru", "rnn", "simplernn"}:
            return layer_kind(rest)[0], {"bidirectional": True}
    raise KeyError(name)


def unknown_layer(name: str) -> str:
    """Return the message about a name that is no layer."""
    known = (*LAYERS, *BLOCKS)
    close = re.sub(r"[\s-]", "_", name.strip().lower().rpartition(".")[2])
    hint = did_you_mean(close, known)
    return f"unknown layer {shown(name)}{hint}"


def layer_class(kind: str) -> type[Layer]:
    """Return the class of a layer in the table."""
    found: type[Layer] = resolve(LAYERS, kind)
    return found


def field_names(kind: str) -> Mapping[str, str]:
    """Return what other names of fields mean on a layer."""
    return _FIELDS_OF.get(kind, FIELD_NAMES)


_FIELDS_OF: Final = {kind: {**FIELD_NAMES, **own} for kind, own in _OWN_FIELD_NAMES.items()}
