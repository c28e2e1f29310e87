"""Keras 1's words."""

PROGRAMS = {
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
        history = vae.fit(data, data, shuffle=True, nb_epoch=40, batch_size=batch_size, verbose=0,
                       validation_data=(data, data)).history
        assert history['loss'][-1] < history['loss'][0] and len(history['val_loss']) == 40
        encoder = Model(x, z_mean)
        assert encoder.predict(data, batch_size=batch_size).shape == (50, 2)
        """,
}
