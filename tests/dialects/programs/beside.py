"""What scripts do beside their network: logs, checkpoints, versions, and the places of modules."""

PROGRAMS = {
    "scalars for TensorBoard, in TensorFlow 2": """
        import os, numpy as np, tensorflow as tf
        writer = tf.summary.create_file_writer('logs2/train')
        with writer.as_default():
            for step in range(3):
                tf.summary.scalar('loss', tf.reduce_mean([1.0, step]), step=step)
            tf.summary.histogram('weights', np.random.rand(20), step=2)
            with tf.summary.record_if(False):
                tf.summary.scalar('hidden', 1.0, step=3)
        with writer.as_default(step=3):
            tf.summary.scalar('late', 2.0)
        assert not tf.summary.scalar('nowhere', 1.0, step=0)
        writer.close()
        (name,) = os.listdir('logs2/train')
        data = open('logs2/train/' + name, 'rb').read()
        assert data.count(b'loss') == 3 and b'weights' in data and b'late' in data
        assert b'hidden' not in data and b'nowhere' not in data
        """,
    "scalars for TensorBoard, in TensorFlow 1": """
        import os, tensorflow as tf
        writer = tf.summary.FileWriter('logs1')
        summary = tf.Summary()
        value = summary.value.add()
        value.simple_value, value.tag = 0.5, 'reward'
        writer.add_summary(summary, 3)
        writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag='loss', simple_value=1.)]), 4)
        writer.flush()
        (name,) = os.listdir('logs1')
        data = open('logs1/' + name, 'rb').read()
        assert b'reward' in data and b'loss' in data
        """,
    "the latest checkpoint": """
        import os, numpy as np, tensorflow as tf
        def create():
            model = tf.keras.Sequential([tf.keras.layers.Dense(3, input_shape=(4,))])
            model.compile('sgd', 'mse')
            return model
        x, y = np.random.rand(8, 4), np.random.rand(8, 3)
        path = 'training_1/cp-{epoch:04d}.ckpt'
        saving = tf.keras.callbacks.ModelCheckpoint(path, save_weights_only=True, verbose=1)
        model = create()
        model.fit(x, y, epochs=3, callbacks=[saving], verbose=0)
        latest = tf.train.latest_checkpoint(os.path.dirname(path))
        assert os.path.basename(latest) == 'cp-0003.ckpt', latest
        again = create()
        again.load_weights(latest)
        assert (again.predict(x) == model.predict(x)).all()
        model.save_weights('./no/such/folder/yet', save_format='tf')
        again.load_weights('./no/such/folder/yet')
        assert tf.train.latest_checkpoint('nowhere') is None
        print(tf.version.VERSION, tf.__version__)
        """,
    "checkpoints of TensorFlow's objects": """
        import numpy as np, tensorflow as tf
        class Net(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.a, self.b = tf.keras.layers.Dense(4, 'relu'), tf.keras.layers.Dense(1)
            def call(self, x):
                return self.b(self.a(x))
        def parts():
            return dict(step=tf.Variable(1), optimizer=tf.keras.optimizers.Adam(0.1), net=Net())
        x = np.random.rand(8, 3).astype('float32')
        y = x.sum(1, keepdims=True)
        first = tf.train.Checkpoint(**parts())
        manager = tf.train.CheckpointManager(first, './ckpts', max_to_keep=2)
        first.restore(manager.latest_checkpoint)
        for i in range(3):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((first.net(x) - y) ** 2)
            variables = first.net.trainable_variables
            first.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
            first.step.assign_add(1)
            path = manager.save()
        assert path == './ckpts/ckpt-3' and manager.checkpoints == ['./ckpts/ckpt-2', path]
        later = tf.train.CheckpointManager(tf.train.Checkpoint(a=tf.Variable(1.)), './ckpts', 2)
        assert later.save() == './ckpts/ckpt-4' and later.save(checkpoint_number=1)[-1] == '1'
        assert [p[-1] for p in later.checkpoints] == ['1', '3', '4'], later.checkpoints
        path = manager.save(checkpoint_number=5)
        assert [p[-1] for p in later.checkpoints] == ['4', '5']
        second = tf.train.Checkpoint(**parts())  # its net has no weights yet
        second.restore(tf.train.latest_checkpoint('./ckpts')).assert_consumed()
        assert (second.net.predict(x) == first.net.predict(x)).all() and int(second.step) == 4
        slots = [o.variables for o in (first.optimizer, second.optimizer)]
        assert len(slots[0]) == len(slots[1]) and int(second.optimizer.iterations) == 3
        for one, other in zip(*slots):
            assert (one.numpy() == other.numpy()).all()
        part = tf.train.Checkpoint(net=tf.train.Checkpoint(a=tf.Variable([1., 2.])))
        kept = part.write('folder/part')
        part.net.a.assign([0., 0.])
        part.restore(kept)
        assert part.net.a.numpy().tolist() == [1., 2.]
        try:
            tf.train.Checkpoint(other=second.net).restore(kept).assert_consumed()
            raise SystemExit('it has no other')
        except AssertionError as error:
            assert 'has no' in str(error)
        """,
    "modules by the paths that editors fill in": """
        import keras.api
        from keras.api.models import Sequential
        from keras.src.layers import Dense
        from keras.src.utils.np_utils import to_categorical
        from keras.api._v2 import keras as v2
        import keras.api._v2.keras as again
        from keras._tf_keras.keras.layers import Dense as third
        from tensorflow.keras.api.layers import Dense as fourth
        from tensorflow.python.keras.layers import Dense as fifth
        assert Dense is v2.layers.Dense is again.layers.Dense is third is fourth is fifth
        assert Sequential is keras.api.models.Sequential
        """,
    "accuracy where it is asked for": """
        import numpy as np
        from keras.models import Sequential
        from keras.layers.core import Dense
        x, y = np.random.rand(20, 4), np.eye(3)[np.arange(20) % 3]
        model = Sequential()
        model.add(Dense(3, input_dim=4, activation='softmax'))
        model.compile(loss='categorical_crossentropy', optimizer='sgd')
        history = model.fit(x, y, nb_epoch=2, show_accuracy=True, validation_split=0.2, verbose=2)
        assert len(history.history['acc']) == len(history.history['val_acc']) == 2
        score = model.evaluate(x, y, show_accuracy=True, verbose=0)
        right = (model.predict(x).argmax(1) == y.argmax(1)).mean()
        assert abs(score[1] - right) < 1e-6 and len(score) == 2
        assert model.evaluate(x, y, verbose=0) == score[0]
        model.compile('sgd', 'categorical_crossentropy', metrics=['mse', 'accuracy'])
        assert len(model.evaluate(x, y, show_accuracy=True, verbose=0)) == 3
        """,
    "softmax over one unit": """
        import numpy as np
        from keras.models import Sequential
        from keras.layers import Dense, Activation
        x, y = np.random.rand(20, 4), np.arange(20) % 2
        for loss in ('binary_crossentropy', 'mse', 'categorical_crossentropy'):
            model = Sequential()
            model.add(Dense(1, input_dim=4))
            model.add(Activation('softmax'))
            model.compile(loss=loss, optimizer='adam', metrics=['accuracy'])
            model.fit(x, y, epochs=1, verbose=0)
            assert (model.predict(x) == 1).all()
        """,
    "texts in a pipeline, by TensorFlow's functions": """
        import string, re
        import numpy as np, tensorflow as tf
        rows = {'kind': np.array(['Cat ', 'dog!', 'CAT'], object), 'age': np.array([1., 2., 3.])}
        data = tf.data.Dataset.from_tensor_slices((rows, [0, 1, 0]))
        kinds = data.map(lambda x, y: x['kind']).map(lambda x: tf.expand_dims(x, -1))
        clean = lambda x: tf.strings.regex_replace(
            tf.strings.strip(tf.strings.lower(x)), '[%s]' % re.escape(string.punctuation), '')
        lookup = tf.keras.layers.StringLookup(num_oov_indices=0)
        lookup.adapt(np.array(['cat', 'dog']))
        found = [int(np.ravel(lookup(clean(x)))[0]) for x in kinds]
        assert found[0] == found[2] != found[1], found
        both = tf.strings.join([tf.constant(['a', 'b']), ['c', 'd']], separator='-')
        assert both.numpy().tolist() == ['a-c', 'b-d']
        assert tf.concat([both, both], axis=0).shape == (4,)
        assert tf.strings.length(both).numpy().tolist() == [3, 3]
        assert tf.convert_to_tensor(['x']).shape == (1,) and tf.string == 'string'
        """,
    "Theano, imported and not used": """
        import theano
        import theano.tensor as T
        from theano import function, shared
        theano.config.floatX = 'float32'
        from keras.models import Sequential
        from keras.layers import Dense
        from keras.layers.embeddings import Embedding
        from keras import initializations
        def init_normal(shape, name=None):
            return initializations.normal(shape, scale=0.01, name=name)
        Embedding(input_dim=5, output_dim=16 / 2, init=init_normal)
        model = Sequential([Dense(8 / 4, input_dim=3, init=init_normal)])
        assert model.output_shape == (None, 2)
        try:
            T.dot(1, 2)
        except ValueError as error:
            assert 'Theano' in str(error) and 'keras.ops' in str(error)
        else:
            raise SystemExit('it was called')
        """,
    "TensorFlow 1's names, and its feature columns": """
        import tensorflow.compat.v1 as tf
        from tensorflow import feature_column
        from tensorflow.keras import layers
        tf.disable_v2_behavior()
        assert tf.__version__ and tf.keras.layers.Dense is layers.Dense
        assert tf.reduce_sum([1.0, 2.0]).numpy() == 3
        tf.train.AdamOptimizer(0.1)
        age = feature_column.numeric_column('age')
        assert age == tf.feature_column.numeric_column('age')
        assert layers.DenseFeatures([age])({'age': [3, 4]}).numpy().tolist() == [[3.0], [4.0]]
        for call in (lambda: tf.feature_column.input_layer({'age': [3]}, [age]),
                     lambda: tf.feature_column.linear_model({'age': [3]}, [age])):
            try:
                call()
            except ValueError as error:
                assert 'DenseFeatures' in str(error), error
            else:
                raise SystemExit('nothing was said')
        """,
    "a data set of a CSV file": """
        import numpy as np, tensorflow as tf
        with open('people.csv', 'w') as file:
            file.write('age,sex,ok\\n1.5,male,0\\n2,female,1\\n,male,1\\n')
        make = tf.data.experimental.make_csv_dataset
        data = make('people.csv', batch_size=2, label_name='ok', num_epochs=1, shuffle=False,
                    ignore_errors=True)
        (x, y), (last, _) = data
        assert list(x) == ['age', 'sex'] and x['sex'].numpy().tolist() == ['male', 'female']
        assert x['age'].dtype == 'float32' and y.numpy().tolist() == [0, 1]
        assert last['age'].numpy().tolist() == [0.0]
        ((first, _),) = make('people.csv', 3, num_epochs=1, shuffle=False,
                          column_defaults=[[7.0], [''], [0.0]]).map(lambda x: (x, x['ok'])).take(1)
        assert first['age'].numpy().tolist() == [1.5, 2.0, 7.0] and first['ok'].dtype == 'float32'
        endless = make('people.csv', batch_size=4, label_name='ok', select_columns=['age', 'ok'])
        assert next(iter(endless))[0]['age'].shape == (4,)
        model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(1,))])
        model.compile('sgd', 'mse')
        model.fit(endless.map(lambda x, y: (tf.expand_dims(x['age'], -1), y)), steps_per_epoch=3)
        ones, twos = (tf.data.Dataset.from_tensor_slices([n] * 500) for n in (1, 2))
        mixed = tf.data.Dataset.sample_from_datasets([ones, twos.repeat()], [0.8, 0.2], seed=1)
        first = [int(n) for n in mixed.take(200)]
        assert 20 < first.count(2) < 70, first.count(2)
        both = tf.data.experimental.sample_from_datasets([ones, twos])
        assert sorted(int(n) for n in both) == [1] * 500 + [2] * 500
        lines = [line.numpy() for line in tf.data.TextLineDataset('people.csv').skip(1)]
        assert [str(line) for line in lines] == ['1.5,male,0', '2,female,1', ',male,1']
        """,
}
