"""Texts as bags and rows of words, words as vectors, and recommenders."""

PROGRAMS = {
    "documents, padded and embedded": """
        from numpy import array, asarray, zeros
        import numpy as np
        from keras.preprocessing.text import Tokenizer, one_hot, text_to_word_sequence
        from keras.preprocessing.sequence import pad_sequences
        from keras.models import Sequential
        from keras.layers import Dense, Flatten, Embedding, GlobalAveragePooling1D
        docs = ['Well done!', 'Good work', 'Great effort', 'nice work', 'Excellent!', 'Weak',
                'Poor effort!', 'not good', 'poor work', 'Could have done better.']
        labels = array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0])
        encoded = [one_hot(d, 50) for d in docs]
        padded = pad_sequences(encoded, maxlen=4, padding='post')
        model = Sequential()
        model.add(Embedding(50, 8, input_length=4))
        model.add(Flatten())
        model.add(Dense(1, activation='sigmoid'))
        model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['acc'])
        model.fit(padded, labels, epochs=3, verbose=0)
        t = Tokenizer()
        t.fit_on_texts(docs)
        vocab_size = len(t.word_index) + 1
        matrix = zeros((vocab_size, 6))
        for word, i in t.word_index.items():
            matrix[i] = np.random.RandomState(i).randn(6)
        model = Sequential()
        model.add(Embedding(vocab_size, 6, weights=[matrix], input_length=4, trainable=False))
        model.add(GlobalAveragePooling1D())
        model.add(Dense(1, activation='sigmoid'))
        model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
        rows = pad_sequences(t.texts_to_sequences(docs), maxlen=4, padding='post')
        model.fit(rows, labels, epochs=3, verbose=0)
        loss, accuracy = model.evaluate(rows, labels, verbose=0)
        print('Accuracy: %f' % (accuracy * 100))
        assert (model.layers[0].get_weights()[0] == matrix.astype('float32')).all()
        assert text_to_word_sequence('The end.') == ['the', 'end']
        """,
    "bags of words, counted and weighed": """
        import numpy as np
        import pandas as pd
        from keras.preprocessing import text, sequence
        from keras import utils
        from keras.models import Sequential
        from keras.layers import Dense, Activation, Dropout
        from sklearn.preprocessing import LabelBinarizer, LabelEncoder
        data = pd.DataFrame({'post': ['python list comprehension', 'css color div', 'python dict',
                                      'div margin css'] * 10,
                             'tags': ['python', 'css', 'python', 'css'] * 10})
        train_posts, train_tags = data['post'][:30], data['tags'][:30]
        test_posts, test_tags = data['post'][30:], data['tags'][30:]
        tokenize = text.Tokenizer(num_words=100, char_level=False)
        tokenize.fit_on_texts(train_posts)
        x_train = tokenize.texts_to_matrix(train_posts)
        x_test = tokenize.texts_to_matrix(test_posts, mode='count')
        encoder = LabelEncoder()
        encoder.fit(train_tags)
        num_classes = np.max(encoder.transform(train_tags)) + 1
        y_train = utils.to_categorical(encoder.transform(train_tags), num_classes)
        y_test = utils.to_categorical(encoder.transform(test_tags), num_classes)
        model = Sequential()
        model.add(Dense(32, input_shape=(100,)))
        model.add(Activation('relu'))
        model.add(Dropout(0.5))
        model.add(Dense(num_classes))
        model.add(Activation('softmax'))
        model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
        model.fit(x_train, y_train, batch_size=8, epochs=20, verbose=0, validation_split=0.1)
        score = model.evaluate(x_test, y_test, batch_size=8, verbose=0)
        assert score[1] > 0.9
        for i in range(3):
            prediction = model.predict(np.array([x_test[i]]))
            print(encoder.classes_[np.argmax(prediction)])
        """,
    "words near each other": """
        import numpy as np
        np.random.seed(13)
        import random
        random.seed(1)
        from keras.models import Model, Sequential
        from keras.layers import Embedding, Reshape, Activation, Input, Dense, Lambda
        from keras.layers.merge import Dot
        import keras.backend as K
        from keras.preprocessing.text import Tokenizer
        from keras.preprocessing.sequence import skipgrams, make_sampling_table
        from keras.utils import np_utils
        from keras.preprocessing import sequence
        corpus = ['the sea is deep and the sky is high', 'the deep sea and the high sky']
        tokenizer = Tokenizer()
        tokenizer.fit_on_texts(corpus)
        V, dim = len(tokenizer.word_index) + 1, 5
        w_inputs = Input(shape=(1,), dtype='int32')
        w = Embedding(V, dim)(w_inputs)
        c_inputs = Input(shape=(1,), dtype='int32')
        c = Embedding(V, dim)(c_inputs)
        o = Dot(axes=2)([w, c])
        o = Reshape((1,), input_shape=(1, 1))(o)
        o = Activation('sigmoid')(o)
        SkipGram = Model(inputs=[w_inputs, c_inputs], outputs=o)
        SkipGram.compile(loss='binary_crossentropy', optimizer='adam')
        losses = []
        for _ in range(15):
            loss = 0.
            for doc in tokenizer.texts_to_sequences(corpus):
                data, labels = skipgrams(sequence=doc, vocabulary_size=V, window_size=3,
                                         negative_samples=2.)
                x = [np.array(x) for x in zip(*data)]
                y = np.array(labels, dtype=np.int32)
                if x:
                    loss += SkipGram.train_on_batch(x, y)
            losses.append(loss)
        assert losses[-1] < losses[0]
        vectors = SkipGram.get_weights()[0]
        assert vectors.shape == (V, dim) and len(make_sampling_table(V)) == V

        window_size = 2
        def generate_data(corpus):
            for words in corpus:
                for index, word in enumerate(words):
                    near = range(index - window_size, index + window_size + 1)
                    contexts = [words[i] for i in near if 0 <= i < len(words) and i != index]
                    yield (sequence.pad_sequences([contexts], maxlen=window_size * 2),
                           np_utils.to_categorical([word], V))
        cbow = Sequential()
        cbow.add(Embedding(input_dim=V, output_dim=dim, init='glorot_uniform',
                           input_length=window_size * 2))
        cbow.add(Lambda(lambda x: K.mean(x, axis=1), output_shape=(dim,)))
        cbow.add(Dense(V, kernel_initializer='glorot_uniform', activation='softmax'))
        cbow.compile(loss='categorical_crossentropy', optimizer='adadelta')
        for x, y in generate_data(tokenizer.texts_to_sequences(corpus)):
            cbow.train_on_batch(x, y)
        """,
    "films, by factors and biases": """
        import numpy as np
        from keras.layers import Embedding, Reshape, Dropout, Dense, dot, add, concatenate, Input
        from keras.layers import Flatten, Activation, Lambda
        from keras.models import Model
        from keras.regularizers import l2
        from keras.callbacks import EarlyStopping
        import keras.backend as K
        rng = np.random.RandomState(0)
        n_users, n_movies, d = 12, 15, 4
        def rmse(y_true, y_pred):
            return K.sqrt(K.mean((y_pred - y_true) ** 2))
        def embedding_input(name, n_in, n_out, reg):
            inp = Input(shape=(1,), dtype='int64', name=name)
            return inp, Embedding(n_in, n_out, input_length=1, embeddings_regularizer=l2(reg))(inp)
        def create_bias(inp, n_in):
            return Flatten()(Embedding(n_in, 1, input_length=1,
                                       embeddings_initializer='zeros')(inp))
        user_in, u = embedding_input('user_in', n_users, d, 1e-5)
        movie_in, m = embedding_input('movie_in', n_movies, d, 1e-5)
        x = dot([Flatten()(u), Flatten()(m)], axes=1)
        x = add([x, create_bias(user_in, n_users), create_bias(movie_in, n_movies)])
        x = Activation('sigmoid')(x)
        x = Lambda(lambda t: t * 5 + 0.)(x)
        model = Model([user_in, movie_in], x)
        model.compile(loss='mse', optimizer='adamax', metrics=[rmse])
        users, movies = rng.randint(n_users, size=200), rng.randint(n_movies, size=200)
        ratings = ((users + movies) % 5 + 1).astype(float)
        h = model.fit([users, movies], ratings, epochs=100, batch_size=16, verbose=0,
                      validation_split=.1, callbacks=[EarlyStopping('val_loss', patience=30)])
        assert h.history['rmse'][-1] < h.history['rmse'][0]

        class Net(Model):
            def __init__(self, **kwargs):
                super(Net, self).__init__(**kwargs)
                self.user_embedding = Embedding(n_users, d, embeddings_initializer='he_normal')
                self.movie_embedding = Embedding(n_movies, d, embeddings_initializer='he_normal')
                self.bias = Embedding(n_movies, 1)
            def call(self, inputs):
                user, movie = inputs[:, 0], inputs[:, 1]
                score = K.sum(self.user_embedding(user) * self.movie_embedding(movie), axis=1,
                              keepdims=True)
                return K.sigmoid(score + self.bias(movie))
        net = Net()
        net.compile('adam', 'binary_crossentropy')
        both = np.stack([users, movies], axis=1)
        net.fit(both, (ratings - 1) / 4, epochs=2, verbose=0)
        assert net.predict(both).shape == (200, 1)
        """,
    "windows over a series of measurements": """
        import numpy as np
        from keras.preprocessing.sequence import TimeseriesGenerator
        from keras.models import Sequential
        from keras.layers import Dense, Flatten
        series = np.sin(np.arange(100) / 5.)
        n_input = 4
        generator = TimeseriesGenerator(series, series, length=n_input, batch_size=8)
        print('Samples: %d' % len(generator))
        x, y = generator[0]
        assert x.shape == (8, 4) and (x[0] == series[:4]).all() and y[0] == series[4]
        model = Sequential()
        model.add(Dense(20, activation='relu', input_dim=n_input))
        model.add(Dense(1))
        model.compile(optimizer='adam', loss='mse')
        h = model.fit_generator(generator, steps_per_epoch=len(generator), epochs=10, verbose=0)
        assert h.history['loss'][-1] < h.history['loss'][0]
        rows = series.reshape(-1, 1)
        several = TimeseriesGenerator(rows, rows, length=6, sampling_rate=2, batch_size=50,
                                      start_index=10, end_index=80)
        net = Sequential([Flatten(input_shape=(3, 1)), Dense(8, activation='relu'), Dense(1)])
        net.compile('rmsprop', 'mae')
        net.fit_generator(several, epochs=1, validation_data=several, verbose=0)
        assert net.predict_generator(several).shape == (65, 1)
        """,
}
