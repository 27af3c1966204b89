"""The names of layers and their fields: ours (Keras names in snake case) and those of PyTorch and Keras."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from grader.derive.specification import ACTIVATION_NAMES, did_you_mean, shown, spelled
from grader.files.registry import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.derive.layers.layer import Layer


# Where a layer is made, and what it is called: by us first, then by others, who write blanks, dots, hyphens and capitals.
_NAMES: Final = {
    "dense:Dense": "dense fc linearlayer fullyconnected",
    "dense:Embedding": "embedding",
    "dense:PositionEmbedding": "position_embedding positionalembedding posembedding positions",
    "dense:Param": "param parameter",
    "convolution:Conv1d": "conv1d convolution1d",
    "convolution:Conv2d": "conv2d conv convolution convolution2d",
    "convolution:Conv3d": "conv3d",
    "convolution:DepthwiseConv1d": "depthwise_conv1d",
    "convolution:DepthwiseConv2d": "depthwise_conv2d depthwise depthwiseconv",
    "convolution:SeparableConv1d": "separable_conv1d",
    "convolution:SeparableConv2d": "separable_conv2d separable separableconv depthwiseseparableconv2d",
    "convolution:Conv1dTranspose": "conv1d_transpose convtranspose1d",
    "convolution:Conv2dTranspose": "conv2d_transpose convtranspose convtranspose2d transposedconv2d deconv2d",
    "pooling:MaxPool1d": "max_pool1d maxpooling1d",
    "pooling:MaxPool2d": "max_pool2d maxpool maxpooling2d",
    "pooling:AvgPool1d": "avg_pool1d averagepooling1d",
    "pooling:AvgPool2d": "avg_pool2d avgpool avgpooling2d averagepooling2d",
    "pooling:GlobalAvgPool": "global_avg_pool2d globalavgpool globalavgpool1d globalavgpooling2d globalaveragepooling1d globalaveragepooling2d",
    "pooling:GlobalMaxPool": "global_max_pool2d globalmaxpool globalmaxpool1d globalmaxpooling1d globalmaxpooling2d",
    "pooling:AdaptiveAvgPool": "adaptive_avg_pool2d adaptiveavgpool1d",
    "pooling:AdaptiveMaxPool": "adaptive_max_pool2d adaptivemaxpool1d",
    "rearranging:ZeroPad1d": "zero_pad1d zeropadding1d",
    "rearranging:ZeroPad2d": "zero_pad2d zeropad zeropadding2d pad2d",
    "rearranging:Cropping2d": "cropping2d",
    "rearranging:Upsampling2d": "upsampling2d upsample",
    "rearranging:Flatten": "flatten",
    "rearranging:Reshape": "reshape",
    "rearranging:Permute": "permute",
    "rearranging:Select": "select",
    "rearranging:RepeatVector": "repeat_vector",
    "rearranging:Add": "add sum",
    "rearranging:Multiply": "multiply mul",
    "rearranging:Average": "average",
    "rearranging:Concat": "concat concatenate cat",
    "normalization:BatchNorm": "batch_norm batchnormalization batchnorm1d batchnorm2d bn",
    "normalization:LayerNorm": "layer_norm layernormalization",
    "normalization:RmsNorm": "rms_norm rmsnormalization",
    "normalization:GroupNorm": "group_norm groupnormalization instancenorm2d",
    "normalization:Dropout": "dropout spatialdropout2d dropout2d",
    "normalization:Activation": "activation",
    "normalization:Prelu": "prelu",
    "recurrent:SimpleRnn": "simple_rnn rnn elman",
    "recurrent:Lstm": "lstm",
    "recurrent:Gru": "gru",
    "attention:MultiHeadAttention": "multi_head_attention attention selfattention multiheadselfattention mha",
    "attention:TransformerEncoder": "transformer_encoder transformerencoderlayer transformerblock encoderblock",
    "attention:TransformerDecoder": "transformer_decoder transformerdecoderlayer",
}
LAYERS: Final[Mapping[str, str]] = {
    names.split()[0]: f"grader.derive.layers.{place}" for place, names in _NAMES.items()
}
BLOCKS: Final = ("block", "residual", "parallel", "input")
_OTHER_NAMES: Final = {
    **{other: name for name, *others in map(str.split, _NAMES.values()) for other in others},
    "inputlayer": "input",
    "sequential": "block",
    "branches": "parallel",
}

# `linear` is PyTorch's dense layer and Keras's activation that does nothing: with units it is the first.
_FUNCTIONS: Final = frozenset(name.replace("_", "") for name in ACTIVATION_NAMES) - {"linear", "none"}

FIELD_NAMES: Final = spelled(
    {
        "filters": "out_channels n_filters num_filters",
        "units": "out_features hidden_size neurons",
        "kernel": "kernel_size pool_size",
        "stride": "strides",
        "dilation": "dilation_rate",
        "bias": "use_bias",
        "vocab": "num_embeddings vocab_size input_dim",
        "dim": "embedding_dim",
        "heads": "num_heads nhead num_attention_heads",
        "head_dim": "key_dim",
        "kv_heads": "num_kv_heads",
        "ff": "dim_feedforward ff_dim d_ff dff intermediate_size",
        "shape": "target_shape normalized_shape",
        "size": "output_size scale_factor",
        "padding": "cropping",
        "expects": "in_channels in_features input_size num_features d_model embed_dim",
        "epsilon": "eps",
        "rate": "p",
        "groups": "num_groups",
        "sequence_first": "batch_first",
        "merge": "merge_mode",
        "order": "dims",
        "times": "n",
        "alpha": "negative_slope",
    }
)

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
