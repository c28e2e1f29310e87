"""Callbacks, settings of the machine, and uses of a model besides training."""

PROGRAMS = {
    "a callback that looks at the validation data": """
        import numpy as np
        import keras
        from keras.models import Sequential
        from keras.layers import Dense
        from sklearn.metrics import roc_auc_score, f1_score

        class Metrics(keras.callbacks.Callback):
            def on_train_begin(self, logs={}):
                self.aucs, self.val_f1s = [], []
            def on_epoch_end(self, epoch, logs={}):
                X_val, y_val = self.validation_data[0], self.validation_data[1]
                y_predict = np.asarray(self.model.predict(X_val))
                self.aucs.append(roc_auc_score(y_val, y_predict))
                self.val_f1s.append(f1_score(y_val, y_predict.round()))
                logs['val_auc'] = self.aucs[-1]

        x = np.random.rand(80, 4)
        y = (x[:, 0] > .5).astype(int)
        model = Sequential([Dense(8, activation='relu', input_dim=4),
                            Dense(1, activation='sigmoid')])
        model.compile(loss='binary_crossentropy', optimizer='adam')
        metrics = Metrics()
        h = model.fit(x, y, validation_data=(x[60:], y[60:]), epochs=3, verbose=0, callbacks=[
            metrics, keras.callbacks.EarlyStopping(monitor='val_auc', patience=9, mode='max')])
        assert len(metrics.aucs) == 3 and h.history['val_auc'] == metrics.aucs
        class AtEnd(keras.callbacks.Callback):
            def on_train_end(self, logs={}):
                x_val, y_val, weights = self.validation_data[:3]
                self.shapes = x_val.shape, len(y_val), weights.mean()
        again = AtEnd()
        model.fit(x, y, validation_split=0.25, epochs=2, verbose=0, callbacks=[again])
        assert again.shapes == ((20, 4), 20, 1)
        """,
    "a session with settings, for numbers that repeat": """
        import os
        import random as rn
        import numpy as np
        os.environ['PYTHONHASHSEED'] = '0'
        np.random.seed(42)
        rn.seed(12345)
        import tensorflow as tf
        from keras import backend as K
        from keras.backend.tensorflow_backend import set_session
        session_conf = tf.ConfigProto(intra_op_parallelism_threads=1,
                                      inter_op_parallelism_threads=1)
        session_conf.gpu_options.allow_growth = True
        session_conf.gpu_options.per_process_gpu_memory_fraction = 0.3
        tf.set_random_seed(1234)
        sess = tf.Session(graph=tf.get_default_graph(), config=session_conf)
        K.set_session(sess)
        set_session(tf.compat.v1.Session(config=tf.compat.v1.ConfigProto(
            gpu_options=tf.compat.v1.GPUOptions(allow_growth=True))))
        from keras.models import Sequential
        from keras.layers import Dense
        model = Sequential([Dense(3, input_dim=2, activation=tf.nn.relu), Dense(1)])
        model._make_predict_function()
        graph = tf.get_default_graph()
        with graph.as_default():
            before = model.predict(np.ones((1, 2)))
        sess.run(tf.global_variables_initializer())
        with K.get_session() as s:
            kernel = s.run(model.layers[0].kernel)
            assert kernel.shape == (2, 3)
            assert abs(s.run([tf.reduce_sum(kernel)])[0] - kernel.sum()) < 1e-6
        model.compile(tf.train.AdamOptimizer(learning_rate=0.01), 'mse')
        model.fit(np.ones((4, 2)), np.ones(4), epochs=1, verbose=0)
        K.clear_session()
        try:
            s.run(model.output)
        except Exception as error:
            assert 'Session.run' in str(error) and 'predict' in str(error), error
        else:
            raise SystemExit('a symbol was run')
        """,
    "weights taken out, changed, and put back": """
        import numpy as np
        from keras.models import Sequential, Model, clone_model
        from keras.layers import Dense, Dropout
        from keras.initializers import RandomNormal, VarianceScaling, glorot_uniform, Orthogonal
        import keras.backend as K
        model = Sequential()
        model.add(Dense(5, input_shape=(4,), kernel_initializer=RandomNormal(mean=0., stddev=.1,
                                                                            seed=2), name='a'))
        model.add(Dropout(.5))
        model.add(Dense(3, kernel_initializer=VarianceScaling(scale=2., mode='fan_in',
                                                              distribution='normal'), name='b'))
        model.add(Dense(2, kernel_initializer=glorot_uniform(seed=0), name='c'))
        model.pop()
        model.add(Dense(2, kernel_initializer=Orthogonal(), activation='softmax', name='d'))
        target = clone_model(model)
        target.set_weights(model.get_weights())
        tau = 0.1
        W, T = model.get_weights(), target.get_weights()
        target.set_weights([tau * w + (1 - tau) * t for w, t in zip(W, T)])
        for layer in model.layers:
            w = layer.get_weights()
            layer.set_weights([x * 0 for x in w])
        assert np.allclose(model.predict(np.ones((2, 4))), 0.5)
        model.layers[0].trainable = False
        model.compile('sgd', 'categorical_crossentropy')
        trainable = int(np.sum([K.count_params(p) for p in model.trainable_weights]))
        assert trainable == 5 * 3 + 3 + 3 * 2 + 2 and model.count_params() == trainable + 25
        middle = Model(inputs=model.input, outputs=model.get_layer('b').output)
        assert middle.predict(np.ones((2, 4))).shape == (2, 3)
        for layer, copy in zip(model.layers, target.layers):
            assert layer.get_config()['name'] == copy.get_config()['name']
        """,
    "schedules, and the rate that was in force": """
        import math
        import numpy as np
        import keras
        from keras import backend as K
        from keras.callbacks import LearningRateScheduler, Callback, TensorBoard, ProgbarLogger
        from keras.models import Sequential
        from keras.layers import Dense

        def step_decay(epoch, lr):
            drop, epochs_drop = 0.5, 2.0
            return 0.1 * math.pow(drop, math.floor((1 + epoch) / epochs_drop))
        class Rates(Callback):
            def on_train_begin(self, logs={}):
                self.lr = []
            def on_epoch_end(self, epoch, logs={}):
                self.lr.append(float(K.get_value(self.model.optimizer.lr)))
                decay = self.model.optimizer.decay if hasattr(self.model.optimizer, 'decay') else 0
        class Cyclic(Callback):
            def on_batch_end(self, batch, logs=None):
                K.set_value(self.model.optimizer.lr, 0.001 * (batch + 1))
        model = Sequential([Dense(1, input_dim=2)])
        model.compile('sgd', 'mse')
        rates = Rates()
        x = np.random.rand(20, 2)
        model.fit(x, x.sum(1), epochs=4, verbose=0, callbacks=[
            LearningRateScheduler(step_decay, verbose=1), rates])
        assert np.allclose(rates.lr, [.1, .05, .05, .025])
        model.fit(x, x.sum(1), epochs=1, batch_size=5, verbose=0, callbacks=[Cyclic()])
        assert np.isclose(K.get_value(model.optimizer.lr), 0.004)
        schedule = keras.optimizers.schedules.PolynomialDecay(.1, 100, .01)
        model.compile(keras.optimizers.SGD(schedule, momentum=.9), 'mae')
        model.fit(x, x.sum(1), epochs=1, initial_epoch=0, verbose=0)
        """,
    "error messages": """
        import keras
        import numpy as np
        from keras.applications.vgg16 import VGG16, preprocess_input
        from keras.applications import ResNet50
        from keras.preprocessing.image import ImageDataGenerator
        from keras.preprocessing import image
        from keras.layers import Conv2D, LSTM, Dense, MultiHeadAttention, RandomFlip
        from keras.models import Sequential, Graph
        import tensorflow as tf

        def message(function, kind=Exception):
            try:
                function()
            except kind as error:
                return str(error)
            raise SystemExit('nothing was refused')

        class Recurrent(LSTM):
            pass
        for what, function in (
                ('pretrained networks', lambda: VGG16(weights='imagenet', include_top=False)),
                ('pretrained networks', lambda: preprocess_input(np.zeros((1, 2)))),
                ('pretrained networks', lambda: keras.applications.resnet50.ResNet50()),
                ('images', lambda: ImageDataGenerator(rescale=1. / 255)),
                ('images', lambda: image.load_img('cat.jpg')),
                ('images', lambda: RandomFlip('horizontal')),
                ('convolutional', lambda: Conv2D(32, (3, 3))),
                ('recurrent', lambda: Recurrent(4)),
                ('attention', lambda: MultiHeadAttention(2, 2)),
                ('Model(inputs, outputs)', lambda: Graph())):
            said = message(function)
            assert what in said, said
            assert 'Graph' in said or 'script.py:' in said, said
        model = Sequential([Dense(1, input_dim=2)])
        assert not isinstance(model.layers[0], (Conv2D, LSTM))
        """,
    "parts of models, under several GPUs that are not there": """
        import numpy as np
        from keras.models import Model
        from keras.layers import Input, Dense
        from keras.utils import multi_gpu_model, plot_model
        from keras.utils.training_utils import multi_gpu_model as same
        from keras.optimizers import adam_v2, Adam
        from keras.optimizers.adam_v2 import Adam as Again
        from keras.engine.network import Network
        from keras.engine.topology import get_source_inputs, Input as TopInput
        from keras.engine.training import Model as Trained
        from tensorflow.python.keras.optimizer_v2.gradient_descent import SGD
        assert Again is Adam is adam_v2.Adam and Trained is Model
        i = TopInput(shape=(4,))
        model = Model(i, Dense(2)(i))
        try:
            parallel_model = multi_gpu_model(model, gpus=4)
        except ValueError:
            parallel_model = model
        parallel_model.compile(adam_v2.Adam(learning_rate=.01), 'mse')
        x = np.random.rand(8, 4)
        parallel_model.fit(x, x[:, :2], epochs=1, verbose=0)
        parallel_model.reset_states()
        assert (parallel_model.predict(x) == model.predict(x)).all()
        assert get_source_inputs(model.output)[0] is i
        """,
}
