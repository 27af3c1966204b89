"""The named mistakes of the data operations (measures, losses, optimizers, classical methods)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.derive.catalogue import HALF, NONE, SLIP, Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEASURES: Final[Mapping[str, Entry]] = {  # metrics, information, trees
    "pr_swapped": Entry(
        "Precision divides by what was predicted positive, recall by what really is; they are exchanged here.",
        HALF,
    ),
    "f1_arithmetic": Entry(
        "F1 is the harmonic mean of precision and recall, 2PR / (P + R), not their average.", HALF
    ),
    "accuracy_for_metric": Entry("That is the accuracy; another measure is asked for.", NONE),
    "precision_for_metric": Entry("That is the precision; another measure is asked for.", NONE),
    "recall_for_metric": Entry("That is the recall; another measure is asked for.", NONE),
    "complement": Entry("That is the share of the opposite case: one minus the value asked for.", HALF),
    "dice_for_jaccard": Entry(
        "That is the Dice (F1) score, which counts the intersection twice; Jaccard divides by the union once.",
        HALF,
    ),
    "jaccard_for_dice": Entry("That is the Jaccard index; Dice (F1) counts the intersection twice.", HALF),
    "iou_sum": Entry("The union counts the intersection once: it is A + B - I, not A + B.", HALF),
    "other_class_positive": Entry("You took the other class as the positive one.", HALF),
    "other_average": Entry(
        "Macro averages the classes' values, micro pools their counts first; the other one is asked for.",
        HALF,
    ),
    "log_base": Entry("Check the base of the logarithm: bits use base 2, nats the natural logarithm.", HALF),
    "gini_for_entropy": Entry("You used the Gini impurity where the entropy is asked for.", NONE),
    "entropy_for_gini": Entry("You used the entropy where the Gini impurity is asked for.", NONE),
    "misclassification_for_impurity": Entry(
        "That is the misclassification rate, one minus the largest share.", NONE
    ),
    "gini_sum_squares": Entry(
        "That is the sum of the squared shares; the Gini impurity is one minus it.", SLIP
    ),
    "entropy_no_weights": Entry("Each logarithm has to be weighted with its probability.", HALF),
    "entropy_sign": Entry(
        "The sign is turned: logarithms of probabilities are negative, the result is not.", SLIP
    ),
    "kl_direction": Entry("The two distributions are exchanged: the divergence is not symmetric.", HALF),
    "cross_entropy_for_kl": Entry(
        "That is the cross-entropy; subtract the entropy of p to get the divergence.", HALF
    ),
    "kl_for_cross_entropy": Entry(
        "That is the divergence; the cross-entropy also contains the entropy of p.", HALF
    ),
    "conditional_direction": Entry("You conditioned the other way round.", HALF),
    "gain_is_entropy": Entry(
        "That is what is left in the children; the gain is the parent's impurity minus it.", HALF
    ),
    "unweighted_children": Entry("Weight each child's impurity with its share of the examples.", HALF),
    "children_summed": Entry("The children's impurities are averaged by their sizes, not added up.", HALF),
    "gain_for_conditional": Entry(
        "That is the gain; the impurity that remains after the split is asked for.", HALF
    ),
    "gain_for_ratio": Entry(
        "That is the gain; the gain ratio divides it by the entropy of the split itself.", HALF
    ),
}

_LOSSES: Final[Mapping[str, Entry]] = {  # activations, losses, gradients
    "softmax_linear": Entry("Softmax exponentiates the scores before it divides by the sum.", NONE),
    "softmax_unnormalised": Entry("Divide the exponentials by their sum, so that they add up to 1.", HALF),
    "softmax_axis": Entry(
        "The softmax runs along the wrong axis: each row has to sum to 1 over its own entries.", HALF
    ),
    "sigmoid_each": Entry(
        "Softmax looks at all scores together; you applied the logistic function to each alone.", NONE
    ),
    "log_forgotten": Entry("These are the probabilities; their logarithms are asked for.", HALF),
    "log_taken": Entry("These are the logarithms; the probabilities themselves are asked for.", HALF),
    "temperature_ignored": Entry("Divide the scores by the temperature first.", HALF),
    "temperature_multiplied": Entry(
        "The scores are divided by the temperature, not multiplied with it.", HALF
    ),
    "value_for_derivative": Entry("That is the function's value; its derivative is asked for.", HALF),
    "derivative_for_value": Entry("That is the derivative; the function's value is asked for.", HALF),
    "relu_grad_ignored": Entry(
        "The gradient passes only where the unit was active; elsewhere it is cut off.", HALF
    ),
    "relu_ignored": Entry("Negative values become 0 after the ReLU.", HALF),
    "relu_for_leaky": Entry("On the negative side this function is not 0.", HALF),
    "sigmoid_grad_of_input": Entry(
        "The derivative is s (1 - s) of the function's value s, not of its input.", HALF
    ),
    "sigmoid_sign": Entry(
        "The exponent has the wrong sign: the logistic function is 1 / (1 + exp(-x)).", HALF
    ),
    "tanh_for_sigmoid": Entry("That is tanh; the logistic function lies between 0 and 1.", NONE),
    "tanh_grad_not_squared": Entry("The derivative of tanh is 1 minus the square of its value.", HALF),
    "sum_for_mean": Entry("You added up the examples; divide by their number.", SLIP),
    "mean_for_sum": Entry("You divided by the number of examples; the sum is asked for.", SLIP),
    "ce_sign": Entry("The cross-entropy has a minus in front: it is never negative.", SLIP),
    "ce_no_log": Entry("Take the logarithm of the probability of the right class.", NONE),
    "bce_positive_only": Entry("Examples of class 0 count as well, with log(1 - p).", HALF),
    "bce_targets_swapped": Entry(
        "log(p) belongs to class 1 and log(1 - p) to class 0; they are exchanged.", HALF
    ),
    "rmse_mse": Entry("Check the root: MSE is the mean of the squares, RMSE its root.", HALF),
    "mse_for_mae": Entry("You squared the errors; their absolute values are asked for.", HALF),
    "mae_for_mse": Entry("You took absolute errors; their squares are asked for.", HALF),
    "mse_for_huber": Entry("Beyond delta the Huber loss grows in a straight line.", HALF),
    "other_loss": Entry("This is the value of a related loss; check its definition.", HALF),
    "half_added": Entry("There is no factor 1/2 in this loss.", SLIP),
    "no_half": Entry("The factor 1/2 in front of the squares is missing.", SLIP),
    "hinge_no_margin": Entry(
        "The hinge loss also counts examples that are right but inside the margin of 1.", HALF
    ),
    "ce_grad_sign": Entry(
        "The sign is turned: the gradient of the loss is p - y, that of the log-likelihood y - p.", SLIP
    ),
    "no_onehot": Entry("Subtract 1 at the class that was to be predicted.", HALF),
    "softmax_forgotten": Entry("Turn the scores into probabilities before you subtract the target.", HALF),
    "sigmoid_slope_kept": Entry(
        "With the cross-entropy the slope of the logistic function cancels: p - y remains.", HALF
    ),
    "gradient_sign": Entry(
        "The sign is turned: the gradient on the prediction is proportional to prediction minus target.", SLIP
    ),
    "grad_2": Entry(
        "Check the factor in front: the derivative of the square gives 2, which a factor 1/2 cancels.", SLIP
    ),
}

_STEPS: Final[Mapping[str, Entry]] = {  # optimizers, schedules, averages
    "gd_ascent": Entry("You moved along the gradient; descent goes against it.", HALF),
    "lr_missing": Entry("Multiply with the learning rate.", HALF),
    "no_momentum": Entry("The velocity of the step before is missing.", HALF),
    "velocity_forgotten": Entry("The state you start from is not 0; it enters the step.", HALF),
    "momentum_convention": Entry(
        "You used another convention for momentum; check how the new gradient enters the velocity.", SLIP
    ),
    "nesterov_as_momentum": Entry("That is plain momentum; Nesterov looks ahead along the velocity.", HALF),
    "old_accumulator": Entry(
        "Update the sum of squares first, then divide by the root of the new one.", HALF
    ),
    "no_root": Entry("Divide by the root of the averaged squares.", HALF),
    "adam_no_correction": Entry("The moments start at 0: divide them by 1 - beta^t.", HALF),
    "ema_no_correction": Entry("The average starts at 0: divide it by 1 - beta^t.", HALF),
    "ema_1_minus_beta": Entry("At step t the correction divides by 1 - beta^t, not by 1 - beta.", HALF),
    "ema_weights_swapped": Entry("beta weights the old average, 1 - beta the new value.", HALF),
    "betas_swapped": Entry("beta1 belongs to the gradient, beta2 to its square; they are exchanged.", HALF),
    "decay_forgotten": Entry("The weight decay is missing.", HALF),
    "decay_coupled": Entry(
        "AdamW takes the decay off the weights themselves; it does not pass through the moments.", HALF
    ),
    "linear_schedule": Entry("That is a straight line; this schedule is curved.", NONE),
    "cosine_no_half": Entry("The cosine term carries a factor 1/2.", HALF),
    "schedule_no_min": Entry("The schedule ends at its smallest rate, not at 0.", SLIP),
    "step_not_floored": Entry("Between two drops the rate stays; round the number of drops down.", HALF),
    "decay_every_epoch": Entry("The rate drops once every few epochs, not in each one.", HALF),
    "decay_once": Entry("The factor applies again with every drop.", HALF),
    "no_warmup": Entry("During the warmup the rate still rises.", HALF),
    "epoch_off_by_one": Entry("Epochs count from 0; you are one too far.", SLIP),
    "schedule_ignored": Entry("That is the initial rate; the schedule has changed it by then.", NONE),
    "one_step_more": Entry("That is one step more than asked for.", SLIP),
}

_MODELS: Final[
    Mapping[str, Entry]
] = {  # clusters, neighbours, Bayes, margins, components, regression, rewards
    "kmeans_double": Entry("A point belongs to one cluster only: a tie goes to the first centre.", HALF),
    "kmeans_not_updated": Entry("Those are the old centres; move each one to the mean of its points.", HALF),
    "kmeans_one_round": Entry("That is the result of the first round only.", HALF),
    "kmeans_round_more": Entry("That is one round too many.", SLIP),
    "kmeans_round_less": Entry("That is one round too few.", SLIP),
    "kmeans_with_center": Entry("The old centre is not one of the points; average the points only.", HALF),
    "other_metric": Entry("You measured distances in another way than asked for.", HALF),
    "knn_one": Entry("You looked at the nearest neighbour only.", HALF),
    "knn_all": Entry("Only the k nearest vote, not all points.", NONE),
    "knn_farthest": Entry("Those are the farthest points.", NONE),
    "knn_weights": Entry("Check whether neighbours count equally or by their distance.", HALF),
    "distance_no_root": Entry("Take the root of the sum of squares.", SLIP),
    "distance_root_taken": Entry("The squared distance is asked for, without a root.", SLIP),
    "cosine_not_normalised": Entry("Divide the inner product by both lengths.", HALF),
    "cosine_for_dot": Entry("That is the cosine; the inner product is not divided by the lengths.", HALF),
    "distance_for_similarity": Entry("That is the distance, one minus the similarity.", HALF),
    "similarity_for_distance": Entry("That is the similarity; the distance is one minus it.", HALF),
    "pearson_uncentered": Entry("Subtract the means first.", HALF),
    "bayes_likelihood": Entry(
        "That is the probability of the evidence given the hypothesis; the converse is asked for.", NONE
    ),
    "bayes_joint": Entry("Divide by the probability of the evidence, so that the hypotheses sum to 1.", HALF),
    "bayes_no_prior": Entry("Weigh the likelihoods with the prior probabilities.", HALF),
    "bayes_evidence": Entry("That is the total probability of the evidence.", HALF),
    "bayes_prior": Entry("That is the prior; the evidence changes it.", NONE),
    "bayes_one_feature": Entry("All features enter the product, not the first one alone.", HALF),
    "smoothing_ignored": Entry("Add the smoothing count to every value.", HALF),
    "smoothing_added": Entry("No smoothing is asked for here.", HALF),
    "with_replacement": Entry(
        "Check whether what was drawn goes back: the second draw sees another bag.", HALF
    ),
    "svm_unscaled": Entry("Scale the plane so that y f(x) = 1 at the support vectors.", HALF),
    "svm_unit_norm": Entry(
        "This plane has a normal of length 1; scale it so that y f(x) = 1 at the support vectors.", HALF
    ),
    "svm_sign": Entry("All signs are turned: the positive class lies where f(x) is positive.", HALF),
    "svm_half": Entry("At the support vectors y f(x) has to be 1; your plane gives 1/2.", HALF),
    "half_margin": Entry("That is the distance to one side; the whole margin is 2 / |w|.", HALF),
    "full_margin": Entry("That is the whole width; the distance to one side is 1 / |w|.", HALF),
    "perceptron_sign": Entry("The update goes the other way: towards examples that were missed.", HALF),
    "perceptron_zero": Entry("Check what a score of exactly 0 means.", SLIP),
    "perceptron_one_epoch": Entry("That is the state after the first pass.", HALF),
    "eigenvalues_diagonal": Entry("The diagonal holds the eigenvalues of triangular matrices only.", NONE),
    "eigenvalues_negated": Entry("The signs are turned.", HALF),
    "eigenvalues_root": Entry("Those are the roots of the eigenvalues.", HALF),
    "cov_ddof": Entry("Check the divisor: n - 1 for a sample, n for the whole population.", SLIP),
    "cov_uncentered": Entry("Subtract the means first (or do not, where the question says so).", HALF),
    "cov_sum": Entry("Divide the sums of products by the number of observations.", HALF),
    "cov_rows": Entry("Rows and columns are exchanged: check which of them are the variables.", HALF),
    "pca_uncentered": Entry("Centre the data before you look for components.", HALF),
    "pca_scaled": Entry("No scaling to unit variance is asked for.", HALF),
    "pca_unscaled": Entry("Scale each feature to unit variance first.", HALF),
    "no_intercept": Entry("The line has an intercept; it need not pass through the origin.", HALF),
    "l2_ignored": Entry("The penalty on the weights is missing.", HALF),
    "xy_swapped": Entry("You predicted x from y.", HALF),
    "q_no_discount": Entry("The discount factor is missing.", HALF),
    "q_no_next": Entry("What follows in the next state is missing.", HALF),
    "q_mean_next": Entry("Take the best next action, not the average over them.", HALF),
    "q_other_rule": Entry(
        "Q-learning takes the best next action, SARSA the one that was chosen; check which is asked for.",
        HALF,
    ),
    "q_old_forgotten": Entry("The old value keeps its share 1 - alpha.", HALF),
    "q_not_subtracted": Entry("Subtract the old value from the target before you multiply with alpha.", HALF),
    "discount_from_first": Entry("The first reward is not discounted yet.", HALF),
    "return_backwards": Entry("The rewards are discounted from the wrong end.", HALF),
}

_WEIGHTS: Final[Mapping[str, Entry]] = {  # initial weights, normalisation, attention, expressions
    "he_vs_glorot": Entry("He initialisation has variance 2 / fan_in; yours is Glorot's.", HALF),
    "he_vs_lecun": Entry("He initialisation has variance 2 / fan_in; yours lacks the 2.", HALF),
    "glorot_vs_he": Entry(
        "Glorot initialisation divides by the average of fan_in and fan_out; yours is He's.", HALF
    ),
    "glorot_vs_lecun": Entry(
        "Glorot initialisation divides by the average of fan_in and fan_out; yours is LeCun's.", HALF
    ),
    "lecun_vs_he": Entry("LeCun initialisation has variance 1 / fan_in; yours is He's.", HALF),
    "lecun_vs_glorot": Entry("LeCun initialisation has variance 1 / fan_in; yours is Glorot's.", HALF),
    "fan_swapped": Entry("Inputs and outputs are exchanged.", HALF),
    "fan_without_kernel": Entry("A filter's fan counts its whole window, not the channels alone.", HALF),
    "std_for_var": Entry("That is the standard deviation; the variance is its square.", HALF),
    "var_for_std": Entry("That is the variance; the standard deviation is its root.", HALF),
    "std_for_limit": Entry(
        "That is the standard deviation; a uniform distribution reaches root of 3 times as far.", HALF
    ),
    "last_batch_dropped": Entry("The last, smaller batch makes an update as well: round up.", SLIP),
    "last_batch_kept": Entry("The incomplete last batch is dropped: round down.", SLIP),
    "one_epoch": Entry("That is a single epoch.", HALF),
    "epochs_only": Entry("Each epoch consists of many updates.", NONE),
    "bn_axis": Entry("Average each feature over the batch, not each example over its features.", HALF),
    "bn_ddof": Entry("Check the divisor of the variance: batch normalization divides by m.", SLIP),
    "bn_train_at_test": Entry(
        "At test time the moving averages are used, not the statistics of the batch.", HALF
    ),
    "bn_no_root": Entry("Divide by the standard deviation, the root of the variance.", HALF),
    "bn_no_mean": Entry("Subtract the mean first.", HALF),
    "bn_no_scale": Entry("The learned scale and shift are missing.", HALF),
    "bn_gamma_beta_swapped": Entry("gamma multiplies and beta is added; they are exchanged.", HALF),
    "bn_eps_outside": Entry("Epsilon is added to the variance, under the root.", SLIP),
    "ln_as_bn": Entry("Layer normalization works on each example, not on each feature over the batch.", HALF),
    "mean_not_divided": Entry("That is the sum; divide by the number of examples.", HALF),
    "mean_of_all": Entry("Each feature has its own mean.", HALF),
    "std_ddof": Entry("Check the divisor of the standard deviation: n or n - 1.", SLIP),
    "standardize_for_min_max": Entry(
        "You standardised; min-max scaling maps the smallest to 0 and the largest to 1.", HALF
    ),
    "min_max_for_standardize": Entry(
        "You scaled to 0..1; standardising subtracts the mean and divides by the standard deviation.", HALF
    ),
    "scaled_by_variance": Entry("Divide by the standard deviation, not by the variance.", HALF),
    "attn_no_scale": Entry("Divide the scores by the root of the key dimension before the softmax.", HALF),
    "attn_scaled": Entry("The scores are not to be divided here.", HALF),
    "attn_no_softmax": Entry("The scores become weights by a softmax over the keys.", HALF),
    "attn_no_mask": Entry("The mask hides some positions; they get weight 0.", HALF),
    "attn_one_head": Entry("Each head attends with its own part of the columns.", HALF),
    "attn_no_output_projection": Entry("The joined heads pass through the output projection as well.", HALF),
    "attn_qk_swapped": Entry("Queries and keys are exchanged: rows of the weights belong to queries.", HALF),
    "position_from_one": Entry("Positions count from 0.", SLIP),
    "position_frequencies": Entry("Sine and cosine of a pair share one frequency.", HALF),
    "sin_cos_swapped": Entry("Even columns are sines, odd ones cosines.", HALF),
    "floor_for_ceil": Entry("Round up here.", HALF),
    "ceil_for_floor": Entry("Round down here.", HALF),
}

DATA: Final[Mapping[str, Entry]] = {**_MEASURES, **_LOSSES, **_STEPS, **_MODELS, **_WEIGHTS}
