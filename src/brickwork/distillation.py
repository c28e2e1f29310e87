"""Knowledge distillation: a small model (the student) is trained on the targets and on the outputs
of a large, trained model (the teacher).

    distiller = Distiller(teacher, student, LogitsDistillation(temperature=3.0))
    distiller.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    distiller.fit(x, y)
    distiller.student.predict(x)

Reference: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network",
arXiv:1503.02531.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from . import ops
from .data.notices import warn_once
from .errors import ArgumentError, shown
from .fields import Configurable, encode, field
from .losses import KLDivergence, get, kl_divergence
from .metrics import Mean
from .models import Model
from .registry import Registry
from .saving import deserialize_keras_object, serialize_keras_object
from .tree import MAP_TO_NONE, assert_same_structure, flatten, is_nested, map_structure, traverse

if TYPE_CHECKING:
    pass

__all__ = ["DistillationLoss", "Distiller", "FeatureDistillation", "LogitsDistillation"]

registry = Registry("distillation", functions=False)
#: The name of a model's outputs among those of its layers.
FINAL = "final_output"


def _losses(given):
    """A loss for each name, config or loss in `given`, nested like these; None is kept."""

    def one(part):
        if part is None:
            return MAP_TO_NONE
        nested = is_nested(part) and not (isinstance(part, dict) and "class_name" in part)
        return None if nested else get(part)

    found = traverse(one, given)
    if all(loss is None for loss in flatten(found)):
        raise ArgumentError("loss", f"got {shown(given)}, expected a loss for at least one output.")
    return found


class DistillationLoss(Configurable):
    """Base of distillation losses, which compare the student's outputs with the teacher's.

    A subclass defines ``compute_loss(teacher_outputs, student_outputs)``, which is written in
    `brickwork.ops` and returns a scalar. With the attributes ``teacher_layer_name`` and
    ``student_layer_name`` it receives the outputs of these layers.

    >>> class Gap(DistillationLoss):
    ...     def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
    ...         return ops.max(ops.abs(teacher_outputs - student_outputs))
    >>> float(Gap().compute_loss(ops.array([1.0, 2.0]), ops.array([1.5, 5.0])))
    3.0
    """

    teacher_layer_name = None  # type: str | None
    student_layer_name = None  # type: str | None

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """Return the loss between the outputs of teacher and student; a subclass defines it.

        Args:
            teacher_outputs: tensor ``(batch, ...)``, or nested tensors for several outputs.
            student_outputs: tensor or nested tensors of the same structure.
            kwargs: none are passed.

        Returns:
            A scalar tensor.

        Raises:
            NotImplementedError: if the subclass does not define it.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define compute_loss(self, "
            "teacher_outputs, student_outputs)."
        )

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        """Raise a ValueError for outputs of different structure.

        Args:
            teacher_outputs: tensor ``(batch, ...)``, or nested tensors for several outputs.
            student_outputs: tensor or nested tensors.
        """
        assert_same_structure(teacher_outputs, student_outputs)

    def validate_model_compatibility(self, teacher: Model, student: Model) -> None:
        """Raise a ValueError for models that this loss does not support; by default for none.

        Args:
            teacher: the teacher `Model`.
            student: the student `Model`.
        """


class _OutputLoss(DistillationLoss):
    """The sum of one loss per output, some of which may be None."""

    def _loss_between(self, loss, teacher, student):
        return ops.mean(loss(teacher, student))

    def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
        """Return the sum over the outputs of the means of their losses."""
        parts = map_structure(
            lambda loss, *pair: None if loss is None else self._loss_between(loss, *pair),
            self.loss,
            teacher_outputs,
            student_outputs,
        )
        return sum(part for part in flatten(parts) if part is not None)

    def validate_outputs(self, teacher_outputs, student_outputs) -> None:
        """See `DistillationLoss`; the losses must have the same structure too."""
        super().validate_outputs(teacher_outputs, student_outputs)
        try:
            assert_same_structure(self.loss, teacher_outputs)
        except ValueError as error:
            raise ArgumentError(
                f"{type(self).__name__}.loss",
                f"got {shown(self.loss)}, expected "
                "a loss or None for each output, nested like the outputs. "
                f"{error}",
            ) from None

    def get_config(self) -> dict:
        """See `Configurable`."""
        return {**super().get_config(), "loss": map_structure(encode, self.loss)}


