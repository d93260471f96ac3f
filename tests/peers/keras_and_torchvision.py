"""Makes files of weights with Keras and PyTorch, and what their networks answer, for the tests to compare.

    KERAS_BACKEND=torch python tests/peers/keras_and_torchvision.py fixtures models/weights/tests/fixtures/weights
    KERAS_BACKEND=torch python tests/peers/keras_and_torchvision.py architectures FOLDER [NAME ..]

`fixtures` writes the small committed files: every kind of layer, in every format. `architectures` writes the
networks of torchvision and keras.applications for `FIRESIDE_PEERS=FOLDER cargo test --test peer_weights`;
with names, only these. Nothing is downloaded: all values are random, also the statistics of batch
normalisation, so that a value in the wrong place shows.

Beside each file of weights, `NAME.io.npz` holds `input` and `output`, channels last for Keras, first for
PyTorch. Needs Keras 3, PyTorch, torchvision, safetensors, h5py and NumPy.
"""

import sys
from pathlib import Path

import keras
import numpy as np
import torch
import torchvision
from keras import layers
from safetensors.torch import save_file
from torch import nn

# Name, constructor, input shape without the batch. `tests/tests/peer_weights.rs` has a row for each.
TORCHVISION = [
    ("torchvision_alexnet", lambda: torchvision.models.alexnet(), (3, 64, 64)),
    ("torchvision_vgg11", lambda: torchvision.models.vgg11(), (3, 32, 32)),
    ("torchvision_vgg13", lambda: torchvision.models.vgg13(), (3, 32, 32)),
    ("torchvision_vgg16", lambda: torchvision.models.vgg16(), (3, 32, 32)),
    ("torchvision_vgg19", lambda: torchvision.models.vgg19(), (3, 32, 32)),
    ("torchvision_vgg11_bn", lambda: torchvision.models.vgg11_bn(), (3, 32, 32)),
    ("torchvision_vgg13_bn", lambda: torchvision.models.vgg13_bn(), (3, 32, 32)),
    ("torchvision_vgg16_bn", lambda: torchvision.models.vgg16_bn(), (3, 32, 32)),
    ("torchvision_vgg19_bn", lambda: torchvision.models.vgg19_bn(), (3, 32, 32)),
    ("torchvision_resnet18", lambda: torchvision.models.resnet18(), (3, 64, 64)),
    ("torchvision_resnet34", lambda: torchvision.models.resnet34(), (3, 64, 64)),
    ("torchvision_resnet50", lambda: torchvision.models.resnet50(), (3, 64, 64)),
    ("torchvision_resnet101", lambda: torchvision.models.resnet101(), (3, 64, 64)),
    ("torchvision_resnet152", lambda: torchvision.models.resnet152(), (3, 64, 64)),
    ("torchvision_googlenet", lambda: torchvision.models.googlenet(init_weights=False), (3, 64, 64)),
    ("torchvision_inception_v3", lambda: torchvision.models.inception_v3(init_weights=False), (3, 139, 139)),
    ("torchvision_mobilenet_v2", lambda: torchvision.models.mobilenet_v2(), (3, 64, 64)),
    ("torchvision_efficientnet_b0", lambda: torchvision.models.efficientnet_b0(), (3, 64, 64)),
    ("torchvision_efficientnet_b1", lambda: torchvision.models.efficientnet_b1(), (3, 64, 64)),
]
KERAS = [
    ("keras_vgg16", lambda: application("VGG16", 32), (32, 32, 3)),
    ("keras_vgg19", lambda: application("VGG19", 64, 32), (64, 32, 3)),
    ("keras_resnet50", lambda: application("ResNet50", 64), (64, 64, 3)),
    ("keras_resnet101", lambda: application("ResNet101", 64), (64, 64, 3)),
    ("keras_resnet152", lambda: application("ResNet152", 64), (64, 64, 3)),
    ("keras_inception_v3", lambda: application("InceptionV3", 139), (139, 139, 3)),
    ("keras_inception_resnet_v2", lambda: application("InceptionResNetV2", 139), (139, 139, 3)),
    ("keras_mobilenet", lambda: application("MobileNet", 64), (64, 64, 3)),
    ("keras_mobilenet_025", lambda: application("MobileNet", 64, alpha=0.25), (64, 64, 3)),
    ("keras_mobilenet_v2", lambda: application("MobileNetV2", 64), (64, 64, 3)),
    ("keras_efficientnet_b0", lambda: application("EfficientNetB0", 64), (64, 64, 3)),
    ("keras_efficientnet_b1", lambda: application("EfficientNetB1", 64), (64, 64, 3)),
    ("course_resnet50", lambda: course_resnet50(), (64, 64, 3)),
]


