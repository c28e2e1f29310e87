"""Tables by ``tf.feature_column``, as tutorials of TensorFlow 2.0 to 2.8 had them."""

PROGRAMS = {
    "hearts: every kind of column, then a Sequential model on data sets": """
        import numpy as np
        import pandas as pd
        import tensorflow as tf
        from tensorflow import feature_column
        from tensorflow.keras import layers
        from sklearn.model_selection import train_test_split

        rng = np.random.RandomState(0)
        people = pd.DataFrame({
            'age': rng.randint(29, 78, 240), 'chol': rng.randint(126, 560, 240),
            'oldpeak': (rng.rand(240) * 6).round(1), 'ca': rng.randint(0, 4, 240),
            'thal': rng.choice(['fixed', 'normal', 'reversible'], 240)})
        people['target'] = ((people.thal == 'reversible') | (people.age > 65)).astype(int)
        train, test = train_test_split(people, test_size=0.2, random_state=1)

        def as_dataset(frame, shuffle=True, batch_size=16):
            frame = frame.copy()
            labels = frame.pop('target')
            ds = tf.data.Dataset.from_tensor_slices((dict(frame), labels))
            if shuffle:
                ds = ds.shuffle(buffer_size=len(frame))
            return ds.batch(batch_size)

        train_ds, test_ds = as_dataset(train), as_dataset(test, shuffle=False)
        for features, labels in train_ds.take(1):
            print(list(features.keys()), features['age'], labels)
        example = next(iter(train_ds))[0]

        def demo(column):
            return layers.DenseFeatures(column)(example).numpy()

        age = feature_column.numeric_column('age')
        buckets = feature_column.bucketized_column(age, boundaries=[30, 40, 50, 60])
        thal = feature_column.categorical_column_with_vocabulary_list(
            'thal', ['fixed', 'normal', 'reversible'])
        one_hot = feature_column.indicator_column(thal)
        embedding = feature_column.embedding_column(thal, dimension=4)
        hashed = feature_column.indicator_column(
            feature_column.categorical_column_with_hash_bucket('thal', hash_bucket_size=20))
        crossed = feature_column.indicator_column(
            feature_column.crossed_column([buckets, thal], hash_bucket_size=50))
        shapes = [demo(c).shape for c in (age, buckets, one_hot, embedding, hashed, crossed)]
        assert shapes == [(16, n) for n in (1, 5, 3, 4, 20, 50)], shapes
        assert (demo(crossed).sum(1) == 1).all()

        chosen = [feature_column.numeric_column(
            name, normalizer_fn=lambda x, m=train[name].mean(), s=train[name].std(): (x - m) / s)
            for name in ('age', 'chol', 'oldpeak')]
        chosen += [buckets, one_hot, embedding, crossed]
        model = tf.keras.Sequential([
            layers.DenseFeatures(chosen),
            layers.Dense(32, activation='relu'),
            layers.Dropout(.1),
            layers.Dense(1)])
        model.compile(optimizer=tf.keras.optimizers.Adam(0.01), metrics=['accuracy'],
                      loss=tf.keras.losses.BinaryCrossentropy(from_logits=True))
        model.fit(train_ds, validation_data=test_ds, epochs=15, verbose=0)
        loss, accuracy = model.evaluate(test_ds, verbose=0)
        assert accuracy > 0.85, accuracy
        model.summary()
        assert [layer.name for layer in model.layers][1:] == ['dense', 'dropout', 'dense_1']
        sample = {'age': 60, 'chol': 233, 'oldpeak': 2.3, 'ca': 0, 'thal': 'reversible'}
        given = {name: tf.convert_to_tensor([value]) for name, value in sample.items()}
        assert model.predict(given, verbose=0)[0, 0] > 0
        """,
    "pets: Inputs by name, wide and deep": """
        import numpy as np
        import tensorflow as tf

        rng = np.random.RandomState(3)
        table = {'Type': rng.choice(['Cat', 'Dog'], 200), 'Age': rng.randint(0, 60, 200),
                 'Color1': rng.choice(['Black', 'Brown', 'White'], 200),
                 'Fee': rng.randint(0, 100, 200).astype('float32'),
                 'Breed1': rng.choice(['Tabby', 'Beagle', 'Poodle', 'Mixed'], 200)}
        target = ((table['Type'] == 'Dog') == (table['Age'] < 24)).astype('float32')

        columns, inputs = [], {}
        for name in ('Age', 'Fee'):
            number = tf.feature_column.numeric_column(name, normalizer_fn=lambda x: x / 100.)
            columns.append(number)
            inputs[name] = tf.keras.Input(shape=(1,), name=name)
        young = tf.feature_column.bucketized_column(
            tf.feature_column.numeric_column('Age'), boundaries=[6, 24])
        columns.append(young)
        kinds = {}
        for name in ('Type', 'Color1', 'Breed1'):
            kinds[name] = tf.feature_column.categorical_column_with_vocabulary_list(
                name, np.unique(table[name]))
            columns.append(tf.feature_column.indicator_column(kinds[name]))
            inputs[name] = tf.keras.Input(shape=(1,), name=name, dtype=tf.string)
        columns.append(tf.feature_column.embedding_column(kinds['Breed1'], dimension=2))
        both = tf.feature_column.crossed_column([young, kinds['Type']], hash_bucket_size=40)
        wide = tf.keras.layers.DenseFeatures(tf.feature_column.indicator_column(both))(inputs)
        deep = tf.keras.layers.DenseFeatures(columns, name='deep')(inputs)
        deep = tf.keras.layers.Dense(8, activation='relu')(deep)
        output = tf.keras.layers.Dense(1, activation='sigmoid')(
            tf.keras.layers.concatenate([wide, deep]))
        model = tf.keras.Model(inputs=list(inputs.values()), outputs=output)
        model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
        model.fit(table, target, epochs=40, batch_size=8, verbose=0)
        assert model.evaluate(table, target, verbose=0)[1] > 0.9
        data = tf.data.Dataset.from_tensor_slices((table, target)).batch(50)
        assert model.predict(data, verbose=0).shape == (200, 1)
        assert model.get_layer('deep').output.shape == (None, 2 + 3 + 2 + 3 + 4 + 2)
        """,
}
