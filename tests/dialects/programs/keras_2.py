"""Keras 2's words."""

PROGRAMS = {
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
        history = vae.fit(x_train, epochs=40, batch_size=16, validation_data=(x_test, None),
                       verbose=0).history
        assert history['loss'][-1] < history['loss'][0] and len(history['val_loss']) == 40
        assert len(history['kl']) == len(history['val_kl']) == 40
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
