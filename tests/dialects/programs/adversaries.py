"""Adversarial networks: what `trainable` and one optimizer for two models meant, and when."""

#: What each of them ends with: who learned in which call.
_WHO = """
        def moved(model, train):
            before = [w.copy() for w in model.get_weights()]
            train()
            return any((a != b).any() for a, b in zip(before, model.get_weights()))

        x, z, ones = np.random.rand(8, 4), np.random.rand(8, 2), np.ones((8, 1))
        learn_d = lambda: d.train_on_batch(x, ones)
        learn_g = lambda: gan.train_on_batch(z, ones)
"""

_TWO = """
        d = Sequential([Dense(6, input_dim=4), LeakyReLU(0.2), BatchNormalization(),
                        Dense(1, activation='sigmoid')])
        d.compile(loss='binary_crossentropy', optimizer=optimizer, metrics=['accuracy'])
        g = Sequential([Dense(4, input_dim=2, activation='tanh')])
        d.trainable = False
        z = Input(shape=(2,))
        gan = Model(z, d(g(z)))
        gan.compile(loss='binary_crossentropy', optimizer=optimizer)
"""

_LEARNS = """
        for _ in range(2):
            assert moved(d, learn_d) and not moved(g, learn_d)
            assert moved(g, learn_g) and not moved(d, learn_g)
        assert int(optimizer.iterations.numpy()) == 8
        assert moved(d, lambda: d.fit(x, ones, verbose=0))
        assert not d.trainable and not d.trainable_weights
        gan.summary()
"""

PROGRAMS = {
    "one optimizer for both, in Keras 2": f"""
        import numpy as np
        from keras.layers import Input, Dense, BatchNormalization
        from keras.layers.advanced_activations import LeakyReLU
        from keras.models import Sequential, Model
        from keras.optimizers import Adam

        optimizer = Adam(0.0002, 0.5)
        {_TWO}
        {_WHO}
        {_LEARNS}
        """,
    "one optimizer for both, in tf.keras": f"""
        import numpy as np, tensorflow as tf
        from tensorflow.keras.layers import Input, Dense, BatchNormalization, LeakyReLU
        from tensorflow.keras.models import Sequential, Model

        optimizer = tf.keras.optimizers.legacy.Adam(0.0002, beta_1=0.5)
        {_TWO}
        {_WHO}
        {_LEARNS}
        """,
    "no word says which Keras it is": f"""
        import numpy as np
        from keras.layers import Input, Dense, BatchNormalization, LeakyReLU
        from keras.models import Sequential, Model
        from keras.optimizers import Adam

        optimizer = Adam(0.0002)
        {_TWO}
        {_WHO}
        {_LEARNS}
        """,
    "Keras 3, where it counts as it is": f"""
        import numpy as np
        from keras import Input, Model, Sequential, ops
        from keras.layers import Dense, BatchNormalization, LeakyReLU
        from keras.optimizers import Adam

        optimizer = Adam(0.0002)
        {_TWO}
        {_WHO}
        assert not moved(d, learn_d)
        assert moved(g, learn_g) and not moved(d, learn_g)
        d.trainable = True
        assert moved(d, learn_d)
        assert moved(d, learn_g)
        """,
    "frozen and thawed at each step": f"""
        import numpy as np
        from tensorflow.keras.layers import Input, Dense, BatchNormalization, LeakyReLU
        from tensorflow.keras.models import Sequential, Model

        optimizer = 'adam'
        {_TWO}
        {_WHO}
        for _ in range(3):
            d.trainable = True
            assert moved(d, learn_d)
            d.trainable = False
            assert moved(g, learn_g) and not moved(d, learn_g)
        """,
    "thawed without a compile": """
        import numpy as np
        import tensorflow as tf

        base = tf.keras.Sequential([tf.keras.layers.Dense(3, input_shape=(4,))])
        base.trainable = False
        model = tf.keras.Sequential([base, tf.keras.layers.Dense(1)])
        model.compile('sgd', 'mse')
        x, y = np.random.rand(8, 4), np.ones((8, 1))
        model.fit(x, y, verbose=0)
        kept = base.get_weights()[0]
        base.trainable = True
        model.fit(x, y, verbose=0)
        assert (base.get_weights()[0] == kept).all()
        model.compile('sgd', 'mse')
        model.fit(x, y, verbose=0)
        assert (base.get_weights()[0] != kept).any()
        """,
}
