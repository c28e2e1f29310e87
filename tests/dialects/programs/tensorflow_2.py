"""TensorFlow 2's own words around its Keras: tensors, data sets, strategies, tapes."""

PROGRAMS = {
    "values of initializers": """
        import tensorflow as tf
        for name in ('glorot_uniform', 'he_normal', 'zeros', 'ones', 'orthogonal', 'identity'):
            value = tf.keras.initializers.get(name)(shape=(2, 2))
            assert value.numpy().shape == (2, 2), name
        w = tf.Variable(tf.initializers.GlorotUniform(seed=1)((3, 2)))
        assert tf.reduce_max(w).numpy() < 2
        assert tf.keras.initializers.Constant(3.)([2]).numpy()[0] == 3
        layer = tf.keras.layers.Dense(2, kernel_initializer='ones')
        layer.build((None, 3))
        assert type(layer.kernel.numpy()).__name__ == 'ndarray'
        """,
    "data sets of rows": """
        import numpy as np
        import pandas as pd
        import tensorflow as tf
        from tensorflow.keras import layers
        data, labels = np.random.random((100, 8)).astype('float32'), np.random.random((100, 3))
        dataset = tf.data.Dataset.from_tensor_slices((data, labels))
        dataset = dataset.shuffle(buffer_size=1000).batch(32)
        val_dataset = tf.data.Dataset.from_tensor_slices((data[:20], labels[:20]))
        val_dataset = val_dataset.batch(10).repeat()
        model = tf.keras.Sequential([layers.Dense(16, activation='relu'), layers.Dense(3)])
        model.compile(optimizer=tf.train.AdamOptimizer(0.001), loss='mse', metrics=['mae'])
        model.fit(dataset, epochs=2, verbose=0)
        model.fit(dataset.repeat(), epochs=2, steps_per_epoch=3, verbose=0,
                  validation_data=val_dataset, validation_steps=3)
        plain = tf.data.Dataset.from_tensor_slices((data, labels)).batch(50)
        assert np.allclose(model.evaluate(plain, verbose=0),
                           model.evaluate(data, labels, verbose=0))
        assert np.allclose(model.predict(plain.map(lambda x, y: x)), model.predict(data), atol=1e-6)
        train, test = dataset.take(2), dataset.skip(2)
        assert sum(len(x) for x, _ in train) == 64 and sum(len(x) for x, _ in test) == 36
        assert tf.data.experimental.cardinality(dataset).numpy() == len(dataset) == 4

        frame = pd.DataFrame({'a': np.arange(6.), 'b': np.ones(6), 'target': [0, 1] * 3})
        def df_to_dataset(dataframe, shuffle=True, batch_size=2):
            dataframe = dataframe.copy()
            target = dataframe.pop('target')
            ds = tf.data.Dataset.from_tensor_slices((dict(dataframe), target))
            if shuffle:
                ds = ds.shuffle(buffer_size=len(dataframe))
            return ds.batch(batch_size).prefetch(tf.data.AUTOTUNE)
        for feature_batch, label_batch in df_to_dataset(frame, shuffle=False).take(1):
            assert list(feature_batch) == ['a', 'b'] and label_batch.numpy().tolist() == [0, 1]
            assert feature_batch['a'].numpy().tolist() == [0., 1.]
        inputs = {name: tf.keras.Input(shape=(1,), name=name) for name in ('a', 'b')}
        out = layers.Dense(1, activation='sigmoid')(layers.concatenate(list(inputs.values())))
        two = tf.keras.Model(inputs, out)
        two.compile('adam', 'binary_crossentropy')
        two.fit(df_to_dataset(frame), epochs=1, verbose=0)
        """,
    "data sets of other things": """
        import numpy as np
        import tensorflow as tf
        ds = tf.data.Dataset.from_tensor_slices([1, 2, 3, 4])
        assert [d.numpy() for d in ds] == [1, 2, 3, 4]
        assert list(tf.data.Dataset.range(5).as_numpy_iterator()) == [0, 1, 2, 3, 4]
        squares = ds.map(lambda x: x * x, num_parallel_calls=tf.data.experimental.AUTOTUNE)
        assert [int(x) for x in squares.filter(lambda x: x > 3)] == [4, 9, 16]
        pairs = tf.data.Dataset.zip((ds, squares)).batch(2, drop_remainder=True)
        assert [(a.numpy().tolist(), b.numpy().tolist()) for a, b in pairs] == [
            ([1, 2], [1, 4]), ([3, 4], [9, 16])]
        def gen():
            for i in range(12):
                yield np.full(3, i, 'float32'), [i % 2]
        made = tf.data.Dataset.from_generator(gen, output_signature=None).cache().batch(4)
        assert sum(1 for _ in made) == 3
        once = ds.shuffle(4, seed=1, reshuffle_each_iteration=False)
        assert list(map(int, once)) == list(map(int, once))
        assert sorted(map(int, once)) == [1, 2, 3, 4]
        assert [int(x) for x in ds.repeat(2).take(6)] == [1, 2, 3, 4, 1, 2]
        assert [i for i, _ in ds.concatenate(ds).enumerate()] == list(range(8))
        assert [int(x) for x in pairs.unbatch().map(lambda a, b: a + b)] == [2, 6, 12, 20]
        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        model.compile('sgd', 'mse')
        strategy = tf.distribute.MirroredStrategy()
        print('devices: %d' % strategy.num_replicas_in_sync)
        with strategy.scope():
            model.fit(made, epochs=2, verbose=0)
        model.fit(made.shuffle(2), epochs=1, verbose=0)
        """,
    "numbers out of everything": """
        import numpy as np
        import tensorflow as tf
        from tensorflow import keras
        from tensorflow.keras import backend as K
        y, p = np.array([[0.], [1.]], 'float32'), np.array([[.2], [.7]], 'float32')
        mse = (0.04 + 0.09) / 2
        assert abs(keras.losses.MeanSquaredError()(y, p).numpy() - mse) < 1e-6
        assert abs(tf.keras.losses.mse(y, p).numpy() - [.04, .09]).max() < 1e-6
        assert keras.losses.binary_crossentropy(y, p).numpy().shape == (2,)
        m = keras.metrics.MeanSquaredError()
        m.update_state(y, p)
        assert abs(m.result().numpy() - mse) < 1e-6
        mean = tf.keras.metrics.Mean(name='loss')
        assert mean([1., 3.]).numpy() == 2 and '%.1f' % mean.result() == '2.0'
        mean.reset_states()
        assert mean.result().numpy() == 0
        assert f"{keras.metrics.Sum()([1., 2.]):.2f}" == '3.00'
        model = keras.Sequential([keras.layers.Dense(2, input_shape=(1,))])
        assert model(y).numpy().shape == (2, 2) and model(y)[0, 0].numpy() == model(y).numpy()[0, 0]
        assert (K.square(p) + 1).numpy().shape == (2, 1) and K.mean(y).numpy() == 0.5
        assert K.constant([1, 2]).numpy().tolist() == [1, 2]
        assert K.cast(y, 'int32').numpy().sum() == 1
        assert keras.ops.convert_to_tensor([1.]).numpy() == 1 and keras.ops.add(1, 2).numpy() == 3
        assert keras.activations.relu(p).numpy().shape == (2, 1)
        assert keras.regularizers.l2(1.)(p).numpy() > 0.5
        assert keras.metrics.binary_accuracy(y, p).numpy().mean() == 1
        lookup = keras.layers.StringLookup(vocabulary=['a', 'b'])
        assert lookup(np.array(['b', 'x'])).numpy().tolist() == [2, 0]
        assert model.layers[0].kernel.numpy().shape == (1, 2)
        schedule = tf.keras.optimizers.schedules.ExponentialDecay(.1, 10, .9)
        assert schedule(0).numpy() == np.float32(.1)
        total = 0.
        for loss in (keras.losses.mae(y, p), tf.keras.losses.Huber()(y, p)):
            total += np.mean(loss)
        assert np.isfinite(total)
        """,
    "a loop with a tape in a compiled function, and a train_step": """
        import numpy as np
        import tensorflow as tf
        from tensorflow import GradientTape
        from tensorflow.keras.layers import Dense
        model = tf.keras.Sequential([Dense(4, activation='relu'), Dense(1)])
        loss_object = tf.keras.losses.MeanSquaredError()
        optimizer = tf.keras.optimizers.Adam()
        train_loss = tf.keras.metrics.Mean(name='train_loss')

        @tf.function
        def train_step(x, y):
            with tf.GradientTape() as tape:
                predictions = model(x, training=True)
                loss = loss_object(y, predictions)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))
            train_loss(loss)

        class Custom(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.d = Dense(1)
            def call(self, x):
                return self.d(x)
            def train_step(self, data):
                x, y = data
                with tf.GradientTape() as tape:
                    loss = self.compute_loss(y=y, y_pred=self(x, training=True))
                return {'loss': loss}

        x = np.random.rand(64, 3).astype('float32')
        data = tf.data.Dataset.from_tensor_slices((x, x.sum(1))).batch(16)
        for epoch in range(100):
            train_loss.reset_state()
            for xs, ys in data:
                train_step(xs, ys)
            if epoch == 0:
                first = float(train_loss.result())
        assert float(train_loss.result()) < first / 2, (first, train_loss.result())
        custom = Custom()
        custom.compile('adam', 'mse')
        history = custom.fit(x, x.sum(1), epochs=2, verbose=0).history
        assert list(history) == ['loss'] and len(history['loss']) == 2, history

        @tf.function
        def branching(x):
            if tf.reduce_sum(x) > 0:
                return x
            return -x

        try:
            branching(x)
        except TypeError as error:
            assert 'script.py:' in str(error) and 'ops.where' in str(error), error
        else:
            raise SystemExit('a branch was compiled')
        """,
    "modules, parts of variables and clipped gradients": """
        import numpy as np
        import tensorflow as tf

        class Linear(tf.Module):
            def __init__(self, rows, columns, name=None):
                super().__init__(name=name)
                self.w = tf.Variable(tf.ones([rows, columns]), name='w')
                self.b = tf.Variable(tf.zeros([columns]), name='b', trainable=False)
            def __call__(self, x):
                return x @ self.w + self.b

        class Network(tf.Module):
            def __init__(self):
                super().__init__()
                self.layers = [Linear(3, 4), Linear(4, 1)]
            @tf.function
            def __call__(self, x):
                for layer in self.layers:
                    x = layer(x)
                return x

        network = Network()
        x = tf.constant(np.ones((5, 3), 'float32'))
        assert network(x).numpy().tolist() == [[12.]] * 5
        assert [v.shape for v in network.trainable_variables] == [(3, 4), (4, 1)]
        assert len(network.variables) == 4 and len(network.submodules) == 2
        assert network.name == 'network' and network.layers[0].name == 'linear'
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((network(x) - 10.) ** 2)
        gradients = tape.gradient(loss, network.trainable_variables)
        clipped, norm = tf.clip_by_global_norm(gradients, 1.)
        assert abs(norm - np.sqrt(sum((g.numpy() ** 2).sum() for g in gradients))) < 1e-3
        assert abs(tf.linalg.global_norm(clipped) - 1) < 1e-5
        assert abs(np.linalg.norm(tf.clip_by_norm(gradients[0], 2.)) - 2) < 1e-5

        v = tf.Variable([[1., 2.], [3., 4.]])
        v[0, 1].assign(9.)
        v[1].assign_add([1., 1.])
        assert v.numpy().tolist() == [[1., 9.], [4., 5.]]
        assert isinstance(v, tf.Variable) and (v[0] * 2).numpy().tolist() == [2., 18.]
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(v[1] * [[1., 2.]]) + tf.reduce_sum([[1., 2.]] @ v)
        assert tape.gradient(y, v).numpy().tolist() == [[1., 1.], [3., 4.]]
        x = tf.ones((2, 2))
        with tf.GradientTape() as tape:
            tape.watch(x)
            z = tf.multiply(tf.reduce_sum(x), tf.reduce_sum(x))
        assert tape.gradient(z, x)[1][0].numpy() == 8
        with tf.GradientTape() as tape:
            y = tf.constant(2.) * 3.
        assert tape.gradient(y, v) is None

        class Later(tf.Module):
            built = False
            @tf.function
            def __call__(self, x):
                if not self.built:
                    self.w = tf.Variable(tf.random.uniform([x.shape[-1], 1]))
                    self.built = True
                return x @ self.w

        later = Later()
        assert np.allclose(later(x), later(x)) and later.w.shape == (2, 1)
        shape = tf.TensorShape([None, 3])
        assert shape.as_list() == [None, 3] and shape[1:] == (3,) and shape.rank == 2
        assert tf.TensorShape([2, 3]).concatenate(4).num_elements() == 24
        assert sorted(tf.random.shuffle(tf.range(5)).numpy()) == [0, 1, 2, 3, 4]
        assert tf.Variable(tf.zeros_initializer()((2,))).numpy().tolist() == [0, 0]
        """,
    "a model in layers of its own, with metrics it keeps": """
        import numpy as np
        import tensorflow as tf
        from tensorflow.keras import Model, Input
        from tensorflow.keras.layers import Dense, Layer, Dropout
        from tensorflow.keras.callbacks import Callback

        class Residual(Layer):
            def __init__(self, units, rate=.1, **kwargs):
                super(Residual, self).__init__(**kwargs)
                self.hidden = [Dense(units, activation='elu', kernel_initializer='he_normal')
                               for _ in range(2)]
                self.drop = Dropout(rate)
            def call(self, inputs, training=None):
                z = inputs
                for layer in self.hidden:
                    z = layer(z)
                z = self.drop(z, training=training)
                return tf.nn.relu(inputs + z)

        class F1(tf.keras.metrics.Metric):
            def __init__(self, name='f1', **kwargs):
                super(F1, self).__init__(name=name, **kwargs)
                self.precision = tf.keras.metrics.Precision()
                self.recall = tf.keras.metrics.Recall()
            def update_state(self, y_true, y_pred, sample_weight=None):
                self.precision.update_state(y_true, y_pred)
                self.recall.update_state(y_true, y_pred)
            def result(self):
                p, r = self.precision.result(), self.recall.result()
                return 2 * ((p * r) / (p + r + tf.keras.backend.epsilon()))
            def reset_states(self):
                self.precision.reset_states()
                self.recall.reset_states()

        class Regressor(Model):
            def __init__(self, output_dim, **kwargs):
                super().__init__(**kwargs)
                self.first = Dense(8, activation='elu')
                self.block = Residual(8)
                self.out = Dense(output_dim, activation='sigmoid')
            def call(self, inputs):
                z = self.first(inputs)
                for _ in range(2):
                    z = self.block(z)
                return self.out(z)

        class Logger(Callback):
            def on_epoch_end(self, epoch, logs=None):
                print('epoch %d: %.3f' % (epoch, logs['val_f1']))

        x = np.random.RandomState(0).rand(80, 5)
        y = (x[:, :1] > .5).astype('float32')
        model = Regressor(1)
        model.compile(loss=tf.keras.losses.BinaryCrossentropy(label_smoothing=.01),
                      optimizer=tf.keras.optimizers.legacy.Nadam(learning_rate=.01),
                      metrics=[F1(), tf.keras.metrics.AUC()])
        h = model.fit(x, y, epochs=15, batch_size=16, validation_split=.2, verbose=0,
                      callbacks=[Logger()])
        assert h.history['f1'][-1] > 0.6
        model.summary()
        assert model.predict(x[:2]).shape == model(tf.constant(x[:2], tf.float32)).numpy().shape
        """,
}
