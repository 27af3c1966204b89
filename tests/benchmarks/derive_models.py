"""Published networks that are too long to write out, built block by block as specifications."""

from __future__ import annotations


def conv(filters, kernel, stride=1, padding=0, *, bias=False):
    return {
        "type": "conv2d", "filters": filters, "kernel": kernel, "stride": stride, "padding": padding, "bias": bias
    }  # fmt: skip


def unit(*args, **options):
    return [conv(*args, **options), "batch_norm"]


def network(layers, size=224):
    return {"op": "network", "input": [size, size, 3], "layers": layers}


def pool(kind, kernel, stride, padding=0):
    return {"type": kind, "kernel": kernel, "stride": stride, "padding": padding}


def head(classes=1000):
    return ["global_avg_pool2d", {"type": "dense", "units": classes}]


def parallel(*branches):
    return {"type": "parallel", "branches": list(branches)}


def resnet(blocks, width=1):
    layers = [*unit(64, 7, 2, 3), pool("max_pool2d", 3, 2, 1)]
    for stage, count in enumerate(blocks):
        out, inner = 256 * 2**stage, 64 * 2**stage * width
        for number in range(count):
            stride = 2 if stage and not number else 1
            body = [*unit(inner, 1), *unit(inner, 3, stride, 1), *unit(out, 1)]
            shortcut = unit(out, 1, stride) if not number else []
            layers.append({"type": "residual", "layers": body, "shortcut": shortcut})
    return network([*layers, *head()])


def resnet50_v2():
    layers = [conv(64, 7, 2, 3, bias=True), pool("max_pool2d", 3, 2, 1)]
    for stage, count in enumerate((3, 4, 6, 3)):
        inner = 64 * 2**stage
        for number in range(count):
            stride = 2 if number == count - 1 and stage < 3 else 1
            body = [*unit(inner, 1), *unit(inner, 3, stride, 1), conv(4 * inner, 1, bias=True)]
            if number == 0:
                shortcut = [conv(4 * inner, 1, stride, bias=True)]
            else:
                shortcut = [pool("max_pool2d", 1, stride)] if stride > 1 else []
            layers += ["batch_norm", {"type": "residual", "layers": body, "shortcut": shortcut}]
    return network([*layers, "batch_norm", *head()])


def densenet121():
    layers = [*unit(64, 7, 2, 3), pool("max_pool2d", 3, 2, 1)]
    channels = 64
    for stage, count in enumerate((6, 12, 24, 16)):
        body = ["batch_norm", *unit(128, 1), conv(32, 3, 1, 1)]
        layers.append({"repeat": count, "layers": [parallel([], body)]})
        channels += 32 * count
        if stage < 3:
            channels //= 2
            layers += ["batch_norm", conv(channels, 1), pool("avg_pool2d", 2, 2)]
    return network([*layers, "batch_norm", *head()])


def depthwise(kernel, stride):
    return {
        "type": "depthwise_conv2d",
        "kernel": kernel,
        "stride": stride,
        "padding": kernel // 2,
        "bias": False,
    }


def mnasnet1_0():
    layers = [*unit(32, 3, 2, 1), depthwise(3, 1), "batch_norm", *unit(16, 1)]
    stages = (
        (16, 24, 3, 2, 3, 3), (24, 40, 5, 2, 3, 3), (40, 80, 5, 2, 6, 3),
        (80, 96, 3, 1, 6, 2), (96, 192, 5, 2, 6, 4), (192, 320, 3, 1, 6, 1),
    )  # fmt: skip
    for before, after, kernel, stride, expansion, count in stages:
        layers += [*unit(before * expansion, 1), depthwise(kernel, stride), "batch_norm", *unit(after, 1)]
        body = [*unit(after * expansion, 1), depthwise(kernel, 1), "batch_norm", *unit(after, 1)]
        if count > 1:
            layers.append({"type": "residual", "repeat": count - 1, "layers": body})
    return network([*layers, *unit(1280, 1), *head()])