@registry.add()
class LogitsDistillation(_OutputLoss):
    """A loss between the logits of student and teacher, both divided by a temperature T.

    The Kullback-Leibler divergence is that of the softmax of the divided logits, times T², so that
    its gradients have a similar size for each T. Other losses are of the divided logits.

    Args:
        temperature: float > 0; a higher value gives more weight to the less probable classes.
            Default 3.0.
        loss: name or `Loss`, or these nested like the outputs, with None for outputs that are not
            compared; default "kl_divergence".

    The name "kl_divergence" and `losses.KLDivergence` are the same. In Keras 3.15 the name, its
    default, is the divergence of the logits themselves, which are not probabilities.

    Reference: Hinton et al., arXiv:1503.02531.

    >>> loss = LogitsDistillation(temperature=2.0)
    >>> teacher, student = ops.array([[2.0, 0.0]]), ops.array([[0.0, 2.0]])
    >>> round(float(loss.compute_loss(teacher, student)), 4)
    1.8485
    """

    temperature: float = field(default=3.0, kind="float", gt=0)
    loss = field(default="kl_divergence", convert=_losses)

    def _loss_between(self, loss, teacher, student):
        t = self.temperature
        teacher, student = teacher / t, student / t
        if loss is kl_divergence or isinstance(loss, KLDivergence):
            return t * t * super()._loss_between(loss, ops.softmax(teacher), ops.softmax(student))
        return super()._loss_between(loss, teacher, student)


@registry.add()
class FeatureDistillation(_OutputLoss):
    """A loss between the outputs of a layer of the student and a layer of the teacher.

    Args:
        loss: name or `Loss`, or these nested like the layers' outputs, with None for outputs that
            are not compared; default "mse".
        teacher_layer_name: str, name of the teacher's layer; None (default) is the model's output.
        student_layer_name: str, name of the student's layer; None (default) is the model's output.

    >>> loss = FeatureDistillation("mae", "wide", "narrow")
    >>> float(loss.compute_loss(ops.array([[1.0, 3.0]]), ops.array([[1.0, 1.0]])))
    1.0
    """

    loss = field(default="mse", convert=_losses)
    teacher_layer_name: str | None = field(default=None, kind="str")
    student_layer_name: str | None = field(default=None, kind="str")

    def validate_model_compatibility(self, teacher: Model, student: Model) -> None:
        """Raise a ValueError for a layer that its model does not have, or calls in its ``call``."""
        for role, model in (("teacher", teacher), ("student", student)):
            name = getattr(self, f"{role}_layer_name")
            if name is None:
                continue
            if getattr(model, "inputs", None) is None:
                raise ArgumentError(
                    f"FeatureDistillation.{role}_layer_name",
                    f"got {name!r} of "
                    f"the model {model.name!r}, which has no symbols between its "
                    "layers; expected a built Sequential or Model(inputs, "
                    "outputs). Without layer names the outputs are compared.",
                )
            try:
                model.get_layer(name)
            except ValueError as error:
                raise ArgumentError(
                    f"FeatureDistillation.{role}_layer_name", str(error).removeprefix("get_layer: ")
                ) from None


