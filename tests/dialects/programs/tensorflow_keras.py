"""``tf.keras``, where TensorFlow is not there."""

PROGRAMS = {
    "two domains by a reversed gradient": """
        import numpy as np
        import tensorflow as tf
        from tensorflow.keras.layers import Dense, Input, Layer
        from tensorflow.keras.models import Model

        @tf.custom_gradient
        def reverse_gradient(x, factor=1.0):
            def grad(dy):
                return -dy * factor
            return tf.identity(x), grad

        class GradientReversal(Layer):
            def call(self, x):
                return reverse_gradient(x)

        inputs = Input(shape=(4,))
        features = Dense(8, activation='relu', name='features')(inputs)
        label = Dense(1, activation='sigmoid', name='label')(features)
        domain = Dense(1, activation='sigmoid', name='domain')(GradientReversal()(features))
        model = Model(inputs, [label, domain])
        model.compile(optimizer='adam', loss={'label': 'binary_crossentropy',
                                              'domain': 'binary_crossentropy'})
        x = np.random.rand(60, 4).astype('float32')
        y, d = (x[:, 0] > 0.5).astype('float32'), (x[:, 1] > 0.5).astype('float32')
        model.fit(x, {'label': y, 'domain': d}, epochs=3, verbose=0)

        # Only what is above the reversal is trained for the domain; below it is against it.
        model.compile(optimizer=tf.keras.optimizers.SGD(0.1), loss=[None, 'binary_crossentropy'])
        loss = model.evaluate(x, {'domain': d}, verbose=0)
        for layer in model.layers:
            layer.trainable = layer.name == 'features'
        model.compile(optimizer=tf.keras.optimizers.SGD(0.1), loss=[None, 'binary_crossentropy'])
        model.fit(x, {'domain': d}, epochs=5, verbose=0)
        assert model.evaluate(x, {'domain': d}, verbose=0) > loss
        """,
    "the quickstart": """
        import tensorflow as tf
        import numpy as np
        print("TensorFlow version:", tf.__version__)
        tf.random.set_seed(1)
        x_train, y_train = np.random.rand(80, 6, 6), np.random.randint(10, size=80)
        model = tf.keras.models.Sequential([
          tf.keras.layers.Flatten(input_shape=(6, 6)),
          tf.keras.layers.Dense(32, activation='relu'),
          tf.keras.layers.Dropout(0.2),
          tf.keras.layers.Dense(10)
        ])
        predictions = model(x_train[:1]).numpy()
        probabilities = tf.nn.softmax(predictions).numpy()
        assert probabilities.shape == (1, 10) and abs(probabilities.sum() - 1) < 1e-5
        loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        assert np.isfinite(loss_fn(y_train[:1], predictions).numpy())
        model.compile(optimizer='adam', loss=loss_fn, metrics=['accuracy'])
        model.fit(x_train, y_train, epochs=2)
        model.evaluate(x_train,  y_train, verbose=2)
        probability_model = tf.keras.Sequential([model, tf.keras.layers.Softmax()])
        assert probability_model(x_train[:5]).numpy().shape == (5, 10)
        print(tf.argmax(probability_model(x_train[:5]), axis=1))
        """,
    "fashion, from keras of tensorflow": """
        import tensorflow as tf
        from tensorflow import keras
        from tensorflow.keras import layers
        import numpy as np
        model = keras.Sequential([
            keras.layers.Flatten(input_shape=(5, 5)),
            keras.layers.Dense(16, activation=tf.nn.relu),
            keras.layers.Dense(4, activation=tf.nn.softmax)
        ])
        model.compile(optimizer=tf.keras.optimizers.Adam(lr=0.01),
                      loss='sparse_categorical_crossentropy', metrics=['accuracy'])
        x, y = np.random.rand(60, 5, 5), np.random.randint(4, size=60)
        early = tf.keras.callbacks.EarlyStopping(monitor='val_loss', patience=2)
        hist = model.fit(x, y, epochs=3, validation_split=0.2, callbacks=[early])
        test_loss, test_acc = model.evaluate(x, y)
        predictions = model.predict(x)
        assert np.argmax(predictions[0]) in range(4)
        one_hot = tf.keras.utils.to_categorical(y, num_classes=4)
        """,
    "fuel, with a Normalization": """
        import numpy as np
        import pandas as pd
        import tensorflow as tf
        from tensorflow import keras
        from tensorflow.keras import layers
        print(tf.__version__)
        data = pd.DataFrame(np.random.rand(50, 4), columns=list('abcd'))
        train_features = data.copy()
        train_labels = train_features.pop('d')
        normalizer = tf.keras.layers.Normalization(axis=-1)
        normalizer.adapt(np.array(train_features))
        print(normalizer.mean.numpy())

        def build_and_compile_model(norm):
            model = keras.Sequential([norm, layers.Dense(64, activation='relu'), layers.Dense(1)])
            model.compile(loss='mean_absolute_error', optimizer=tf.keras.optimizers.Adam(0.001))
            return model
        dnn_model = build_and_compile_model(normalizer)
        dnn_model.summary()
        history = dnn_model.fit(train_features, train_labels, validation_split=0.2, verbose=0,
                                epochs=3)
        hist = pd.DataFrame(history.history)
        hist['epoch'] = history.epoch
        print(hist.tail())
        test_predictions = dnn_model.predict(train_features).flatten()
        x = tf.linspace(0.0, 250, 251)
        """,
    "losses in tf's words": """
        import numpy as np
        import tensorflow as tf
        from tensorflow.keras import backend as K
        from tensorflow.keras.layers import Dense, Input, Lambda, Layer
        from tensorflow.keras.models import Model

        def rmse(y_true, y_pred):
            return tf.sqrt(tf.reduce_mean(tf.square(y_pred - y_true)))

        def log_cosh(y_true, y_pred):
            error = tf.math.abs(tf.subtract(y_pred, tf.cast(y_true, tf.float32)))
            return tf.reduce_mean(error + tf.nn.softplus(-2. * error) - tf.math.log(2.), axis=-1)

        def huber_fn(y_true, y_pred):
            error = y_true - y_pred
            is_small_error = tf.abs(error) < 1
            return tf.where(is_small_error, tf.square(error) / 2, tf.abs(error) - 0.5)

        def focal(y_true, y_pred, gamma=2.0):
            y_pred = tf.clip_by_value(y_pred, 1e-7, 1 - 1e-7)
            pt = tf.where(tf.equal(y_true, 1), y_pred, 1 - y_pred)
            return -tf.reduce_sum(tf.pow(1.0 - pt, gamma) * tf.math.log(pt), axis=1)

        def weighted(y_true, y_pred):
            w = tf.constant([1.0], dtype=tf.float32)
            return tf.reduce_mean(w * tf.maximum(tf.multiply(y_true, 0.9), y_pred), axis=-1,
                                  keepdims=True)

        def acc(y_true, y_pred):
            return tf.reduce_mean(tf.cast(tf.equal(y_true, tf.round(y_pred)), tf.float32))

        class Sampling(Layer):
            def call(self, inputs):
                z_mean, z_log_var = inputs
                batch = tf.shape(z_mean)[0]
                dim = tf.shape(z_mean)[1]
                epsilon = tf.random.normal(shape=(batch, dim))
                return z_mean + tf.exp(0.5 * z_log_var) * epsilon

        class Linear(tf.keras.layers.Layer):
            def __init__(self, units=4, **kwargs):
                super().__init__(**kwargs)
                self.units = units
            def build(self, input_shape):
                self.w = self.add_weight(shape=(input_shape[-1], self.units),
                                         initializer="random_normal", trainable=True)
                self.b = tf.Variable(tf.zeros(self.units), trainable=True, name='b')
            @tf.function
            def call(self, inputs):
                return tf.matmul(inputs, self.w) + self.b

        x = np.random.rand(40, 3).astype('float32')
        y = (x.sum(axis=1, keepdims=True) > 1.5).astype('float32')
        for loss in (rmse, log_cosh, huber_fn, focal, weighted):
            i = Input(shape=(3,))
            h = Linear(4)(i)
            h = Sampling()([h, h])
            h = Lambda(lambda t: tf.concat([t, tf.expand_dims(t[:, 0], -1)], axis=-1))(h)
            h = Lambda(lambda t: tf.nn.l2_normalize(t, axis=1))(h)
            model = Model(i, Dense(1, activation=tf.nn.sigmoid)(h))
            assert len(model.trainable_weights) == 4
            model.compile(tf.keras.optimizers.SGD(learning_rate=0.01), loss, metrics=[acc])
            model.fit(x, y, epochs=2, verbose=0)
        """,
    "a subclass, and the machine": """
        import os
        import random
        import numpy as np
        import tensorflow as tf
        from tensorflow.keras.models import Model, Sequential
        from tensorflow.keras.utils import to_categorical, plot_model
        from tensorflow.keras.optimizers import Adam
        from tensorflow.keras.metrics import AUC, Precision, Recall
        from tensorflow.python.keras.layers import Dense
        import tensorflow.keras.backend as K

        tf.get_logger().setLevel('ERROR')
        tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
        physical_devices = tf.config.list_physical_devices('GPU')
        print("Num GPUs:", len(physical_devices))
        for gpu in tf.config.experimental.list_physical_devices('GPU'):
            tf.config.experimental.set_memory_growth(gpu, True)
        assert not tf.test.is_gpu_available()
        K.clear_session()
        tf.keras.backend.set_floatx('float32')

        class MyModel(tf.keras.Model):
            def __init__(self):
                super(MyModel, self).__init__()
                self.d1 = tf.keras.layers.Dense(8, activation='relu')
                self.drop = tf.keras.layers.Dropout(0.5)
                self.d2 = Dense(1, activation='sigmoid')
            def call(self, x, training=False):
                x = self.d1(x)
                x = self.drop(x, training=training)
                return self.d2(x)

        model = MyModel()
        metrics = [tf.keras.metrics.BinaryAccuracy(name='accuracy'), AUC(name='auc'),
                   Precision(), Recall()]
        schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.01, 100, 0.96, staircase=True)
        model.compile(optimizer=Adam(schedule), loss=tf.keras.losses.BinaryCrossentropy(),
                      metrics=metrics)
        x = tf.convert_to_tensor(np.random.rand(30, 4), dtype=tf.float32)
        y = np.random.randint(2, size=(30,))
        with tf.device('/CPU:0'):
            model.fit(x, y, batch_size=10, epochs=2, verbose=0)
        print(dict(zip(model.metrics_names, model.evaluate(x, y, verbose=0))))
        assert tf.executing_eagerly()
        """,
    "names out of tensorflow's parts": """
        import tensorflow.compat.v1 as tf1
        from numpy.random import seed
        seed(1)
        from tensorflow import set_random_seed
        from tensorflow.random import set_seed
        from tensorflow.math import reduce_mean
        from tensorflow.nn import relu
        import tensorflow.keras.losses, tensorflow as tf
        set_random_seed(2)
        set_seed(2)
        tf1.set_random_seed(2)
        i = tf.keras.Input(shape=(3,))
        o = relu(i * 2 + 1)
        m = tf.keras.Model(i, [o, reduce_mean(o), tf.reduce_mean(o, axis=1, keepdims=True)])
        x = tf.constant([[1., 2., 3.], [-4., 5., 6.]])
        full, mean, rows = m(x)
        assert abs(mean.numpy() - full.numpy().mean()) < 1e-6
        assert abs(rows - full.mean(axis=1, keepdims=True)).max() < 1e-6
        for name in ('placeholder', 'estimator', 'py_func', 'einsum_of_nothing'):
            try:
                getattr(tf, name)
            except AttributeError as error:
                assert name in str(error) and 'brickwork stands in' in str(error)
            else:
                raise SystemExit(name)
        """,
    "an autoencoder that finds what is odd": """
        import numpy as np
        import tensorflow as tf
        from tensorflow.keras import layers, losses
        from tensorflow.keras.models import Model

        class AnomalyDetector(Model):
            def __init__(self):
                super(AnomalyDetector, self).__init__()
                self.encoder = tf.keras.Sequential([
                    layers.Dense(8, activation="relu"), layers.Dense(4, activation="relu")])
                self.decoder = tf.keras.Sequential([
                    layers.Dense(8, activation="relu"), layers.Dense(10, activation="sigmoid")])
            def call(self, x):
                encoded = self.encoder(x)
                return self.decoder(encoded)

        data = np.random.rand(60, 10)
        min_val, max_val = tf.reduce_min(data), tf.reduce_max(data)
        data = tf.cast((data - min_val) / (max_val - min_val), tf.float32)
        labels = np.random.randint(2, size=60).astype(bool)
        autoencoder = AnomalyDetector()
        autoencoder.compile(optimizer='adam', loss='mae')
        autoencoder.fit(data[labels], data[labels], epochs=3, batch_size=16,
                        validation_data=(data, data), shuffle=True)
        encoded = autoencoder.encoder(data).numpy()
        decoded = autoencoder.decoder(encoded).numpy()
        reconstructions = autoencoder.predict(data)
        train_loss = tf.keras.losses.mae(reconstructions, data)
        threshold = np.mean(train_loss) + np.std(train_loss)
        assert tf.math.less(train_loss, threshold).numpy().mean() > 0.5
        print(train_loss[None, :].shape)
        """,
}