def application(name, height, width=None, **settings):
    """Logits, as ours are, of 10 classes. Names of layers begin anew for every network."""
    keras.backend.clear_session()
    build = getattr(keras.applications, name)
    shape = (height, width or height, 3)
    return build(weights=None, input_shape=shape, classes=10, classifier_activation=None, **settings)


def course_resnet50():
    """That of the assignment (course 4, week 2), under its names of layers, with logits of 6 classes."""

    def conv_norm(x, filters, kernel, stride, name, padding="valid"):
        x = layers.Conv2D(filters, kernel, strides=stride, padding=padding, name=f"res{name}")(x)
        return layers.BatchNormalization(name=f"bn{name}")(x)

    images = keras.Input((64, 64, 3))
    x = layers.Conv2D(64, 7, strides=2, name="conv1")(layers.ZeroPadding2D(3)(images))
    x = layers.ReLU()(layers.BatchNormalization(name="bn_conv1")(x))
    x = layers.MaxPooling2D(3, strides=2)(x)
    for stage, blocks in enumerate([3, 4, 6, 3]):
        width = 64 * 2**stage
        for block in range(blocks):
            name = f"{stage + 2}{'abcdef'[block]}_branch"
            stride = 2 if stage > 0 and block == 0 else 1
            shortcut = conv_norm(x, 4 * width, 1, stride, f"{name}1") if block == 0 else x
            x = layers.ReLU()(conv_norm(x, width, 1, stride, f"{name}2a"))
            x = layers.ReLU()(conv_norm(x, width, 3, 1, f"{name}2b", "same"))
            x = layers.ReLU()(layers.Add()([conv_norm(x, 4 * width, 1, 1, f"{name}2c"), shortcut]))
    x = layers.Flatten()(layers.AveragePooling2D(2)(x))
    return keras.Model(images, layers.Dense(6, name="fc6")(x))


def randomize_keras(model, rng):
    """Values that keep the sums of every layer about 1, so that no network overflows or dies out."""
    for weight in model.weights:
        shape, kind = tuple(weight.shape), weight.path.rsplit("/", 1)[-1]
        if kind in ("gamma", "moving_variance", "variance"):
            value = rng.uniform(0.5, 1.5, shape)
        elif len(shape) > 1:
            inputs = np.prod(shape[:2]) if "depthwise" in weight.path else np.prod(shape[:-1])
            value = rng.normal(size=shape) * np.sqrt(1.5 / inputs)
        elif "seed" in weight.path or kind == "count":
            continue
        else:
            value = rng.normal(size=shape) * 0.1
        weight.assign(value.astype(np.float32))


def randomize_torch(model, rng):
    with torch.no_grad():
        for name, value in model.state_dict().items():
            shape, kind = tuple(value.shape), name.rsplit(".", 1)[-1]
            if kind == "num_batches_tracked":
                continue
            if kind == "running_var" or (kind == "weight" and len(shape) == 1):
                new = rng.uniform(0.5, 1.5, shape)
            elif len(shape) > 1:
                new = rng.normal(size=shape) * np.sqrt(1.5 / np.prod(shape[1:]))
            else:
                new = rng.normal(size=shape) * 0.1
            value.copy_(torch.tensor(new, dtype=value.dtype))


def write_io(folder, name, given, output):
    np.savez_compressed(folder / f"{name}.io.npz", input=given, output=np.asarray(output, np.float32))


