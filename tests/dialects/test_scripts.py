"""Scripts for dense nets as people wrote them for Keras 1, Keras 2 and tf.keras, run unchanged.

Each stands for an idiom that many public scripts share; the words are ours. What a script expects
it asserts itself.
"""

import textwrap

import numpy as np
import pytest
from samples import python

KERAS_1 = {
    "digits, in the first Keras's words": """
        from __future__ import absolute_import, print_function
        import numpy as np
        np.random.seed(1337)  # for reproducibility

        from keras.models import Sequential
        from keras.layers.core import Dense, Dropout, Activation
        from keras.optimizers import SGD, Adam, RMSprop
        from keras.utils import np_utils

        batch_size, nb_classes, nb_epoch = 16, 3, 12
        X_train = np.random.rand(120, 20).astype('float32')
        y_train = X_train[:, :3].argmax(axis=1)
        Y_train = np_utils.to_categorical(y_train, nb_classes)

        model = Sequential()
        model.add(Dense(32, input_shape=(20,)))
        model.add(Activation('relu'))
        model.add(Dropout(0.2))
        model.add(Dense(32, init='he_normal', W_regularizer=None))
        model.add(Activation('relu'))
        model.add(Dense(output_dim=nb_classes, init='uniform'))
        model.add(Activation('softmax'))
        model.summary()
        model.compile(loss='categorical_crossentropy', optimizer=RMSprop(lr=0.01),
                      metrics=['accuracy'])
        history = model.fit(X_train, Y_train, batch_size=batch_size, nb_epoch=nb_epoch,
                            verbose=1, validation_data=(X_train, Y_train))
        score = model.evaluate(X_train, Y_train, verbose=0)
        print('Test score:', score[0])
        print('Test accuracy:', score[1])
        assert score[1] > 0.6 and len(history.history['val_acc']) == nb_epoch
        classes = model.predict_classes(X_train, batch_size=32)
        proba = model.predict_proba(X_train, batch_size=32)
        assert (classes == proba.argmax(axis=1)).all()
        """,
    "branches joined by merge": """
        import numpy as np
        from keras.layers import Input, Dense, merge
        from keras.models import Model

        a = Input(shape=(6,), name='left')
        b = Input(shape=(4,), name='right')
        x = merge([Dense(8, activation='tanh')(a), Dense(8, activation='tanh')(b)],
                  mode='concat', concat_axis=-1)
        y = merge([x, x], mode='sum')
        out = Dense(1, activation='sigmoid', name='out')(y)
        model = Model(input=[a, b], output=out)
        model.compile('rmsprop', 'binary_crossentropy', metrics=['accuracy'])
        A, B = np.random.rand(64, 6), np.random.rand(64, 4)
        t = (A.sum(1) > 3).astype(int)
        model.fit([A, B], t, nb_epoch=2, batch_size=16, verbose=2)
        model.fit({'left': A, 'right': B}, {'out': t}, nb_epoch=1, verbose=0)
        assert model.predict([A, B]).shape == (64, 1)
        """,
    "an autoencoder of Dense": """
        from keras.layers import Input, Dense
        from keras.models import Model
        from keras import regularizers
        import numpy as np

        encoding_dim = 4
        input_img = Input(shape=(12,))
        encoded = Dense(encoding_dim, activation='relu',
                        activity_regularizer=regularizers.activity_l1(10e-5))(input_img)
        decoded = Dense(12, activation='sigmoid')(encoded)
        autoencoder = Model(input=input_img, output=decoded)
        encoder = Model(input=input_img, output=encoded)
        encoded_input = Input(shape=(encoding_dim,))
        decoder_layer = autoencoder.layers[-1]
        decoder = Model(input=encoded_input, output=decoder_layer(encoded_input))
        autoencoder.compile(optimizer='adadelta', loss='binary_crossentropy')
        x = np.random.rand(50, 12)
        autoencoder.fit(x, x, nb_epoch=2, batch_size=10, shuffle=True, validation_data=(x, x))
        imgs = decoder.predict(encoder.predict(x))
        assert np.allclose(imgs, autoencoder.predict(x), atol=1e-6)
        """,
    "a generator that counts samples": """
        import numpy as np
        from keras.models import Sequential
        from keras.layers.core import Dense

        def batches(n):
            while 1:
                x = np.random.rand(n, 3)
                yield x, x.sum(axis=1)

        model = Sequential([Dense(5, input_dim=3, activation='relu'), Dense(1)])
        model.compile(loss='mse', optimizer='sgd')
        hist = model.fit_generator(batches(10), samples_per_epoch=40, nb_epoch=3, verbose=0,
                                   validation_data=batches(5), nb_val_samples=20)
        assert len(hist.history['val_loss']) == 3
        print(model.evaluate_generator(batches(10), val_samples=30))
        """,
    "the model's parts are looked at": """
        import numpy as np
        from keras import backend as K
        from keras.models import Sequential
        from keras.layers import Dense, Dropout, Activation
        from keras.layers.normalization import BatchNormalization
        from keras.layers.advanced_activations import LeakyReLU, PReLU
        from keras.constraints import maxnorm
        from keras.regularizers import l2

        model = Sequential()
        model.add(Dense(6, input_dim=4, W_constraint=maxnorm(3), W_regularizer=l2(0.01)))
        model.add(BatchNormalization(mode=0))
        model.add(LeakyReLU(alpha=0.1))
        model.add(Dropout(p=0.5))
        model.add(Dense(2))
        model.add(Activation('softmax'))
        model.compile(loss='categorical_crossentropy', optimizer='adam')
        weights, biases = model.layers[0].get_weights()
        assert weights.shape == (4, 6) and biases.shape == (6,)
        get_layer_output = K.function([model.layers[0].input, K.learning_phase()],
                                      [model.layers[2].output])
        x = np.random.rand(7, 4)
        test, train = get_layer_output([x, 0])[0], get_layer_output([x, 1])[0]
        assert test.shape == (7, 6) and not np.allclose(test, train)
        for layer in model.layers:
            print(layer.name, layer.input_shape, layer.output_shape, layer.get_config())
        print(model.get_config(), model.to_json() if hasattr(model, 'to_json') else '')
        """,
    "sampling in a variational autoencoder": """
        import numpy as np
        from keras.layers import Input, Dense, Lambda
        from keras.models import Model
        from keras import backend as K
        from keras import objectives

        batch_size, original_dim, latent_dim, intermediate_dim = 10, 8, 2, 6
        x = Input(batch_shape=(batch_size, original_dim))
        h = Dense(intermediate_dim, activation='relu')(x)
        z_mean = Dense(latent_dim)(h)
        z_log_var = Dense(latent_dim)(h)

        def sampling(args):
            z_mean, z_log_var = args
            epsilon = K.random_normal(shape=(batch_size, latent_dim), mean=0., std=1.0)
            return z_mean + K.exp(z_log_var / 2) * epsilon

        z = Lambda(sampling, output_shape=(latent_dim,))([z_mean, z_log_var])
        decoder_h = Dense(intermediate_dim, activation='relu')
        decoder_mean = Dense(original_dim, activation='sigmoid')
        x_decoded_mean = decoder_mean(decoder_h(z))

        def vae_loss(x, x_decoded_mean):
            reconstruction = original_dim * objectives.binary_crossentropy(x, x_decoded_mean)
            divergence = - 0.5 * K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var),
                                       axis=-1)
            return reconstruction + divergence

        vae = Model(x, x_decoded_mean)
        vae.compile(optimizer='rmsprop', loss=vae_loss)
        data = np.random.rand(50, original_dim)
        told = vae.fit(data, data, shuffle=True, nb_epoch=40, batch_size=batch_size, verbose=0,
                       validation_data=(data, data)).history
        assert told['loss'][-1] < told['loss'][0] and len(told['val_loss']) == 40
        encoder = Model(x, z_mean)
        assert encoder.predict(data, batch_size=batch_size).shape == (50, 2)
        """,
}

