"""The named mistakes about networks: parameters, shapes, cost, memory, matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.derive.catalogue import HALF, NONE, SLIP, Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARAMETERS: Final[Mapping[str, Entry]] = {
    "no_bias": Entry("You counted the weights only; every filter or unit has one bias as well.", SLIP),
    "bias_added": Entry("These layers have no biases; you counted one for every filter or unit.", SLIP),
    "one_bias_per_layer": Entry(
        "There is one bias for each filter or unit, not one for a whole layer.", SLIP
    ),
    "no_in_channels": Entry(
        "Every filter reaches through all input channels: multiply its size by their number.", HALF
    ),
    "no_out_channels": Entry("That is a single filter; multiply by the number of filters.", HALF),
    "rgb_assumed": Entry("This image does not have three channels; check its number of channels.", HALF),
    "rgb_forgotten": Entry("The image has more than one channel; count all of them.", HALF),
    "wrong_prev_channels": Entry(
        "A layer sees as many channels as the layer before it has filters, not those of the image.", HALF
    ),
    "unshared": Entry(
        "A convolution uses the same weights at every position; its output size does not enter.", NONE
    ),
    "spatial_in_params": Entry(
        "The size of the image has no influence on the parameters of a convolution.", NONE
    ),
    "missing_layer": Entry("Your total lacks {layer}.", HALF),
    "pool_has_params": Entry("Pooling has nothing to learn, so it has no parameters.", HALF),
    "fc_prepool": Entry(
        "The dense layer gets what is left after pooling; use the size that really enters it.", HALF
    ),
    "fc_after_gap": Entry(
        "Nothing averages over the positions here: the dense layer gets all of them.", HALF
    ),
    "rounded_flatten": Entry(
        "A last row or column that does not fill a window is dropped: round down, which changes the dense layer.",
        HALF,
    ),
    "bn_2": Entry(
        "Batch normalization also keeps a moving mean and variance: not trained, but part of the total.", SLIP
    ),
    "bn_all_trainable": Entry(
        "Moving mean and variance are updated, but not trained by gradient descent.", SLIP
    ),
    "bn_per_pixel": Entry(
        "Batch normalization after a convolution has one scale and shift per channel.", HALF
    ),
    "lstm_1_gate": Entry(
        "An LSTM has four sets of weights: input, forget and output gate, and the candidate.", HALF
    ),
    "lstm_3_gates": Entry(
        "Besides its three gates an LSTM has a fourth set of weights, for the candidate.", SLIP
    ),
    "lstm_no_recurrent": Entry("The weights from the previous state to the gates are missing.", HALF),
    "rnn_no_recurrent": Entry("The weights from the previous state are missing.", HALF),
    "lstm_two_bias": Entry("That is the count with two bias vectors per gate, as PyTorch keeps them.", SLIP),
    "lstm_one_bias": Entry("That is the count with one bias vector per gate, as Keras keeps them.", SLIP),
    "rnn_times_steps": Entry(
        "The same weights are used at every time step; the number of steps does not enter.", NONE
    ),
    "rnn_two_bias": Entry("That is the count with two bias vectors, as PyTorch keeps them.", SLIP),
    "rnn_one_bias": Entry("That is the count with one bias vector, as Keras keeps it.", SLIP),
    "gru_1_gate": Entry("A GRU has three sets of weights: reset gate, update gate and candidate.", HALF),
    "gru_4_gates": Entry("A GRU has three sets of weights, not four as an LSTM has.", HALF),
    "gru_1_bias": Entry("In this form a GRU has two bias vectors per gate.", SLIP),
    "gru_2_bias": Entry("In this form a GRU has one bias vector per gate.", SLIP),
    "one_direction": Entry("The layer is bidirectional: it has these weights once for each direction.", HALF),
    "heads_multiplied": Entry(
        "The heads divide the width among them; they do not multiply the parameters.", HALF
    ),
    "one_head": Entry("That is one head only; the projections of all heads count.", HALF),
    "no_output_proj": Entry("After the heads are joined there is one more projection.", SLIP),
    "no_layernorm": Entry("The gain and shift of layer normalization are learned too.", SLIP),
    "no_positions": Entry("The position embeddings are learned too.", SLIP),
    "no_embedding": Entry("The embedding table is learned too.", HALF),
    "tied_twice": Entry("The output layer shares its matrix with the embedding; count it once.", SLIP),
    "groups_ignored": Entry("Every filter sees only its own group of channels.", HALF),
    "dws_as_conv": Entry(
        "A depthwise separable convolution filters each channel alone and then mixes them with 1 x 1 filters.",
        HALF,
    ),
    "trainable_vs_total": Entry(
        "Trainable and total parameters differ here; you gave the other one of the two.", SLIP
    ),
}

_SHAPES_AND_COST: Final[Mapping[str, Entry]] = {
    "no_plus_one": Entry("The filter also fits at the first position: add 1.", HALF),
    "floor_same": Entry("With same padding the size is rounded up.", SLIP),
    "ceil_valid": Entry("Without padding an incomplete window is dropped: round down.", SLIP),
    "floor_ceil_mode": Entry("This pooling keeps incomplete windows: round up.", SLIP),
    "padding_valid": Entry("The input is padded here; you computed without padding.", HALF),
    "padding_same": Entry("The padding here does not keep the size; you computed with same padding.", HALF),
    "pad_once": Entry("Padding is added on both sides: it counts twice.", SLIP),
    "total_vs_side": Entry("That is the padding of both sides together; per side it is half.", SLIP),
    "stride_1": Entry("The stride is missing from your computation.", HALF),
    "stride_squared": Entry("Apply the stride once along each axis.", HALF),
    "dilation_ignored": Entry("A dilated kernel covers d(k - 1) + 1 positions.", HALF),
    "channels_kept": Entry("The output has as many channels as the layer has filters.", HALF),
    "channels_divided": Entry("Pooling keeps the number of channels.", HALF),
    "axes_swapped": Entry("Height and width are exchanged.", SLIP),
    "transposed_as_conv": Entry("A transposed convolution enlarges: (n - 1)s - 2p + k.", NONE),
    "rf_ignores_stride": Entry("Every stride makes the steps of all later layers longer.", HALF),
    "rf_n_minus_1": Entry("One layer is missing: every layer adds to the receptive field.", HALF),
    "rf_sum": Entry("Kernel sizes do not add up: each layer adds k - 1 positions.", NONE),
    "rf_product": Entry("Kernel sizes do not multiply: each layer adds k - 1 positions.", NONE),
    "rf_own_stride": Entry(
        "A layer's own stride matters to the layers after it, not to its own reach.", HALF
    ),
    "rf_ignores_pool": Entry("Pooling layers widen the receptive field too.", HALF),
    "flops_factor": Entry("One multiply-accumulate is two floating-point operations.", SLIP),
    "macs_no_spatial": Entry(
        "Every output position applies the filter: multiply by the output's height and width.", NONE
    ),
    "macs_input_size": Entry("Multiply by the size of the output, not that of the input.", HALF),
    "macs_with_bias": Entry("Only multiplications count here; adding the bias is none.", SLIP),
    "bytes_forgotten": Entry(
        "These are numbers, not bytes; multiply by the bytes that one number takes.", HALF
    ),
    "bits_for_bytes": Entry("These are bits; one byte has eight.", HALF),
    "mb_mib": Entry("1 MB is 10^6 bytes and 1 MiB is 2^20; you used the other one.", SLIP),
    "batch_forgotten": Entry("Every instance of the batch needs its own memory.", HALF),
    "no_params": Entry("The parameters need memory too.", SLIP),
    "no_inputs": Entry("The inputs of the batch need memory too.", SLIP),
    "all_layers_at_inference": Entry(
        "When predicting, a layer's output is freed as soon as the next one is computed.", HALF
    ),
    "last_layer_only": Entry("Training keeps the output of every layer for the backward pass.", HALF),
}

_MATRICES: Final[Mapping[str, Entry]] = {
    "flip_kernel": Entry("You turned the kernel round (true convolution); these layers do not.", HALF),
    "not_flipped": Entry("A true convolution turns the kernel round first.", HALF),
    "kernel_transposed": Entry("Rows and columns of the kernel are exchanged.", HALF),
    "output_transposed": Entry("Rows and columns of the result are exchanged.", SLIP),
    "one_channel": Entry("Sum over all input channels.", HALF),
    "no_relu": Entry("The activation is missing.", HALF),
    "relu_added": Entry("There is no activation here; negative values stay.", SLIP),
    "avg_for_max": Entry("The question asks for the largest value, not for the average.", HALF),
    "max_for_avg": Entry("The question asks for the average, not for the largest value.", HALF),
    "sum_for_avg": Entry("That is the sum; divide by the number of values.", HALF),
    "min_for_max": Entry("That is the smallest value; the question asks for the largest.", HALF),
    "scaled": Entry("A convolution does not divide by the number or the sum of its weights.", SLIP),
    "zero_pad_in_max": Entry(
        "Padding cells are no values of the image and take no part in the maximum.", SLIP
    ),
    "zero_pad_in_avg": Entry(
        "Padding cells are no values of the image and are not counted in the average.", SLIP
    ),
    "pad_not_counted": Entry("Here padding cells count in the average.", SLIP),
    "bias_ignored": Entry("The bias is missing.", SLIP),
    "weights_transposed": Entry("The weight matrix is transposed.", HALF),
    "state_not_carried": Entry("Each step starts from the state that the step before it left.", HALF),
}

NETWORKS: Final[Mapping[str, Entry]] = {**_PARAMETERS, **_SHAPES_AND_COST, **_MATRICES}
