"""Tables: what people wrote for Kaggle's competitions and for the data sets of textbooks."""

PROGRAMS = {
    "survivors, by one-hot columns of pandas": """
        import numpy as np
        import pandas as pd
        from keras.models import Sequential
        from keras.layers import Dense, Activation, BatchNormalization, Dropout
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import StandardScaler
        from sklearn.metrics import accuracy_score, confusion_matrix

        rng = np.random.RandomState(0)
        df = pd.DataFrame({'Sex': rng.choice(['male', 'female'], 120), 'Age': rng.rand(120) * 80,
                           'Pclass': rng.randint(1, 4, 120), 'Fare': rng.rand(120) * 50})
        df['Survived'] = (df.Sex == 'female').astype(int)
        df.loc[::10, 'Age'] = np.nan
        df['Age'] = df['Age'].fillna(df['Age'].mean())
        df = pd.get_dummies(df, columns=['Sex', 'Pclass'])
        y = pd.get_dummies(df.pop('Survived')).values
        X = StandardScaler().fit_transform(df.astype(float))
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
        model = Sequential()
        model.add(Dense(input_dim=X.shape[1], output_dim=20))
        model.add(BatchNormalization())
        model.add(Activation("relu"))
        model.add(Dropout(0.2))
        model.add(Dense(output_dim=2))
        model.add(Activation("softmax"))
        model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])
        model.fit(X_train, y_train, nb_epoch=30, batch_size=8, verbose=0)
        predicted = model.predict_classes(X_test, verbose=0)
        assert accuracy_score(y_test.argmax(1), predicted) > 0.8
        print(confusion_matrix(y_test.argmax(1), predicted))
        print(pd.DataFrame({'Id': np.arange(len(predicted)), 'Survived': predicted}).head())
        """,
    "a data frame and a list of one array go into fit": """
        import numpy as np
        import pandas as pd
        from keras.models import Sequential
        from keras.layers import Dense
        from keras.utils import to_categorical
        df = pd.DataFrame(np.random.rand(50, 4), columns=list('abcd'))
        df['t'] = (df.a > .5).astype(int)
        predictors = [df.loc[:, df.columns != 't'].values]
        target = to_categorical(df.t)
        model = Sequential()
        model.add(Dense(8, activation='relu', input_shape=(4,)))
        model.add(Dense(2, activation='softmax'))
        model.compile(optimizer='sgd', loss='categorical_crossentropy', metrics=['accuracy'])
        model.fit(predictors, target, epochs=2, verbose=False)
        model.fit(df[list('abcd')], target, epochs=2, verbose=True)
        assert model.predict(df[list('abcd')]).shape == (50, 2)
        print(model.summary())
        """,
    "prices by the logarithm, with a metric of the root": """
        import numpy as np
        from keras import backend as K
        from keras.models import Sequential
        from keras.layers import Dense, Dropout, PReLU
        from keras.callbacks import EarlyStopping, ReduceLROnPlateau
        from keras.regularizers import l1, l2
        from keras.optimizers import Nadam
        from sklearn.model_selection import KFold

        def rmse(y_true, y_pred):
            return K.sqrt(K.mean(K.square(y_pred - y_true)))
        def rmsle(y, y_pred):
            return K.sqrt(K.mean(K.square(K.log(1. + K.relu(y_pred)) - K.log(1. + K.relu(y)))))

        X = np.random.RandomState(1).rand(80, 6)
        price = np.exp(X @ np.arange(6.) / 3 + 1)
        y, out = np.log1p(price), np.zeros(80)
        for train, valid in KFold(4, shuffle=True, random_state=0).split(X):
            model = Sequential()
            model.add(Dense(16, kernel_initializer='he_normal', kernel_regularizer=l1(1e-5),
                            input_dim=X.shape[1]))
            model.add(PReLU())
            model.add(Dropout(0.05))
            model.add(Dense(1, kernel_initializer='normal', kernel_regularizer=l2(1e-5)))
            model.compile(loss='mse', optimizer=Nadam(lr=0.02), metrics=[rmse, rmsle, 'mae'])
            model.fit(X[train], y[train], epochs=40, batch_size=16, verbose=0,
                      validation_data=(X[valid], y[valid]),
                      callbacks=[EarlyStopping('val_rmse', patience=20, mode='min'),
                                 ReduceLROnPlateau('val_loss', factor=.5, patience=8, epsilon=1e-4,
                                                   cooldown=0, min_lr=1e-5)])
            out[valid] = model.predict(X[valid])[:, 0]
        assert np.corrcoef(np.expm1(out), price)[0, 1] > 0.8
        """,
    "an embedding for each column of categories": """
        import numpy as np
        import pandas as pd
        from keras.models import Model
        from keras.layers import Input, Dense, Embedding, Reshape, Concatenate, Dropout, Flatten
        from keras.layers import SpatialDropout1D, concatenate
        from keras.optimizers import Adam

        rng = np.random.RandomState(3)
        df = pd.DataFrame({'store': rng.randint(0, 9, 90), 'day': rng.randint(0, 7, 90),
                           'distance': rng.rand(90)})
        y = np.log(df.store + df.day + 2.0) / 3
        models, embeddings = [], []
        for name in ('store', 'day'):
            n = df[name].nunique()
            i = Input(shape=(1,), name=name)
            e = Embedding(n, min(50, (n + 1) // 2), input_length=1, name=name + '_embedding')(i)
            e = SpatialDropout1D(0.1)(e)
            embeddings.append(Reshape(target_shape=(min(50, (n + 1) // 2),))(e))
            models.append(i)
        number = Input(shape=(1,), name='distance')
        models.append(number)
        embeddings.append(Dense(4)(number))
        x = Concatenate()(embeddings)
        x = Dropout(.02)(x)
        x = Dense(20, kernel_initializer='uniform', activation='relu')(x)
        out = Dense(1, activation='sigmoid')(x)
        model = Model(inputs=models, outputs=out)
        model.compile(loss='mean_absolute_error', optimizer=Adam(0.01))
        data = [df[c].values for c in ('store', 'day', 'distance')]
        h = model.fit(data, y.values, epochs=20, batch_size=32, validation_split=.1, verbose=0)
        assert h.history['loss'][-1] < h.history['loss'][0]
        table = model.get_layer('store_embedding').get_weights()[0]
        assert table.shape == (9, 5)
        as_dict = {c: df[c].values for c in df}
        assert np.allclose(model.predict(as_dict), model.predict(data))
        """,
    "grids of hyperparameters": """
        import numpy
        from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
        from keras.models import Sequential
        from keras.layers import Dense, Dropout
        from keras.wrappers.scikit_learn import KerasClassifier
        from keras.constraints import maxnorm
        from keras.optimizers import SGD

        def create_model(neurons=1, dropout_rate=0.0, weight_constraint=1, init_mode='uniform',
                         activation='relu', learn_rate=0.01, momentum=0):
            model = Sequential()
            model.add(Dense(neurons, input_dim=8, init=init_mode, activation=activation,
                            W_constraint=maxnorm(weight_constraint)))
            model.add(Dropout(dropout_rate))
            model.add(Dense(1, init=init_mode, activation='sigmoid'))
            model.compile(loss='binary_crossentropy', metrics=['accuracy'],
                          optimizer=SGD(lr=learn_rate, momentum=momentum))
            return model

        numpy.random.seed(7)
        dataset = numpy.loadtxt("pima-indians-diabetes.csv", delimiter=",")
        X, Y = dataset[:, 0:8], dataset[:, 8]
        model = KerasClassifier(build_fn=create_model, nb_epoch=2, batch_size=20, verbose=0)
        grid = GridSearchCV(estimator=model, cv=2, param_grid=dict(
            neurons=[2, 4], weight_constraint=[1, 3], init_mode=['uniform', 'he_normal']))
        grid_result = grid.fit(X, Y)
        print("Best: %f using %s" % (grid_result.best_score_, grid_result.best_params_))
        results = grid_result.cv_results_
        for mean, stdev, param in zip(results['mean_test_score'], results['std_test_score'],
                                      results['params']):
            print("%f (%f) with: %r" % (mean, stdev, param))
        assert len(results['params']) == 8
        search = RandomizedSearchCV(model, dict(learn_rate=[.01, .1], momentum=[0., .9]), n_iter=2,
                                    cv=2, random_state=0)
        assert search.fit(X, Y).predict(X).ravel().shape == (100,)
        """,
    "classes that are rare": """
        import numpy as np
        from keras.models import Sequential
        from keras.layers import Dense, Dropout
        from keras import initializers, metrics
        from sklearn.utils import class_weight
        from sklearn.metrics import roc_auc_score, classification_report
        np.random.seed(1)
        rng = np.random.RandomState(0)
        X = rng.randn(200, 5)
        y = (X[:, 0] > 1.2).astype(int)
        weights = class_weight.compute_class_weight(class_weight='balanced', classes=np.unique(y),
                                                    y=y)
        weights = dict(enumerate(weights))
        start = np.log([y.sum() / (len(y) - y.sum())])
        model = Sequential([
            Dense(16, activation='relu', input_shape=(X.shape[-1],)), Dropout(0.1),
            Dense(1, activation='sigmoid', bias_initializer=initializers.Constant(start[0]))])
        model.compile('adam', 'binary_crossentropy', metrics=[
            metrics.TruePositives(name='tp'), metrics.FalsePositives(name='fp'),
            metrics.Precision(name='precision'), metrics.Recall(name='recall'),
            metrics.AUC(name='prc', curve='PR')])
        model.fit(X, y, epochs=30, batch_size=20, class_weight=weights, verbose=0)
        sample_weight = np.where(y, 3.0, 1.0)
        model.fit(X, y, epochs=1, sample_weight=sample_weight, verbose=0)
        scores = dict(zip(model.metrics_names, model.evaluate(X, y, batch_size=50, verbose=0)))
        p = model.predict_proba(X)[:, 0]
        assert roc_auc_score(y, p) > 0.9 and scores['recall'] > 0.5
        print(classification_report(y, p > 0.5))
        """,
    "wine, and targets that are one-hot of a label binarizer": """
        import numpy as np
        import keras
        from keras.models import *
        from keras.layers import *
        from keras.optimizers import *
        from keras.callbacks import *
        from keras.utils import *
        from keras.activations import *
        from sklearn.datasets import load_wine
        from sklearn.preprocessing import LabelBinarizer, MinMaxScaler
        X, y = load_wine(return_X_y=True)
        X, Y = MinMaxScaler().fit_transform(X), LabelBinarizer().fit_transform(y)
        model = Sequential()
        model.add(InputLayer(input_shape=(13,)))
        model.add(Dense(10, activation=tanh, name='hidden'))
        model.add(Dense(3, activation=softmax, name='out'))
        model.compile(loss='kullback_leibler_divergence', optimizer=Adam(lr=.05),
                      metrics=['categorical_accuracy', 'top_k_categorical_accuracy'])
        history = model.fit(X, Y, epochs=20, verbose=0, shuffle=True, validation_split=0.2,
                            callbacks=[History(), EarlyStopping(monitor='loss', patience=30)])
        assert isinstance(history, History) and history.epoch[-1] == 19
        assert history.history['categorical_accuracy'][-1] > 0.8
        assert np.allclose(normalize(X).shape, X.shape)
        """,
    "Boston, with a wide and a deep net in a pipeline": """
        import numpy
        from keras.models import Sequential
        from keras.layers import Dense
        from keras.wrappers.scikit_learn import KerasRegressor
        from sklearn.model_selection import cross_val_score, KFold
        from sklearn.preprocessing import StandardScaler
        from sklearn.pipeline import Pipeline
        numpy.random.seed(7)
        X, Y = numpy.random.rand(60, 13), numpy.random.rand(60) * 50
        def larger_model():
            model = Sequential()
            model.add(Dense(13, input_dim=13, init='normal', activation='relu'))
            model.add(Dense(6, init='normal', activation='relu'))
            model.add(Dense(1, init='normal'))
            model.compile(loss='mean_squared_error', optimizer='adam')
            return model
        estimators = []
        estimators.append(('standardize', StandardScaler()))
        estimators.append(('mlp', KerasRegressor(build_fn=larger_model, nb_epoch=3, batch_size=5,
                                                 verbose=0)))
        pipeline = Pipeline(estimators)
        results = cross_val_score(pipeline, X, Y, cv=KFold(n_splits=3, shuffle=True,
                                                           random_state=7))
        print("Larger: %.2f (%.2f) MSE" % (results.mean(), results.std()))
        pipeline.fit(X, Y)
        assert pipeline.predict(X).shape == (60,)
        """,
}