def answer_keras(model, given):
    with torch.no_grad():
        return keras.ops.convert_to_numpy(model(given, training=False))


def answer_torch(model, given):
    model.eval()
    with torch.no_grad():
        return model(torch.tensor(given)).numpy()


def keras_layers():
    images = keras.Input((6, 6, 3))
    x = layers.Conv2D(4, 3, padding="same", name="stem")(images)
    x = layers.BatchNormalization(name="stem_bn")(x)
    x = layers.DepthwiseConv2D(3, depth_multiplier=2, name="depthwise")(x)
    x = layers.BatchNormalization(scale=False, name="depthwise_bn")(x)
    x = layers.SeparableConv2D(6, 3, name="separable")(x)
    x = layers.Conv2DTranspose(5, 3, strides=2, name="up")(x)
    x = layers.PReLU(shared_axes=[1, 2], name="prelu")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(7, activation="relu", name="fc1")(x)
    x = layers.LayerNormalization(name="norm")(x)
    return keras.Model(images, layers.Dense(3, name="fc2")(x), name="layers")


def keras_sequence():
    words = keras.Input((5,), dtype="int32")
    x = layers.Embedding(11, 8, name="words")(words)
    x = layers.MultiHeadAttention(2, 4, name="attention")(x, x)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both")(x)
    x = layers.GRU(4, return_sequences=True, name="after")(x)
    x = layers.GRU(3, return_sequences=True, reset_after=False, name="before")(x)
    x = layers.LSTM(4, return_sequences=True, use_bias=False, name="bare")(x)
    x = layers.SimpleRNN(4, return_sequences=True, name="simple")(x)
    x = layers.Conv1D(4, 3, padding="same", name="conv")(x)
    return keras.Model(words, layers.Dense(2, name="top")(x), name="sequence")


def keras_within():
    """Two layers in a model, in another, in a third, with values that tell where they come from."""
    images = keras.Input((5, 5, 2))
    x = layers.Conv2D(3, 3, name="conv")(images)
    inner = keras.Model(images, layers.BatchNormalization(name="norm")(x), name="inner")
    images = keras.Input((5, 5, 2))
    middle = keras.Model(images, layers.ReLU()(inner(images)), name="middle")
    images = keras.Input((5, 5, 2))
    x = layers.GlobalAveragePooling2D()(middle(images))
    outer = keras.Model(images, layers.Dense(2, name="top")(x), name="outer")
    for index, weight in enumerate(inner.weights):
        values = index + np.arange(np.prod(weight.shape)).reshape(weight.shape) / 8
        weight.assign(values.astype(np.float32))
    return outer