def separable(filters):
    return [
        {"type": "separable_conv2d", "filters": filters, "kernel": 3, "padding": "same", "bias": False}, "batch_norm"
    ]  # fmt: skip


def xception():
    layers = [*unit(32, 3, 2, "valid"), *unit(64, 3, 1, "valid")]
    for first, second in ((128, 128), (256, 256), (728, 728)):
        body = [*separable(first), *separable(second), pool("max_pool2d", 3, 2, "same")]
        layers.append({"type": "residual", "layers": body, "shortcut": unit(second, 1, 2, "same")})
    layers.append(
        {"type": "residual", "repeat": 8, "layers": [*separable(728), *separable(728), *separable(728)]}
    )
    body = [*separable(728), *separable(1024), pool("max_pool2d", 3, 2, "same")]
    layers.append({"type": "residual", "layers": body, "shortcut": unit(1024, 1, 2, "same")})
    return network([*layers, *separable(1536), *separable(2048), *head()], 299)


def row(filters):
    return unit(filters, [1, 7], 1, [0, 3])


def column(filters):
    return unit(filters, [7, 1], 1, [3, 0])


def inception_v3(*, auxiliary):
    layers = [
        *unit(32, 3, 2),
        *unit(32, 3),
        *unit(64, 3, 1, 1),
        pool("max_pool2d", 3, 2),
        *unit(80, 1),
        *unit(192, 3),
    ]
    layers.append(pool("max_pool2d", 3, 2))
    average = pool("avg_pool2d", 3, 1, 1)
    for last in (32, 64, 64):
        double = [*unit(64, 1), *unit(96, 3, 1, 1), *unit(96, 3, 1, 1)]
        layers.append(
            parallel(unit(64, 1), [*unit(48, 1), *unit(64, 5, 1, 2)], double, [average, *unit(last, 1)])
        )
    double = [*unit(64, 1), *unit(96, 3, 1, 1), *unit(96, 3, 2)]
    layers.append(parallel(unit(384, 3, 2), double, [pool("max_pool2d", 3, 2)]))
    for c in (128, 160, 160, 192):
        single = [*unit(c, 1), *row(c), *column(192)]
        double = [*unit(c, 1), *column(c), *row(c), *column(c), *row(192)]
        layers.append(parallel(unit(192, 1), single, double, [average, *unit(192, 1)]))
    if auxiliary:
        layers.append({"type": "dropout", "name": "trunk"})
        layers += [pool("avg_pool2d", 5, 3), *unit(128, 1), *unit(768, 5), *head()]
        layers.append({"type": "dropout", "from": "trunk"})
    long = [*unit(192, 1), *row(192), *column(192), *unit(192, 3, 2)]
    layers.append(parallel([*unit(192, 1), *unit(320, 3, 2)], long, [pool("max_pool2d", 3, 2)]))
    split = parallel(unit(384, [1, 3], 1, [0, 1]), unit(384, [3, 1], 1, [1, 0]))
    for _ in range(2):
        double = [*unit(448, 1), *unit(384, 3, 1, 1), split]
        layers.append(parallel(unit(320, 1), [*unit(384, 1), split], double, [average, *unit(192, 1)]))
    return network([*layers, *head()], 299)


def long_models():
    """Return entries like those of tests/cases/networks.yaml."""
    return [
        {"table": ["resnet152"], "spec": resnet((3, 8, 36, 3))},
        {"table": ["wide_resnet50_2"], "spec": resnet((3, 4, 6, 3), 2)},
        {"table": ["ResNet50V2"], "spec": resnet50_v2()},
        {"table": ["densenet121"], "spec": densenet121()},
        {"table": ["mnasnet1_0"], "spec": mnasnet1_0()},
        {"table": ["Xception"], "spec": xception()},
        # The published count holds the auxiliary head, the published cost does not.
        {
            "table": ["inception_v3"],
            "spec": inception_v3(auxiliary=True),
            "cost": inception_v3(auxiliary=False),
        },
    ]
