"""``tf.feature_column``: what each column of a table becomes before a dense network, and
`DenseFeatures`, the layer that computes it.

A column is plain data. What needs strings, a vocabulary or a hash runs on the host (`encoders`);
the rest, such as embeddings and the user's `normalizer_fn`, is part of the model's program.
"""
