"""The words of Keras 0.3 to 1.2."""

PROGRAMS = {
    "Otto's products": """
        from __future__ import absolute_import
        from __future__ import print_function
        import numpy as np
        from keras.models import Sequential
        from keras.layers.core import Dense, Dropout, Activation
        from keras.layers.normalization import BatchNormalization
        from keras.layers.advanced_activations import PReLU
        from keras.utils import np_utils, generic_utils

        np.random.seed(1337)
        X = np.random.rand(90, 12).astype(np.float32)
        labels = X[:, :3].argmax(1)
        y = np_utils.to_categorical(labels)
        nb_classes, dims = y.shape[1], X.shape[1]
        model = Sequential()
        for units in (32, 16):
            model.add(Dense(units, input_shape=(dims,)))
            model.add(PReLU())
            model.add(BatchNormalization())
            model.add(Dropout(0.1))
        model.add(Dense(nb_classes))
        model.add(Activation('softmax'))
        model.compile(loss='categorical_crossentropy', optimizer="adam")
        model.fit(X, y, nb_epoch=60, batch_size=16, validation_split=0.15, verbose=0)
        proba = model.predict_proba(X)
        assert proba.shape == (90, 3)
        assert np_utils.accuracy(np_utils.categorical_probas_to_classes(proba), labels) > 0.5
        progbar = generic_utils.Progbar(3)
        for batch in range(3):
            loss = model.train_on_batch(X[:8], y[:8])
            progbar.add(1, values=[("train loss", loss)])
        """,
    "Theano's days": """
        import numpy as np
        from keras.models import Sequential
        from keras.layers.core import Dense, Activation
        from keras.optimizers import SGD
        ann = Sequential()
        ann.add(Dense(input_dim=15, output_dim=8, init="glorot_uniform"))
        ann.add(Activation("sigmoid"))
        ann.add(Dense(input_dim=8, output_dim=4, init="glorot_uniform"))
        ann.add(Activation("sigmoid"))
        ann.compile(loss='mean_squared_error', optimizer=SGD(lr=0.5, momentum=0.9, nesterov=True))
        X, Y = np.random.rand(40, 15), np.eye(4)[np.random.randint(4, size=40)]
        before = ann.evaluate(X, Y, verbose=0)
        ann.fit(X, Y, nb_epoch=50, batch_size=20, verbose=0, shuffle=False, show_accuracy=True)
        assert ann.evaluate(X, Y, verbose=0) < before
        """,
    "branches joined by a Merge layer": """
        import numpy as np
        from keras.models import Sequential
        from keras.layers import Merge, Dense, Embedding, Reshape, Flatten, Dropout
        left_branch = Sequential()
        left_branch.add(Dense(6, input_dim=7))
        right_branch = Sequential()
        right_branch.add(Dense(5, input_dim=4, activation='tanh'))
        merged = Merge([left_branch, right_branch], mode='concat')
        final_model = Sequential()
        final_model.add(merged)
        final_model.add(Dense(3, activation='softmax'))
        final_model.compile(optimizer='rmsprop', loss='categorical_crossentropy',
                            metrics=['accuracy'])
        a, b = np.random.rand(40, 7), np.random.rand(40, 4)
        y = np.eye(3)[b[:, :3].argmax(1)]
        h = final_model.fit([a, b], y, nb_epoch=30, verbose=0)
        assert h.history['loss'][-1] < h.history['loss'][0]
        hidden = np.concatenate([left_branch.predict(a), right_branch.predict(b)], axis=1)
        assert np.allclose(final_model.layers[-1](hidden), final_model.predict([a, b]), atol=1e-5)

        users, movies = Sequential(), Sequential()
        users.add(Embedding(10, 4, input_length=1))
        users.add(Reshape((4,)))
        movies.add(Embedding(12, 4, input_length=1))
        movies.add(Reshape((4,)))
        model = Sequential()
        model.add(Merge([users, movies], mode='dot', dot_axes=1))
        model.compile(loss='mse', optimizer='adamax')
        u, m = np.random.randint(10, size=50), np.random.randint(12, size=50)
        model.fit([u, m], np.random.rand(50), nb_epoch=2, verbose=0)
        assert model.predict([u, m]).shape == (50, 1)
        model.summary()
        """,
    "Maxout and Highway": """
        import numpy as np
        from keras.models import Sequential
        from keras.layers.core import MaxoutDense, Dense, Activation, Dropout, Highway
        from keras.layers.noise import GaussianNoise, GaussianDropout
        from keras.regularizers import l1l2, l2, WeightRegularizer
        from keras.constraints import maxnorm, nonneg, unitnorm
        model = Sequential()
        model.add(MaxoutDense(8, nb_feature=3, input_dim=5, init='glorot_uniform'))
        model.add(GaussianNoise(0.05))
        model.add(Highway(activation='relu', W_regularizer=l2(1e-4)))
        model.add(Dense(1, W_regularizer=WeightRegularizer(l1=1e-5, l2=1e-4),
                        W_constraint=nonneg()))
        model.compile(loss='mae', optimizer='adam')
        X = np.random.rand(60, 5)
        h = model.fit(X, X.max(1), nb_epoch=30, batch_size=10, verbose=0)
        assert h.history['loss'][-1] < h.history['loss'][0]
        W, b = model.layers[0].get_weights()
        assert W.shape == (3, 5, 8) and b.shape == (3, 8)
        first = (np.einsum('ni,kio->nko', X, W) + b).max(1)
        assert np.allclose(first, model.layers[0](X), atol=1e-5)
        assert (model.layers[-1].get_weights()[0] >= 0).all()
        """,
    "EarlyStopping and ModelCheckpoint by position": """
        import numpy as np
        from keras.models import Sequential
        from keras.layers import Dense
        from keras.callbacks import EarlyStopping, Callback
        model = Sequential()
        model.add(Dense(1, input_dim=3, init='zero'))
        model.compile('sgd', 'mse')
        stop = EarlyStopping('val_loss', 2, 1, 'min')
        X = np.zeros((10, 3))
        h = model.fit(X, np.zeros(10), nb_epoch=9, verbose=0, validation_data=(X, np.zeros(10)),
                      callbacks=[stop])
        assert stop.patience == 2 and len(h.epoch) == 3
        """,
    "backend functions, and a function of layers": """
        import numpy as np
        np.random.seed(1)
        import tensorflow as tf
        tf.python.control_flow_ops = tf
        from keras import backend as K
        from keras.models import Sequential
        from keras.layers import Dense, Lambda, Reshape, Permute, RepeatVector, TimeDistributed
        from keras.layers import TimeDistributedDense
        K.set_image_dim_ordering('tf')
        assert K.image_dim_ordering() == 'tf' and K.floatx() == 'float32'
        print(K.backend() if hasattr(K, 'backend') else K._BACKEND)
        model = Sequential()
        model.add(Dense(6, input_dim=4, activation='relu'))
        model.add(RepeatVector(3))
        model.add(TimeDistributed(Dense(2)))
        model.add(Permute((2, 1)))
        model.add(Lambda(lambda x: K.mean(x, axis=-1), output_shape=(2,)))
        model.compile(loss='hinge', optimizer='adadelta')
        X = np.random.rand(20, 4)
        model.fit(X, np.sign(np.random.randn(20, 2)), nb_epoch=1)
        f = K.function([model.layers[0].input, K.learning_phase()], [model.layers[2].output])
        assert f([X, 0])[0].shape == (20, 3, 2)
        print([(l.name, l.input_shape, l.output_shape) for l in model.layers])
        """,
}
