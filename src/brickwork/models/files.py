"""The methods of a model that write files and read them; all of it stands in `saving`."""

from __future__ import annotations


class Files:
    """The part of a model that goes into files; `Model` mixes it in."""

    def save(self, filepath, overwrite: bool = True, zipped=None, **kwargs) -> None:
        """Write the model into a file; see `brickwork.saving.save_model`."""
        from ..saving import save_model

        save_model(self, filepath, overwrite, zipped, **kwargs)

    def export(self, filepath, format: str = "brick", verbose=None, input_signature=None,
               **kwargs) -> None:
        """Write what answers, without what trains; see `brickwork.saving.export_model`."""
        from ..saving import export_model

        export_model(self, filepath, format, verbose, input_signature, **kwargs)

    def save_weights(self, filepath, overwrite: bool = True, max_shard_size=None,
                     **kwargs) -> None:
        """Write the weights into a file; see `brickwork.saving.save_weights`."""
        from ..saving import save_weights

        save_weights(self, filepath, overwrite, max_shard_size, **kwargs)

    def load_weights(self, filepath, skip_mismatch: bool = False, **kwargs) -> None:
        """Take the weights from a file; see `brickwork.saving.load_weights`."""
        from ..saving import load_weights

        load_weights(self, filepath, skip_mismatch, **kwargs)

    def to_json(self, **kwargs) -> str:
        """The config as JSON, in Keras 3's form: what `model_from_json` reads.

        Args:
            kwargs: for ``json.dumps``.
        """
        from ..saving import model_to_json

        return model_to_json(self, **kwargs)