KERAS_2 = {
    "a variational autoencoder whose loss is added": """
        from keras.layers import Lambda, Input, Dense, Layer
        from keras.models import Model
        from keras.losses import mse, binary_crossentropy
        from keras import backend as K
        import numpy as np

        def sampling(args):
            z_mean, z_log_var = args
            batch = K.shape(z_mean)[0]
            dim = K.int_shape(z_mean)[1]
            epsilon = K.random_normal(shape=(batch, dim))
            return z_mean + K.exp(0.5 * z_log_var) * epsilon

        x_train, x_test = np.random.rand(60, 8), np.random.rand(20, 8)
        original_dim, latent_dim = 8, 2
        inputs = Input(shape=(original_dim,), name='encoder_input')
        x = Dense(6, activation='relu')(inputs)
        z_mean = Dense(latent_dim, name='z_mean')(x)
        z_log_var = Dense(latent_dim, name='z_log_var')(x)
        z = Lambda(sampling, output_shape=(latent_dim,), name='z')([z_mean, z_log_var])
        encoder = Model(inputs, [z_mean, z_log_var, z], name='encoder')
        encoder.summary()
        latent_inputs = Input(shape=(latent_dim,), name='z_sampling')
        x = Dense(6, activation='relu')(latent_inputs)
        outputs = Dense(original_dim, activation='sigmoid')(x)
        decoder = Model(latent_inputs, outputs, name='decoder')
        outputs = decoder(encoder(inputs)[2])
        vae = Model(inputs, outputs, name='vae_mlp')

        reconstruction_loss = binary_crossentropy(inputs, outputs)
        reconstruction_loss *= original_dim
        kl_loss = 1 + z_log_var - K.square(z_mean) - K.exp(z_log_var)
        kl_loss = K.sum(kl_loss, axis=-1)
        kl_loss *= -0.5
        vae_loss = K.mean(reconstruction_loss + kl_loss)
        vae.add_loss(vae_loss)
        vae.add_metric(K.mean(kl_loss), name='kl', aggregation='mean')
        vae.compile(optimizer='adam')
        vae.summary()
        told = vae.fit(x_train, epochs=40, batch_size=16, validation_data=(x_test, None),
                       verbose=0).history
        assert told['loss'][-1] < told['loss'][0] and len(told['val_loss']) == 40
        assert len(told['kl']) == len(told['val_kl']) == 40
        assert encoder.predict(x_test)[0].shape == (20, 2) and vae.predict(x_test).shape == (20, 8)

        class CustomVariationalLayer(Layer):
            def __init__(self, **kwargs):
                self.is_placeholder = True
                super(CustomVariationalLayer, self).__init__(**kwargs)

            def call(self, inputs):
                x, x_decoded_mean = inputs
                loss = K.mean(original_dim * binary_crossentropy(x, x_decoded_mean))
                self.add_loss(loss, inputs=inputs)
                return x

        y = CustomVariationalLayer()([inputs, outputs])
        vae = Model(inputs, y)
        vae.compile(optimizer='rmsprop', loss=None)
        vae.fit(x_train, shuffle=True, epochs=2, batch_size=16, validation_data=(x_test, None))
        """,
    "the first net of the lesson": """
        from numpy import loadtxt
        from keras.models import Sequential
        from keras.layers import Dense
        dataset = loadtxt('pima-indians-diabetes.csv', delimiter=',')
        X = dataset[:,0:8]
        y = dataset[:,8]
        model = Sequential()
        model.add(Dense(12, input_dim=8, activation='relu'))
        model.add(Dense(8, activation='relu'))
        model.add(Dense(1, activation='sigmoid'))
        model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
        model.fit(X, y, epochs=5, batch_size=10, verbose=0)
        _, accuracy = model.evaluate(X, y)
        print('Accuracy: %.2f' % (accuracy*100))
        predictions = model.predict_classes(X)
        rounded = [round(x[0]) for x in model.predict(X)]
        for i in range(5):
            print('%s => %s (expected %d)' % (X[i].tolist(), predictions[i], y[i]))
        assert sum(rounded) == predictions.sum()
        assert "%s: %.2f%%" % (model.metrics_names[1], 1) == 'accuracy: 1.00%'
        """,
    "cross-validation by scikit-learn": """
        import numpy
        from keras.models import Sequential
        from keras.layers import Dense
        from keras.wrappers.scikit_learn import KerasClassifier, KerasRegressor
        from keras.utils import np_utils
        from sklearn.model_selection import cross_val_score, KFold, GridSearchCV
        from sklearn.preprocessing import LabelEncoder, StandardScaler
        from sklearn.pipeline import Pipeline
        from sklearn.datasets import load_iris

        numpy.random.seed(7)
        X, Y = load_iris(return_X_y=True)
        Y = numpy.array(['a', 'b', 'c'])[Y]
        encoder = LabelEncoder()
        encoder.fit(Y)
        dummy_y = np_utils.to_categorical(encoder.transform(Y))

        def baseline_model(optimizer='adam'):
            model = Sequential()
            model.add(Dense(8, input_dim=4, activation='relu'))
            model.add(Dense(3, activation='softmax'))
            model.compile(loss='categorical_crossentropy', optimizer=optimizer,
                          metrics=['accuracy'])
            return model

        estimator = KerasClassifier(build_fn=baseline_model, epochs=30, batch_size=5, verbose=0)
        kfold = KFold(n_splits=3, shuffle=True, random_state=7)
        results = cross_val_score(estimator, X, dummy_y, cv=kfold)
        print("Baseline: %.2f%% (%.2f%%)" % (results.mean()*100, results.std()*100))
        assert results.mean() > 0.6
        grid = GridSearchCV(estimator=KerasClassifier(build_fn=baseline_model, verbose=0),
                            param_grid=dict(optimizer=['sgd', 'adam'], epochs=[2]), cv=2)
        grid_result = grid.fit(X, encoder.transform(Y))
        print("Best: %f using %s" % (grid_result.best_score_, grid_result.best_params_))

        def regression():
            model = Sequential([Dense(4, input_dim=4, kernel_initializer='normal',
                                      activation='relu'), Dense(1, kernel_initializer='normal')])
            model.compile(loss='mean_squared_error', optimizer='adam')
            return model
        pipeline = Pipeline([('standardize', StandardScaler()),
                             ('mlp', KerasRegressor(build_fn=regression, epochs=5, verbose=0))])
        print(cross_val_score(pipeline, X, encoder.transform(Y), cv=kfold).mean())
        """,
    "house prices, fold by fold": """
        import numpy as np
        from keras import models
        from keras import layers

        train_data, train_targets = np.random.rand(60, 13), np.random.rand(60) * 50
        mean = train_data.mean(axis=0)
        train_data -= mean
        std = train_data.std(axis=0)
        train_data /= std

        def build_model():
            model = models.Sequential()
            model.add(layers.Dense(16, activation='relu', input_shape=(train_data.shape[1],)))
            model.add(layers.Dense(16, activation='relu'))
            model.add(layers.Dense(1))
            model.compile(optimizer='rmsprop', loss='mse', metrics=['mae'])
            return model

        k, all_mae_histories = 3, []
        num_val_samples = len(train_data) // k
        for i in range(k):
            val = slice(i * num_val_samples, (i + 1) * num_val_samples)
            partial = np.concatenate([train_data[:val.start], train_data[val.stop:]], axis=0)
            targets = np.concatenate([train_targets[:val.start], train_targets[val.stop:]], axis=0)
            model = build_model()
            history = model.fit(partial, targets, epochs=4, batch_size=1, verbose=0,
                                validation_data=(train_data[val], train_targets[val]))
            mae_history = history.history['val_mean_absolute_error']
            all_mae_histories.append(mae_history)
        average = [np.mean([x[i] for x in all_mae_histories]) for i in range(4)]
        assert average[-1] < average[0]
        """,
    "reviews as rows of ones": """
        import numpy as np
        from keras import models, layers, optimizers, losses, metrics, regularizers
        train = [list(np.random.randint(1, 200, 12)) for _ in range(80)]
        labels = np.asarray([7 in s or 1 in s for s in train]).astype('float32')

        def vectorize_sequences(sequences, dimension=200):
            results = np.zeros((len(sequences), dimension))
            for i, sequence in enumerate(sequences):
                results[i, sequence] = 1.
            return results

        x = vectorize_sequences(train)
        model = models.Sequential()
        model.add(layers.Dense(16, kernel_regularizer=regularizers.l1_l2(l1=0.001, l2=0.001),
                               activation='relu', input_shape=(200,)))
        model.add(layers.Dropout(0.5))
        model.add(layers.Dense(1, activation='sigmoid'))
        model.compile(optimizer=optimizers.RMSprop(lr=0.001), loss=losses.binary_crossentropy,
                      metrics=[metrics.binary_accuracy])
        history = model.fit(x[20:], labels[20:], epochs=3, batch_size=512,
                            validation_data=(x[:20], labels[:20]))
        history_dict = history.history
        assert set(history_dict) == {'loss', 'binary_accuracy', 'val_loss', 'val_binary_accuracy'}
        model.predict(x)
        """,
    "newswires by a Tokenizer": """
        import numpy as np
        import keras
        from keras.preprocessing.text import Tokenizer
        from keras.preprocessing.sequence import pad_sequences
        from keras.preprocessing import sequence
        from keras.models import Sequential
        from keras.layers import Dense, Dropout, Activation, Embedding, Flatten

        max_words = 50
        texts = ['the oil price rose', 'wheat and grain fell', 'oil fell', 'grain price rose'] * 8
        y = np.array([0, 1, 0, 1] * 8)
        tokenizer = Tokenizer(num_words=max_words)
        tokenizer.fit_on_texts(texts)
        x_train = tokenizer.texts_to_matrix(texts, mode='tfidf')
        ids = tokenizer.texts_to_sequences(texts)
        print('Found %s unique tokens.' % len(tokenizer.word_index))
        num_classes = np.max(y) + 1
        y_train = keras.utils.to_categorical(y, num_classes)
        model = Sequential()
        model.add(Dense(32, input_shape=(max_words,)))
        model.add(Activation('relu'))
        model.add(Dropout(0.5))
        model.add(Dense(num_classes))
        model.add(Activation('softmax'))
        model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
        model.fit(x_train, y_train, batch_size=8, epochs=30, verbose=0, validation_split=0.1)
        assert model.evaluate(x_train, y_train, batch_size=8, verbose=0)[1] > 0.9
        data = pad_sequences(ids, maxlen=5)
        assert sequence.pad_sequences(ids, maxlen=5, padding='post').shape == data.shape
        model = Sequential()
        model.add(Embedding(max_words, 8, input_length=5))
        model.add(Flatten())
        model.add(Dense(1, activation='sigmoid'))
        model.compile(optimizer='rmsprop', loss='binary_crossentropy', metrics=['acc'])
        model.summary()
        history = model.fit(data, y, epochs=2, batch_size=32, validation_split=0.2)
        assert len(history.history['acc']) == len(history.history['val_acc']) == 2
        """,
    "wide and deep": """
        import numpy as np
        from keras.layers import Input, Embedding, Flatten, Dense, concatenate, BatchNormalization
        from keras.layers.merge import Concatenate, Add, Dot, dot, add
        from keras.models import Model
        from keras.utils import plot_model

        wide = Input(shape=(10,), dtype='float32', name='wide')
        user = Input(shape=(1,), dtype='int32', name='user')
        item = Input((1,), dtype='int64', name='item')
        u = Flatten()(Embedding(20, 4, embeddings_regularizer='l2')(user))
        v = Flatten()(Embedding(input_dim=30, output_dim=4, input_length=1, name='items')(item))
        deep = concatenate([u, v])
        for units in (16, 8):
            deep = BatchNormalization()(Dense(units, activation='relu')(deep))
        both = Concatenate(axis=-1)([wide, deep, Dot(axes=1)([u, v])])
        out = Dense(1, activation='sigmoid')(both)
        model = Model(inputs=[wide, user, item], outputs=out)
        model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
        n = 64
        x = [np.random.rand(n, 10), np.random.randint(20, size=n), np.random.randint(30, size=n)]
        model.fit(x, np.random.randint(2, size=(n, 1)), epochs=2, class_weight={0: 1., 1: 2.})
        print(model.get_layer('items').get_weights()[0].shape, model.count_params())
        plot_model(model, to_file='model.png', show_shapes=True)
        """,
    "twins by their distance": """
        import numpy as np
        import random
        from keras.models import Model
        from keras.layers import Input, Flatten, Dense, Dropout, Lambda
        from keras.optimizers import RMSprop
        from keras import backend as K

        def euclidean_distance(vects):
            x, y = vects
            sum_square = K.sum(K.square(x - y), axis=1, keepdims=True)
            return K.sqrt(K.maximum(sum_square, K.epsilon()))

        def eucl_dist_output_shape(shapes):
            shape1, shape2 = shapes
            return (shape1[0], 1)

        def contrastive_loss(y_true, y_pred):
            margin = 1
            return K.mean(y_true * K.square(y_pred) +
                          (1 - y_true) * K.square(K.maximum(margin - y_pred, 0)))

        def compute_accuracy(y_true, y_pred):
            return np.mean((y_pred.ravel() < 0.5) == y_true)

        def accuracy(y_true, y_pred):
            return K.mean(K.equal(y_true, K.cast(y_pred < 0.5, y_true.dtype)))

        def create_base_network(input_shape):
            input = Input(shape=input_shape)
            x = Flatten()(input)
            x = Dense(16, activation='relu')(x)
            x = Dropout(0.1)(x)
            return Model(input, Dense(8, activation='relu')(x))

        base_network = create_base_network((4, 4))
        a, b = Input(shape=(4, 4)), Input(shape=(4, 4))
        distance = Lambda(euclidean_distance, output_shape=eucl_dist_output_shape)(
            [base_network(a), base_network(b)])
        model = Model([a, b], distance)
        model.compile(loss=contrastive_loss, optimizer=RMSprop(), metrics=[accuracy])
        base = np.random.rand(3, 4, 4)
        i, j = np.random.randint(3, size=(2, 200))
        pairs = np.stack([base[i], base[j]], axis=1)
        y = (i == j).astype('float32')
        model.fit([pairs[:, 0], pairs[:, 1]], y, batch_size=16, epochs=10, verbose=0,
                  validation_data=([pairs[:, 0], pairs[:, 1]], y))
        y_pred = model.predict([pairs[:, 0], pairs[:, 1]])
        assert compute_accuracy(y, y_pred) > 0.8
        """,
    "callbacks": """
        import numpy as np
        import keras
        from keras.models import Sequential
        from keras.layers import Dense
        from keras.callbacks import (Callback, EarlyStopping, LambdaCallback, CSVLogger,
                                     LearningRateScheduler, ReduceLROnPlateau, TerminateOnNaN)
        from keras import backend as K

        class LossHistory(keras.callbacks.Callback):
            def on_train_begin(self, logs={}):
                self.losses = []
            def on_batch_end(self, batch, logs={}):
                self.losses.append(logs.get('loss'))

        class Stop(Callback):
            def on_epoch_end(self, epoch, logs={}):
                if logs.get('acc') > 2:
                    self.model.stop_training = True

        def step_decay(epoch):
            return 0.1 * 0.5 ** (epoch // 2)

        x = np.random.rand(60, 5)
        y = (x[:, 0] > .5).astype(int)
        model = Sequential([Dense(4, activation='relu', input_dim=5),
                            Dense(1, activation='sigmoid')])
        model.compile(loss='binary_crossentropy', optimizer=keras.optimizers.SGD(
            lr=0.1, momentum=0.9, decay=1e-6, nesterov=True), metrics=['acc'])
        history, seen = LossHistory(), []
        model.fit(x, y, epochs=4, batch_size=10, verbose=0, validation_split=0.3, callbacks=[
            history, Stop(), TerminateOnNaN(),
            EarlyStopping(monitor='val_loss', min_delta=0, patience=5, verbose=1, mode='auto'),
            ReduceLROnPlateau(monitor='val_loss', factor=0.2, patience=5, min_lr=0.001),
            LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs['loss'])),
            CSVLogger('training.log')])
        assert len(history.losses) == 20 and len(seen) == 4
        model.compile(loss='mse', optimizer=keras.optimizers.Adam(lr=0.001, beta_1=0.9,
                      beta_2=0.999, epsilon=None, decay=0.0, amsgrad=False))
        model.fit(x, y, epochs=4, verbose=0, callbacks=[LearningRateScheduler(step_decay)])
        assert abs(K.get_value(model.optimizer.lr) - 0.05) < 1e-6
        K.set_value(model.optimizer.lr, 0.5)
        """,
    "metrics and losses of one's own": """
        import numpy as np
        from keras import backend as K
        from keras.models import Sequential
        from keras.layers import Dense, Layer
        from keras.engine.topology import Layer as OldLayer
        from keras.utils.generic_utils import get_custom_objects
        from keras.layers import Activation

        def rmse(y_true, y_pred):
            return K.sqrt(K.mean(K.square(y_pred - y_true), axis=-1))

        def r_square(y_true, y_pred):
            SS_res = K.sum(K.square(y_true - y_pred))
            SS_tot = K.sum(K.square(y_true - K.mean(y_true)))
            return 1 - SS_res / (SS_tot + K.epsilon())

        def f1(y_true, y_pred):
            tp = K.sum(K.round(K.clip(y_true * y_pred, 0, 1)))
            possible = K.sum(K.round(K.clip(y_true, 0, 1)))
            predicted = K.sum(K.round(K.clip(y_pred, 0, 1)))
            p, r = tp / (predicted + K.epsilon()), tp / (possible + K.epsilon())
            return 2 * ((p * r) / (p + r + K.epsilon()))

        def quantile(q):
            def loss(y, f):
                e = y - f
                return K.mean(K.maximum(q * e, (q - 1) * e), axis=-1)
            return loss

        def swish(x):
            return x * K.sigmoid(x)
        get_custom_objects().update({'swish': Activation(swish)})

        class MyLayer(Layer):
            def __init__(self, output_dim, **kwargs):
                self.output_dim = output_dim
                super(MyLayer, self).__init__(**kwargs)
            def build(self, input_shape):
                self.kernel = self.add_weight(name='kernel', initializer='uniform',
                                              shape=(input_shape[1], self.output_dim),
                                              trainable=True)
                super(MyLayer, self).build(input_shape)
            def call(self, x):
                return K.dot(x, self.kernel)
            def compute_output_shape(self, input_shape):
                return (input_shape[0], self.output_dim)

        x = np.random.rand(40, 3)
        y = x.sum(axis=1)
        for loss in (rmse, quantile(0.9), 'mse', lambda y, f: quantile(0.5)(y, f)):
            model = Sequential()
            model.add(MyLayer(6, input_shape=(3,)))
            model.add(Activation(swish, name='swish'))
            model.add(Dense(1))
            model.compile(loss=loss, optimizer='adam', metrics=[r_square, f1, 'mae'])
            history = model.fit(x, y, epochs=2, verbose=0)
            assert 'r_square' in history.history
        """,
    "deep Q, batch by batch": """
        import random
        import numpy as np
        from collections import deque
        from keras.models import Sequential, clone_model
        from keras.layers import Dense
        from keras.optimizers import Adam

        class DQNAgent:
            def __init__(self, state_size, action_size):
                self.action_size = action_size
                self.memory = deque(maxlen=2000)
                self.model = self._build_model(state_size)
                self.target_model = self._build_model(state_size)
                self.target_model.set_weights(self.model.get_weights())
            def _build_model(self, state_size):
                model = Sequential()
                model.add(Dense(24, input_dim=state_size, activation='relu'))
                model.add(Dense(self.action_size, activation='linear'))
                model.compile(loss='mse', optimizer=Adam(lr=0.001))
                return model
            def act(self, state):
                return np.argmax(self.model.predict(state)[0])
            def replay(self, batch_size):
                for state, action, reward, after in random.sample(self.memory, batch_size):
                    target_f = self.model.predict(state)
                    target_f[0][action] = reward + 0.9 * np.amax(
                        self.target_model.predict(after)[0])
                    self.model.fit(state, target_f, epochs=1, verbose=0)

        agent = DQNAgent(4, 2)
        for _ in range(20):
            s = np.random.rand(1, 4)
            agent.memory.append((s, agent.act(s), 1.0, np.random.rand(1, 4)))
        agent.replay(10)
        print(agent.model.train_on_batch(np.random.rand(8, 4), np.random.rand(8, 2)))
        print(agent.model.test_on_batch(np.random.rand(8, 4), np.random.rand(8, 2)))
        """,
    "an adversary": """
        import numpy as np
        from keras.layers import Input, Dense, Reshape, Flatten, Dropout
        from keras.layers import BatchNormalization
        from keras.layers.advanced_activations import LeakyReLU
        from keras.models import Sequential, Model
        from keras.optimizers import Adam

        optimizer = Adam(0.0002, 0.5)
        d = Sequential([Flatten(input_shape=(4, 4, 1)), Dense(16), LeakyReLU(alpha=0.2),
                        Dense(1, activation='sigmoid')])
        d.compile(loss='binary_crossentropy', optimizer=optimizer, metrics=['accuracy'])
        g = Sequential()
        g.add(Dense(16, input_dim=5))
        g.add(LeakyReLU(alpha=0.2))
        g.add(BatchNormalization(momentum=0.8))
        g.add(Dense(np.prod((4, 4, 1)), activation='tanh'))
        g.add(Reshape((4, 4, 1)))
        z = Input(shape=(5,))
        img = g(z)
        d.trainable = False
        combined = Model(z, d(img))
        combined.compile(loss='binary_crossentropy', optimizer=Adam(0.0002, 0.5))
        valid, fake = np.ones((8, 1)), np.zeros((8, 1))
        for epoch in range(3):
            noise = np.random.normal(0, 1, (8, 5))
            gen_imgs = g.predict(noise)
            d_loss_real = d.train_on_batch(np.random.rand(8, 4, 4, 1), valid)
            d_loss_fake = d.train_on_batch(gen_imgs, fake)
            d_loss = 0.5 * np.add(d_loss_real, d_loss_fake)
            g_loss = combined.train_on_batch(noise, valid)
            print("%d [D loss: %f, acc.: %.2f%%] [G loss: %f]" % (
                epoch, d_loss[0], 100*d_loss[1], g_loss))
        """,
    "modules by their dotted names": """
        import keras
        from keras.engine import Input, Model, Layer
        from keras.engine.input_layer import Input
        from keras.legacy.layers import Merge
        import keras.backend.tensorflow_backend as KTF
        i = Input(shape=(3,))
        o = keras.layers.core.Dense(2)(i)
        o = keras.layers.advanced_activations.LeakyReLU(alpha=0.1)(o)
        Model(i, keras.layers.normalization.BatchNormalization()(o)).summary()
        t = keras.preprocessing.text.Tokenizer(num_words=5)
        t.fit_on_texts(['a b', 'b'])
        x = keras.preprocessing.sequence.pad_sequences(t.texts_to_sequences(['b a']), maxlen=3)
        assert x.tolist() == [[0, 1, 2]]
        assert keras.utils.np_utils.to_categorical([0, 1]).shape == (2, 2)
        print(keras.wrappers.scikit_learn.KerasRegressor, keras.objectives.mse)
        """,
    "imports that a dense net never uses": """
        import os
        os.environ['TF_CPP_MIN_LOG_LEVEL'] = '2'
        os.environ['KERAS_BACKEND'] = 'theano'
        import numpy as np
        from keras.models import Sequential
        from keras.layers import Dense, Dropout, LSTM, Conv2D, MaxPooling2D, Bidirectional
        from keras.layers.convolutional import Convolution2D, MaxPooling1D
        from keras.layers.recurrent import GRU
        model = Sequential([Dense(2, input_dim=3)])
        model.compile('sgd', 'mse')
        model.fit(np.ones((4, 3)), np.ones((4, 2)), epochs=1)
        try:
            LSTM(3)
        except Exception as error:
            assert 'LSTM' in str(error) and 'dense' in str(error), error
        else:
            raise SystemExit('an LSTM was made')
        """,
}

TENSORFLOW = {
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
        for name in ('GradientTape', 'data', 'Session', 'einsum_of_nothing'):
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("scripts")
    rows = np.random.default_rng(0).uniform(0, 100, (100, 9)).round(1)
    rows[:, -1] = rows[:, 1] > 50
    np.savetxt(place / "pima-indians-diabetes.csv", rows, delimiter=",")
    return place


SCRIPTS = {**KERAS_1, **KERAS_2, **TENSORFLOW}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script(name, folder):
    (folder / "script.py").write_text(textwrap.dedent(SCRIPTS[name]))
    done = python("-m", "brickwork", "run", "script.py", cwd=folder)
    assert done.returncode == 0, done.stderr