class TorchLayers(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(4, 6, 3, groups=2)
        self.bn = nn.BatchNorm2d(6)
        self.up = nn.ConvTranspose2d(6, 4, 3, stride=2)
        self.prelu = nn.PReLU(4)
        self.group = nn.GroupNorm(2, 4)
        self.plain_bn = nn.BatchNorm2d(4, affine=False)
        self.fc = nn.Sequential(nn.Linear(4 * 7 * 7, 5), nn.LayerNorm(5), nn.Linear(5, 2, bias=False))

    def forward(self, x):
        x = self.prelu(self.up(torch.relu(self.bn(self.stem(x)))))
        return self.fc(self.plain_bn(self.group(x)).flatten(1))


class TorchSequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(11, 6)
        self.both = nn.LSTM(6, 3, batch_first=True, bidirectional=True)
        self.stack = nn.GRU(6, 4, num_layers=2, batch_first=True)
        self.rnn = nn.RNN(4, 3, batch_first=True, bias=False)
        self.conv = nn.Conv1d(3, 2, 1)

    def forward(self, x):
        x = self.rnn(self.stack(self.both(self.words(x))[0])[0])[0]
        return self.conv(x.transpose(1, 2))


def write_fixtures(folder):
    rng = np.random.RandomState(5)
    images = rng.normal(size=(2, 6, 6, 3)).astype(np.float32)
    model = keras_layers()
    randomize_keras(model, rng)
    write_io(folder, "keras_layers", images, answer_keras(model, images))
    model.save(folder / "keras_layers.keras")
    model.save_weights(folder / "keras_layers.weights.h5")
    model.compile("sgd", "mse")
    model.save(folder / "keras_layers.h5")

    model = keras_within()
    model.save(folder / "keras_within.keras")
    model.save_weights(folder / "keras_within.weights.h5")
    model.save(folder / "keras_within.h5")

    words = rng.randint(0, 11, (2, 5)).astype(np.int32)
    model = keras_sequence()
    randomize_keras(model, rng)
    write_io(folder, "keras_sequence", words, answer_keras(model, words))
    model.save_weights(folder / "keras_sequence.weights.h5")
    model.save(folder / "keras_sequence.h5")

    images = rng.normal(size=(2, 4, 5, 5)).astype(np.float32)
    model = TorchLayers()
    randomize_torch(model, rng)
    write_io(folder, "torch_layers", images, answer_torch(model, images))
    state = model.state_dict()
    torch.save(state, folder / "torch_layers.pth")
    torch.save(state, folder / "torch_layers_2019.pth", _use_new_zipfile_serialization=False)
    save_file(state, folder / "torch_layers.safetensors", metadata={"format": "pt"})
    torch.save({"weight": torch.tensor([[1.0, -2.5]])}, folder / "twenty_one_characters.pth")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    checkpoint = {
        "epoch": 3,
        "state_dict": {f"module.{name}": value for name, value in state.items()},
        "optimizer": optimizer.state_dict(),
    }
    torch.save(checkpoint, folder / "torch_layers_checkpoint.pt")
    arrays = {name: value.numpy() for name, value in state.items()}
    np.savez_compressed(folder / "torch_layers.npz", **arrays)
    columns_first = np.asfortranarray(arrays["fc.0.weight"][:, :12].astype(">f8"))
    np.save(folder / "columns_first.npy", columns_first)
    half = torch.tensor([[1.0, -2.5], [0.099976, 65504.0]], dtype=torch.float16)
    save_file({"half": half, "brain": half.bfloat16(), "whole": torch.tensor([1, -7])}, folder / "types.safetensors")

    words = rng.randint(0, 11, (2, 5))
    model = TorchSequence()
    randomize_torch(model, rng)
    write_io(folder, "torch_sequence", words, answer_torch(model, words))
    torch.save(model.state_dict(), folder / "torch_sequence.pth")

    csv = folder / "openface"
    csv.mkdir(exist_ok=True)
    suffixes = {"weight": "w", "bias": "b", "running_mean": "m", "running_var": "v"}
    for name, value in arrays.items():
        layer, kind = name.rsplit(".", 1)
        if layer in ("stem", "bn", "fc.0") and kind in suffixes:
            line = ",".join(repr(float(number)) for number in value.ravel())
            (csv / f"{layer.replace('.', '_')}_{suffixes[kind]}.csv").write_text(line + "\n")


def write_architectures(folder, names):
    for name, build, shape in TORCHVISION + KERAS:
        if names and name not in names:
            continue
        rng = np.random.RandomState(7)
        given = rng.normal(size=(2, *shape)).astype(np.float32)
        if name.startswith("keras_efficientnet"):
            given = 64 * given + 128  # it brings pixels to 0 to 1 itself
        model = build()
        if name.startswith("torch"):
            randomize_torch(model, rng)
            torch.save(model.state_dict(), folder / f"{name}.pth")
            output = answer_torch(model, given)
        else:
            randomize_keras(model, rng)
            model.save(folder / f"{name}.h5")
            output = answer_keras(model, given)
        write_io(folder, name, given, output)
        print(f"{name}: {np.abs(output).max():.3g} at the most, {output.std():.3g} on average", flush=True)


what, folder = sys.argv[1], Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
if what == "fixtures":
    write_fixtures(folder)
else:
    write_architectures(folder, sys.argv[3:])
