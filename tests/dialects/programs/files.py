"""Scripts that write models into files, and read them."""

PROGRAMS = {
    "a model as JSON and its weights": """
        from keras.models import Sequential, model_from_json
        from keras.layers import Dense
        import numpy as np
        X, Y = np.random.rand(50, 8), np.random.randint(0, 2, 50)
        model = Sequential()
        model.add(Dense(12, input_dim=8, init='uniform', activation='relu'))
        model.add(Dense(1, init='uniform', activation='sigmoid'))
        model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
        model.fit(X, Y, nb_epoch=3, batch_size=10, verbose=0)
        model_json = model.to_json()
        with open("model.json", "w") as json_file:
            json_file.write(model_json)
        model.save_weights("model.h5")
        json_file = open('model.json', 'r')
        loaded_model_json = json_file.read()
        json_file.close()
        loaded_model = model_from_json(loaded_model_json)
        loaded_model.load_weights("model.h5")
        loaded_model.compile(loss='binary_crossentropy', optimizer='rmsprop', metrics=['accuracy'])
        score = loaded_model.evaluate(X, Y, verbose=0)
        print("%s: %.2f%%" % (loaded_model.metrics_names[1], score[1]*100))
        assert (loaded_model.predict(X) == model.predict(X)).all()
        """,
    "checkpoints of the best weights, named by their number": """
        from keras.models import Sequential, load_model
        from keras.layers import Dense
        from keras.callbacks import ModelCheckpoint
        import numpy as np, glob, os
        X, Y = np.random.rand(60, 8), np.random.randint(0, 2, 60)
        model = Sequential()
        model.add(Dense(6, input_dim=8, activation='relu'))
        model.add(Dense(1, activation='sigmoid'))
        model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
        filepath = "weights-improvement-{epoch:02d}-{val_acc:.2f}.hdf5"
        checkpoint = ModelCheckpoint(filepath, monitor='val_acc', verbose=1, save_best_only=True,
                                     mode='max')
        model.fit(X, Y, validation_split=0.33, nb_epoch=5, callbacks=[checkpoint], verbose=0)
        files = sorted(glob.glob("weights-improvement-*.hdf5"), key=os.path.getmtime)
        assert files
        best = load_model(files[-1])
        assert best.predict(X).shape == (60, 1)
        model.load_weights(files[-1])
        assert (best.predict(X) == model.predict(X)).all()
        """,
    "names without an end": """
        import tensorflow as tf
        import numpy as np
        X, Y = np.random.rand(50, 4), np.random.rand(50, 1)
        model = tf.keras.Sequential([tf.keras.layers.Dense(8, activation='relu', input_shape=[4]),
                                     tf.keras.layers.Dense(1)])
        model.compile(loss='mse', optimizer=tf.keras.optimizers.RMSprop(0.001), metrics=['mae'])
        cp = tf.keras.callbacks.ModelCheckpoint('training.ckpt', save_weights_only=True, verbose=0)
        model.fit(X, Y, epochs=2, verbose=0, callbacks=[cp])
        model.save('saved_model')
        model.save('other_model', save_format='h5')
        model.save_weights('checkpoint_weights')
        for name in ('saved_model', 'other_model'):
            new_model = tf.keras.models.load_model(name)
            np.testing.assert_allclose(new_model.predict(X), model.predict(X), rtol=1e-6)
        before = np.asarray(model.predict(X))
        model.fit(X, Y, epochs=1, verbose=0)
        model.load_weights('training.ckpt')
        np.testing.assert_allclose(model.predict(X), before, rtol=1e-6)
        model.load_weights('checkpoint_weights')
        np.testing.assert_allclose(model.predict(X), before, rtol=1e-6)
        """,
    "what was learned is used for something else": """
        from keras.models import load_model, Model, save_model
        from keras.layers import Dense, Input
        import numpy as np
        X, Y = np.random.rand(40, 6), np.eye(3)[np.random.randint(0, 3, 40)]
        inp = Input(shape=(6,))
        h = Dense(8, activation='relu', name='features')(inp)
        model = Model(inputs=inp, outputs=Dense(3, activation='softmax')(h))
        model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])
        model.fit(X, Y, epochs=2, verbose=0)
        save_model(model, 'base.h5')
        base = load_model('base.h5', compile=False)
        base.trainable = False
        out = Dense(1, activation='sigmoid')(base.get_layer('features').output)
        new = Model(inputs=base.input, outputs=out)
        new.compile('adam', 'binary_crossentropy')
        kept = base.get_layer('features').get_weights()[0].copy()
        new.fit(X, np.random.randint(0, 2, 40), epochs=2, verbose=0)
        assert (new.get_layer('features').get_weights()[0] == kept).all()
        """,
}
