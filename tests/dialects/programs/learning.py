"""Agents, and nets that invent: the loops that call train_on_batch, and losses of one's own."""

PROGRAMS = {
    "a loss that is added to the model of a variational autoencoder": """
        import numpy as np
        from keras.layers import Input, Dense, Lambda
        from keras.models import Model
        from keras.losses import mse, binary_crossentropy
        from keras import backend as K
        np.random.seed(0)
        original_dim, latent_dim = 6, 2

        def sampling(args):
            z_mean, z_log_var = args
            batch, dim = K.shape(z_mean)[0], K.int_shape(z_mean)[1]
            epsilon = K.random_normal(shape=(batch, dim), stddev=1e-3)
            return z_mean + K.exp(0.5 * z_log_var) * epsilon

        inputs = Input(shape=(original_dim,), name='encoder_input')
        x = Dense(5, activation='relu')(inputs)
        z_mean = Dense(latent_dim, name='z_mean')(x)
        z_log_var = Dense(latent_dim, name='z_log_var')(x)
        z = Lambda(sampling, output_shape=(latent_dim,), name='z')([z_mean, z_log_var])
        encoder = Model(inputs, [z_mean, z_log_var, z], name='encoder')
        latent_inputs = Input(shape=(latent_dim,), name='z_sampling')
        outputs = Dense(original_dim, activation='sigmoid')(latent_inputs)
        decoder = Model(latent_inputs, outputs, name='decoder')
        outputs = decoder(encoder(inputs)[2])
        vae = Model(inputs, outputs, name='vae_mlp')
        reconstruction_loss = binary_crossentropy(inputs, outputs)
        reconstruction_loss *= original_dim
        kl_loss = 1 + z_log_var - K.square(z_mean) - K.exp(z_log_var)
        kl_loss = K.sum(kl_loss, axis=-1)
        kl_loss *= -0.5
        vae.add_loss(K.mean(reconstruction_loss + kl_loss))
        vae.compile(optimizer='adam')
        vae.summary()
        data = np.random.rand(64, original_dim)
        h = vae.fit(data, epochs=15, batch_size=16, validation_data=(data, None), verbose=0)
        assert h.history['loss'][-1] < h.history['loss'][0] and 'val_loss' in h.history
        mean, log_var, _ = encoder.predict(data)
        p = vae.predict(data)
        kl = -0.5 * (1 + log_var - mean ** 2 - np.exp(log_var)).sum(-1).mean()
        cross = -(data * np.log(p) + (1 - data) * np.log(1 - p)).sum(-1).mean()
        assert abs(vae.evaluate(data, verbose=0) - kl - cross) < 0.01
        """,
    "a loss that looks at symbols inside of the model": """
        import numpy as np
        from keras.layers import Input, Dense, Lambda
        from keras.models import Model
        from keras import backend as K, objectives, metrics
        np.random.seed(0)
        original_dim, latent_dim = 8, 2
        x = Input(shape=(original_dim,))
        h = Dense(6, activation='tanh')(x)
        z_mean = Dense(latent_dim)(h)
        z_log_var = Dense(latent_dim)(h)
        kept = z_mean * 2
        def sampling(args):
            m, v = args
            return m + K.exp(v / 2) * K.random_normal(
                shape=(K.shape(m)[0], latent_dim), mean=0., std=1e-3)
        z = Lambda(sampling, output_shape=(latent_dim,))([z_mean, z_log_var])
        decoded = Dense(original_dim, activation='sigmoid')(z)

        def vae_loss(x, x_decoded_mean):
            xent_loss = original_dim * objectives.binary_crossentropy(x, x_decoded_mean)
            kl_loss = - 0.5 * K.mean(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
            return xent_loss + kl_loss
        def spread(y_true, y_pred):
            return K.mean(K.square(kept))

        vae = Model(x, decoded)
        encoder = Model(x, [z_mean, z_log_var])
        vae.compile(optimizer='rmsprop', loss=vae_loss, metrics=[spread])
        data = np.random.rand(40, original_dim)
        vae.fit(data, data, shuffle=True, nb_epoch=5, batch_size=10, verbose=0)
        loss, spread_now = vae.evaluate(data, data, batch_size=40, verbose=0)
        mean, log_var = encoder.predict(data)
        assert abs(spread_now - (4 * mean ** 2).mean()) < 1e-5
        p = vae.predict(data)
        kl = -0.5 * (1 + log_var - mean ** 2 - np.exp(log_var)).mean(-1).mean()
        cross = -(data * np.log(p) + (1 - data) * np.log(1 - p)).sum(-1).mean()
        assert abs(loss - kl - cross) < 0.01
        """,
    "a layer that adds the divergence": """
        import numpy as np
        from keras.layers import Input, Dense, Lambda, Layer, Add, Multiply
        from keras.models import Model, Sequential
        from keras import backend as K

        def nll(y_true, y_pred):
            return K.sum(K.binary_crossentropy(y_true, y_pred), axis=-1)

        class KLDivergenceLayer(Layer):
            def __init__(self, *args, **kwargs):
                self.is_placeholder = True
                super(KLDivergenceLayer, self).__init__(*args, **kwargs)
            def call(self, inputs):
                mu, log_var = inputs
                kl_batch = - .5 * K.sum(1 + log_var - K.square(mu) - K.exp(log_var), axis=-1)
                self.add_loss(K.mean(kl_batch), inputs=inputs)
                return inputs

        x = Input(shape=(7,))
        h = Dense(5, activation='relu')(x)
        z_mu, z_log_var = KLDivergenceLayer()([Dense(2)(h), Dense(2)(h)])
        z_sigma = Lambda(lambda t: K.exp(.5 * t))(z_log_var)
        eps = Input(tensor=K.random_normal(stddev=1.0, shape=(K.shape(x)[0], 2))) if False else \\
            Lambda(lambda t: K.random_normal(shape=(K.shape(t)[0], 2)))(x)
        z = Add()([z_mu, Multiply()([z_sigma, eps])])
        decoder = Sequential([Dense(5, input_dim=2, activation='relu'),
                              Dense(7, activation='sigmoid')])
        vae = Model(inputs=x, outputs=decoder(z))
        vae.compile(optimizer='rmsprop', loss=nll)
        data = (np.random.rand(40, 7) > .5).astype('float32')
        h = vae.fit(data, data, epochs=10, batch_size=10, verbose=0, validation_data=(data, data))
        assert h.history['loss'][-1] < h.history['loss'][0]
        """,
    "policy gradients by sample weights": """
        import numpy as np
        from keras.models import Sequential, Model
        from keras.layers import Dense, Input
        from keras.optimizers import Adam
        from keras.utils import to_categorical
        import keras.backend as K

        class Agent:
            def __init__(self, state_size, action_size):
                self.states, self.gradients, self.rewards, self.probs = [], [], [], []
                self.action_size = action_size
                self.model = Sequential()
                self.model.add(Dense(16, input_dim=state_size, activation='relu',
                                     kernel_initializer='glorot_uniform'))
                self.model.add(Dense(action_size, activation='softmax'))
                self.model.compile(loss='categorical_crossentropy', optimizer=Adam(lr=0.01))
            def act(self, state):
                prob = self.model.predict(state.reshape([1, -1]), batch_size=1).flatten()
                prob = prob / np.sum(prob)
                return np.random.choice(self.action_size, 1, p=prob)[0], prob
        agent = Agent(3, 2)
        for t in range(10):
            state = np.random.randn(3)
            action, prob = agent.act(state)
            agent.states.append(state)
            agent.gradients.append(action)
            agent.rewards.append(float(action == 1))
        discounted = np.cumsum(agent.rewards[::-1])[::-1]
        advantages = (discounted - discounted.mean()) / (discounted.std() + 1e-8)
        X, Y = np.vstack(agent.states), to_categorical(agent.gradients, 2)
        agent.model.train_on_batch(X, Y, sample_weight=advantages)

        state_input, advantage = Input(shape=(3,)), Input(shape=(1,))
        hidden = Dense(16, activation='tanh')(state_input)
        actions = Dense(2, activation='softmax')(hidden)
        value = Dense(1, activation='linear')(hidden)
        def actor_loss(y_true, y_pred):
            prob = K.sum(y_true * y_pred, axis=-1)
            return -K.log(K.clip(prob, 1e-8, 1 - 1e-8)) + 0.01 * K.sum(
                y_pred * K.log(y_pred + 1e-10), axis=-1)
        both = Model(inputs=[state_input], outputs=[actions, value])
        both.compile(loss=[actor_loss, 'mse'], loss_weights=[1., .5], optimizer=Adam(lr=1e-3))
        losses = both.train_on_batch(X, [Y, discounted])
        assert len(losses) == 3
        """,
    "proximal policies, whose loss takes the advantage in": """
        import numpy as np
        from keras.models import Model
        from keras.layers import Input, Dense
        from keras.optimizers import Adam
        from keras import backend as K
        LOSS_CLIPPING, ENTROPY_LOSS = 0.2, 5e-3

        def proximal_policy_optimization_loss(advantage, old_prediction):
            def loss(y_true, y_pred):
                prob = K.sum(y_true * y_pred, axis=-1)
                old_prob = K.sum(y_true * old_prediction, axis=-1)
                r = prob / (old_prob + 1e-10)
                return -K.mean(K.minimum(r * advantage, K.clip(
                    r, min_value=1 - LOSS_CLIPPING, max_value=1 + LOSS_CLIPPING) * advantage)
                    + ENTROPY_LOSS * -(prob * K.log(prob + 1e-10)))
            return loss

        state_input = Input(shape=(4,))
        advantage = Input(shape=(1,))
        old_prediction = Input(shape=(3,))
        x = Dense(8, activation='tanh')(state_input)
        out_actions = Dense(3, activation='softmax', name='output')(x)
        model = Model(inputs=[state_input, advantage, old_prediction], outputs=[out_actions])
        model.compile(optimizer=Adam(lr=1e-2), loss=[proximal_policy_optimization_loss(
            advantage=advantage, old_prediction=old_prediction)])
        n = 16
        obs, adv, old = np.random.rand(n, 4), np.random.rand(n, 1), np.full((n, 3), 1 / 3.)
        action = np.eye(3)[np.zeros(n, int)]
        before = model.predict([obs, adv, old])[:, 0].mean()
        model.fit([obs, adv, old], [action], batch_size=16, shuffle=True, epochs=20, verbose=False)
        assert model.predict([obs, adv, old])[:, 0].mean() > before
        """,
    "an actor that learns from its critic's gradients": """
        import numpy as np
        from keras import layers, models, optimizers
        from keras import backend as K
        states = layers.Input(shape=(3,), name='states')
        actions = layers.Input(shape=(2,), name='actions')
        net = layers.Dense(units=16, kernel_regularizer=layers.regularizers.l2(1e-6))(states)
        net = layers.BatchNormalization()(net)
        net = layers.Activation("relu")(net)
        net = layers.Add()([net, layers.Dense(units=16)(actions)])
        net = layers.Activation('relu')(net)
        q = layers.Dense(units=1, name='q_values', kernel_initializer=layers.initializers.
                         RandomUniform(minval=-0.3, maxval=0.3))(net)
        critic = models.Model(inputs=[states, actions], outputs=q)
        critic.compile(optimizer=optimizers.Adam(lr=0.001), loss='mse')
        action_gradients = K.gradients(q, actions)
        get_action_gradients = K.function(inputs=[*critic.input, K.learning_phase()],
                                          outputs=action_gradients)
        s, a = np.random.rand(5, 3), np.random.rand(5, 2)
        grads = np.reshape(get_action_gradients([s, a, 0]), (-1, 2))
        step = 1e-2
        raised = critic.predict([s, a + [step, 0]]) - critic.predict([s, a - [step, 0]])
        away = np.abs(raised[:, 0] / (2 * step) - grads[:, 0])  # some cross a kink of relu
        assert np.median(away) < 1e-2

        actor_in = layers.Input(shape=(3,))
        raw = layers.Dense(2, activation='sigmoid')(layers.Dense(8, activation='relu')(actor_in))
        actor = models.Model(inputs=actor_in, outputs=layers.Lambda(lambda x: x * 4 - 2)(raw))
        gradients = layers.Input(shape=(2,))
        loss = K.mean(-gradients * actor.output)
        updates_op = optimizers.Adam(lr=.01).get_updates(params=actor.trainable_weights, loss=loss)
        train_fn = K.function(inputs=[actor.input, gradients, K.learning_phase()], outputs=[],
                              updates=updates_op)
        before = actor.predict(s)
        for _ in range(20):
            train_fn([s, np.tile([1., -1.], (5, 1)), 1])
        after = actor.predict(s)
        assert (after[:, 0] > before[:, 0]).all() and (after[:, 1] < before[:, 1]).all()
        """,
    "several tasks with one trunk": """
        import numpy as np
        from keras.layers import Input, Dense, Dropout
        from keras.models import Model
        from keras.callbacks import EarlyStopping
        x_in = Input(shape=(8,), name='x')
        trunk = Dropout(.1)(Dense(16, activation='relu')(x_in))
        age = Dense(1, name='age')(trunk)
        income = Dense(4, activation='softmax', name='income')(trunk)
        gender = Dense(1, activation='sigmoid', name='gender')(trunk)
        model = Model(x_in, [age, income, gender])
        model.compile(optimizer='rmsprop', loss={'age': 'mse', 'gender': 'binary_crossentropy',
                                                 'income': 'categorical_crossentropy'},
                      loss_weights={'age': 0.25, 'income': 1., 'gender': 10.},
                      metrics={'gender': 'acc', 'income': ['acc']})
        x = np.random.rand(60, 8)
        y = {'age': x.sum(1), 'income': np.eye(4)[x[:, :4].argmax(1)],
             'gender': (x[:, 0] > .5).astype(int)}
        h = model.fit(x, y, epochs=3, batch_size=16, validation_split=.2, verbose=0,
                      callbacks=[EarlyStopping(monitor='val_gender_acc', mode='max')])
        assert {'age_loss', 'gender_loss', 'val_income_loss', 'loss'} <= set(h.history)
        assert len(h.history['gender_acc']) and len(h.history['val_gender_acc'])
        model.fit(x, [y['age'], y['income'], y['gender']], epochs=1, verbose=0)
        assert len(model.predict(x)) == 3 and len(model.metrics_names) == len(
            model.evaluate(x, y, verbose=0))
        """,
    "noise taken away by a deep autoencoder, tied by hand": """
        import numpy as np
        from keras.layers import Input, Dense, Layer, GaussianNoise
        from keras import activations, initializers
        from keras.models import Model, Sequential
        from keras import backend as K

        class DenseTied(Layer):
            def __init__(self, units, tied_to=None, activation=None, **kwargs):
                self.tied_to = tied_to
                self.units = units
                self.activation = activations.get(activation)
                super(DenseTied, self).__init__(**kwargs)
            def build(self, input_shape):
                self.bias = self.add_weight(shape=(self.units,), initializer='zeros', name='bias')
                super(DenseTied, self).build(input_shape)
            def call(self, inputs):
                output = K.dot(inputs, K.transpose(self.tied_to.kernel))
                output = K.bias_add(output, self.bias)
                return self.activation(output)
            def compute_output_shape(self, input_shape):
                return input_shape[:-1] + (self.units,)

        i = Input((10,))
        enc = Dense(4, activation='tanh')
        o = DenseTied(10, tied_to=enc, activation='sigmoid')(enc(GaussianNoise(.1)(i)))
        model = Model(i, o)
        assert len(model.trainable_weights) == 3
        model.compile('adam', 'binary_crossentropy')
        x = np.random.rand(60, 10)
        h = model.fit(x + .1 * np.random.normal(size=x.shape), x, epochs=10, verbose=0)
        assert h.history['loss'][-1] < h.history['loss'][0]
        """,
}