@registry.add()
class Distiller(Model):
    """A model that trains a student on the targets and on the outputs of a teacher.

    It minimizes ``w * (loss of compile) + (1 - w) * (weighted sum of the distillation losses)``,
    where w is `student_loss_weight`. The logs hold both parts as ``student_loss`` and
    ``distillation_loss``. As in Keras, penalties on the student's weights and sample weights are
    not included.

    Args:
        teacher: trained `Model`; it is frozen, and called for inference.
        student: `Model` with inputs and outputs of the same shapes; its outputs are those of the
            distiller.
        distillation_losses: `DistillationLoss`, or a list of them.
        distillation_loss_weights: list of floats, one for each loss; None (default) for 1.
        student_loss_weight: float w, from 0 (targets are not needed) to 1; default 0.5.
        name: str, name of the model; default "distiller".
        kwargs: further arguments of `Model`.

    Raises:
        ArgumentError (a ValueError): for models whose shapes differ, or losses that do not support
            them.

    >>> from brickwork import Input, Sequential, layers
    >>> teacher = Sequential([Input((4,)), layers.Dense(32, "relu"), layers.Dense(3)])
    >>> student = Sequential([Input((4,)), layers.Dense(3)])
    >>> distiller = Distiller(teacher, student, LogitsDistillation())
    >>> len(distiller.trainable_weights), len(distiller.weights)
    (2, 6)
    """

    def __init__(
        self,
        teacher: Model,
        student: Model,
        distillation_losses: Any,
        distillation_loss_weights: Any = None,
        student_loss_weight: float = 0.5,
        name: str | None = "distiller",
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        _check_models(teacher, student)
        self.student_loss_weight = field(default=0.5, kind="float", ge=0, le=1).accept(
            "Distiller", "student_loss_weight", student_loss_weight
        )
        several = isinstance(distillation_losses, list | tuple)
        losses = list(distillation_losses) if several else [distillation_losses]
        weights = distillation_loss_weights if several else None
        weights = [1.0] * len(losses) if weights is None else list(weights)
        if len(weights) != len(losses):
            raise ArgumentError(
                "Distiller.distillation_loss_weights",
                f"got {len(weights)} numbers, expected {len(losses)}, one for each loss.",
            )
        for loss in losses:
            if not callable(getattr(loss, "compute_loss", None)):
                raise ArgumentError(
                    "Distiller.distillation_losses",
                    f"got {shown(loss)}, expected "
                    "LogitsDistillation(), FeatureDistillation() or another "
                    "DistillationLoss, or a list of them.",
                )
            loss.validate_model_compatibility(teacher, student)
        self.distillation_losses, self.distillation_loss_weights = losses, weights
        self.teacher, self.student = teacher, student
        teacher.trainable = False
        self._teacher_layers = _layer_outputs(teacher, [_layer(loss, "teacher") for loss in losses])
        self._student_layers = _layer_outputs(student, [_layer(loss, "student") for loss in losses])
        self.student_loss_tracker = Mean(name="student_loss")
        self.distillation_loss_tracker = Mean(name="distillation_loss")
        self.total_loss_tracker = Mean(name="total_loss")

    def sublayers(self) -> list:
        """Return the teacher and the student, without the models of their layers' outputs."""
        views = [vars(self).get(name) for name in ("_teacher_layers", "_student_layers")]
        return [layer for layer in super().sublayers() if not any(layer is view for view in views)]

    def compile(
        self, optimizer: Any = "adam", loss: Any = None, metrics: Any = None, **kwargs: Any
    ) -> None:
        """See `Model.compile`; the loss is the student's on the targets."""
        if loss is None:
            raise ArgumentError(
                "Distiller.compile.loss",
                "got None, expected the student's loss "
                "on the targets, such as 'sparse_categorical_crossentropy'.",
            )
        # With weight 0 the loss is left out, so that no targets are needed.
        super().compile(
            optimizer, loss if self.student_loss_weight else None, metrics=metrics, **kwargs
        )

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Return the student's outputs."""
        return self.student(inputs, training=training)

    def _output_ports(self):
        return self.student._output_ports() if self.student.built else super()._output_ports()

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """See `Model.compute_loss`."""
        if sample_weight is not None:
            warn_once(
                "weights of a distiller",
                "Distiller: sample weights and class weights are "
                "not used in its loss, as in Keras.",
            )
        if any(variable.regularizer is not None for variable in self.trainable_variables):
            warn_once(
                "penalties of a distiller",
                "Distiller: the penalties of the student's "
                "regularizers are not added to its loss, as in Keras.",
            )
        w = self.student_loss_weight
        student_loss = self._student_loss(y, y_pred) if w else 0.0
        distillation_loss = self._distillation_loss(x, y_pred, training) if w < 1 else 0.0
        total = w * student_loss + (1 - w) * distillation_loss
        self.student_loss_tracker.update_state(student_loss)
        self.distillation_loss_tracker.update_state(distillation_loss)
        self.total_loss_tracker.update_state(total)
        return total

    def _student_loss(self, y, y_pred):
        """The sum of the losses of compile."""
        self._require_compiled("compute_loss")
        self._expectation()  # settles which loss belongs to which output
        outputs = flatten(y_pred)
        return sum(self._plans.losses_of(flatten(y), outputs, [None] * len(outputs)))

    def _distillation_loss(self, x, y_pred, training):
        """The weighted sum of the distillation losses."""
        teacher = (
            {FINAL: self.teacher(x, training=False)}
            if self._teacher_layers is None
            else (self._teacher_layers(x, training=False))
        )
        student = (
            {} if self._student_layers is None else (self._student_layers(x, training=training))
        )
        student[FINAL] = y_pred
        total = 0.0
        for loss, weight in zip(
            self.distillation_losses, self.distillation_loss_weights, strict=True
        ):
            pair = (
                teacher[_layer(loss, "teacher") or FINAL],
                student[_layer(loss, "student") or FINAL],
            )
            loss.validate_outputs(*pair)
            value = loss.compute_loss(*pair)
            if ops.shape(value) != ():
                raise ArgumentError(
                    f"{type(loss).__name__}.compute_loss",
                    f"got the shape {ops.shape(value)}, expected a scalar. Return its mean.",
                )
            total = total + weight * value
        return total

    def get_config(self) -> dict:
        """See `Layer`."""
        return {
            "name": self.name,
            "teacher": serialize_keras_object(self.teacher),
            "student": serialize_keras_object(self.student),
            "distillation_losses": serialize_keras_object(self.distillation_losses),
            "distillation_loss_weights": self.distillation_loss_weights,
            "student_loss_weight": self.student_loss_weight,
        }

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict[str, Any] | None = None) -> Self:
        """The inverse of `get_config`."""
        objects = {
            key: deserialize_keras_object(config[key], custom_objects)
            for key in ("teacher", "student", "distillation_losses")
        }
        return cls(**{**config, **objects})


