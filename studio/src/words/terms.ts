/** What the field's words mean, for those who meet them here for the first time: one or two sentences each. */
import type { Area } from "./words.ts";

export const terms = {
  en: {
    "terms.what": "What is this?",
    "term.units":
      "How many neurons the brick has. Each sees all inputs, with a weight for each of them. More neurons can draw finer borders, and memorize sooner.",
    "term.activation":
      "The function that each neuron sends its sum through. Without one, stacked bricks could do no more than a single brick.",
    "term.rate":
      "The share of the signals that are set to 0 in a step of the training, other ones each time. So no neuron can rely on a single other one.",
    "term.stddev":
      "How large the noise is that is added to the signals while the wall trains. What was learned then holds for rows that are a little different, too.",
    "term.momentum":
      "How much of what was before each step keeps: of the mean and the variance in BatchNormalization, of the direction in SGD. Near 1 it changes slowly.",
    "term.epsilon": "A small number that is added to what is divided by: so it is never 0.",
    "term.kernel_regularizer":
      "What large weights add to the loss. A wall with small weights memorizes less.",
    "term.optimizer":
      "The rule by which a step changes the weights, once it is known which way the loss falls. SGD takes that way as it is; Adam and RMSprop adapt the step of each weight.",
    "term.learning_rate":
      "How far a step moves the weights. If it is too small, training takes long; if it is too large, the loss jumps about or grows.",
    "term.loss":
      "How wrong the predictions are, as one number: training makes it smaller. Which loss fits depends on what is predicted.",
    "term.accuracy": "The share of the rows that are predicted right.",
    "term.metrics":
      "What is measured beside the loss, for people to read. The training itself does not use it.",
    "term.batchSize":
      "How many rows go through the wall before the weights change once: that is one step. Small batches change them often, large ones evenly.",
    "term.epochs":
      "How often the training goes through all its rows. With 100 rows and a batch size of 10, an epoch is 10 steps.",
    "term.seed":
      "Where random numbers begin: those of the first weights, of the order of the rows, of Dropout. The same seed gives the same training.",
    "term.validation":
      "Rows that the wall never trains on, to see what it makes of rows that are new to it. If their loss rises while that of the others falls, the wall memorizes.",
  },
  ko: {
    "terms.what": "무슨 뜻인가요?",
    "term.units":
      "블록에 있는 뉴런의 개수입니다. 뉴런마다 모든 입력을 보고, 입력마다 가중치를 하나씩 가집니다. 많을수록 경계를 세밀하게 그리지만 외우기도 쉬워집니다.",
    "term.activation":
      "뉴런이 계산한 합을 통과시키는 함수입니다. 이것이 없으면 블록을 여러 층 쌓아도 한 층으로 할 수 있는 일밖에 하지 못합니다.",
    "term.rate":
      "학습하는 동안 0으로 가리는 신호의 비율입니다. 단계마다 다른 신호를 가리므로 뉴런이 다른 뉴런 하나에만 의지할 수 없습니다.",
    "term.stddev":
      "학습하는 동안 신호에 더하는 잡음의 크기입니다. 조금 다른 행에도 맞는 것을 배우게 됩니다.",
    "term.momentum":
      "단계마다 앞의 값을 얼마나 남기는지를 정합니다. BatchNormalization에서는 평균과 분산, SGD에서는 방향입니다. 1에 가까우면 천천히 바뀝니다.",
    "term.epsilon": "나누는 수에 더하는 작은 수입니다. 0으로 나누지 않게 합니다.",
    "term.kernel_regularizer":
      "가중치가 클수록 손실에 더해지는 값입니다. 가중치가 작은 벽은 덜 외웁니다.",
    "term.optimizer":
      "손실이 줄어드는 방향을 알았을 때 가중치를 어떻게 바꿀지 정하는 규칙입니다. SGD는 그 방향을 그대로 따르고, Adam과 RMSprop은 가중치마다 걸음의 크기를 조절합니다.",
    "term.learning_rate":
      "한 단계에서 가중치를 얼마나 움직이는지를 정합니다. 너무 작으면 오래 걸리고, 너무 크면 손실이 오르내리거나 커집니다.",
    "term.loss":
      "예측이 얼마나 틀렸는지 나타내는 수 하나입니다. 학습은 이 수를 줄이는 일입니다. 무엇을 예측하느냐에 따라 맞는 손실이 다릅니다.",
    "term.accuracy": "맞게 예측한 행의 비율입니다.",
    "term.metrics": "손실과 함께 재어 사람이 읽는 값입니다. 학습 자체에는 쓰이지 않습니다.",
    "term.batchSize":
      "행이 몇 개 지나갈 때마다 가중치를 한 번 바꾸는지를 정합니다. 그 한 번이 한 단계입니다. 배치가 작으면 자주, 크면 고르게 바뀝니다.",
    "term.epochs":
      "훈련 행 전체를 몇 번 되풀이하는지를 정합니다. 훈련 행이 100개이고 배치 크기가 10이면 에포크 한 번은 10단계입니다.",
    "term.seed":
      "난수가 시작되는 곳입니다. 처음 가중치, 행의 순서, Dropout에 쓰입니다. 시드가 같으면 학습도 똑같습니다.",
    "term.validation":
      "학습에 쓰지 않는 행입니다. 처음 보는 행을 벽이 얼마나 맞히는지 봅니다. 훈련 손실은 줄어드는데 검증 손실이 커지면 외우고 있는 것입니다.",
  },
} satisfies Area;

type NameOf<Key> = Key extends `term.${infer Name}` ? Name : never;
/** A word that is explained. */
export type TermName = NameOf<keyof typeof terms.en>;

const isTerm = (name: string): name is TermName => `term.${name}` in terms.en;

/** Returns the word of a name, if it is explained. */
export const termOf = (name: string): TermName | undefined => (isTerm(name) ? name : undefined);