def _layer(loss, role: str) -> str | None:
    """The name of the layer that a loss compares; None for the model's output."""
    return getattr(loss, f"{role}_layer_name", None)


def _layer_outputs(model, names: list[str | None]) -> Model | None:
    """A model of the outputs of these layers, by name, and of the model's output; None if no layer
    is named."""
    layers = {name: model.get_layer(name).output for name in names if name}
    return Model(model.input, {FINAL: model.output, **layers}) if layers else None


def _check_models(teacher, student) -> None:
    """Raise an ArgumentError for values that are not models, or models whose shapes differ."""
    for role, model in (("teacher", teacher), ("student", student)):
        if not isinstance(model, Model):
            raise ArgumentError(f"Distiller.{role}", f"got {shown(model)}, expected a model.")
    if teacher is student:
        raise ArgumentError("Distiller.student", "got the teacher itself, expected another model.")
    for what in ("input", "output"):
        one, other = (
            getattr(model, f"{what}_shape", None) if model.built else None
            for model in (teacher, student)
        )
        if one is not None and other is not None and not _alike(one, other):
            raise ArgumentError(
                f"Distiller.student.{what}_shape", f"got {other}, expected the teacher's, {one}."
            )


def _alike(one, other) -> bool:
    """Whether two shapes, or lists or dicts of them, are equal wherever both are known."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    return one == other or one is None or other is None
