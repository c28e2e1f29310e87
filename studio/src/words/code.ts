import type { Area } from "./words.ts";

/** The code of a wall, and what is said about code that becomes one. */
export const code: Area = {
  en: {
    "code.long": "The code has {letters} letters; at most {most} are read.",
    "code.empty": "No code yet. A wall begins with: model = keras.Sequential([...])",
    "code.none": "No model is built here. Expected: model = keras.Sequential([...])",
    "code.syntax":
      "Python can’t read “{source}”. Is a comma or a bracket missing here, or on the line before?",
    "code.string": "The closing quote is missing: {source}",
    "code.steps": "This would take too many steps to follow.",
    "code.depth": "This is nested too deeply to follow.",
    "code.many": "A wall has at most {most} bricks.",
    "code.left": "Left alone, since code is read and not run: {source}",
    "code.branch":
      "Code is read and not run, so how often this {source} runs is not known, and it adds bricks. Write the bricks out, or loop over range(3) or a list.",
    "code.once":
      "Code is read and not run, so how often this loop runs is not known: it is read once.",
    "code.list": "Expected a list of layers, as in Sequential([Dense(8), Dense(1)]); got {source}.",
    "code.branches":
      "A wall is one stack: expected one input, one output and layers one on the other between them.",
    "code.other": "There are several models; the wall is the one of line {line}.",
    "code.again": "{name} is called again below; that call counts.",
    "code.loop":
      "fit runs {times} {times|time|times} with {epochs} {epochs|epoch|epochs}: read as {all} {all|epoch|epochs}.",
    "code.notlayer":
      "Expected a layer, such as Dense(8); code is read and not run, so what {source} is can't be told.",
    "code.uncalled": "{source} is the class; a layer is made with brackets, as in Dense(8).",
    "code.nobrick":
      "{name} is no brick of the studio, whose layers are for rows of numbers: {bricks}.",
    "code.meant": "Did you mean {name}?",
    "code.fix": "Write {name}",
    "code.leave": "Leave it out",
    "code.split":
      "Line {line}: validation_split={share} holds out {percent}% of the rows, and so does the studio now.",
    "code.readonly":
      "The whole script is for reading and copying. To change the wall, edit the code under Model.",
    "code.undefined":
      "{name} is not defined: nothing imports or assigns it, so Python would stop here.",
    "code.undefined.import": "Expected: {line}",
    "code.undefined.known": "Defined are: {known}.",
    "code.old":
      "Line {line}: {name} is a spelling of Keras 1. It runs with brickwork and Keras 1; today’s Keras refuses it.",
    "code.unimported":
      "The imports are missing, which Python needs: import keras, and from keras import layers.",
    "code.own": "This is your own text, and keeps its imports.",
    "code.anew": "Write it anew from the wall",
    "code.renew": "Rewrite for today’s Keras",
    "code.missing": "{owner} needs {name}.",
    "code.twice": "{owner} is given {name} twice.",
    "code.argument": "{owner} has no argument {name}.",
    "code.positions": "{owner} takes at most {most} arguments without a name.",
    "code.unused": "{name} of {owner} is not in the studio: it is left out of the wall.",
    "code.unknown":
      "{name}: code is read and not run, so what {source} is can't be told. Write the value itself.",
    "code.refused": "{name}: {reason}.",
    "code.slope": "The studio's leaky_relu has a slope of 0.2, here it is {slope}: 0.2 is taken.",
    "code.range": "{name}: in the studio {source} has its default range, which is taken.",
    "code.shape": "{name}: ({size}) is a number in brackets. A shape has a comma: ({size},)",
    "code.shape.size": "The numbers of a shape are whole and at least 1; got {source}.",
    "code.flat": "Rows of shape ({shape}) are not flat: put Flatten() first.",
    "code.sockets":
      "{name} is told that {sockets} {sockets|signal comes|signals come} in, and the brick below has {studs} {studs|stud|studs}.",
    "code.lost":
      "The weight brick {name} has weights of one size, so it was taken off the wall. Undo brings it back.",
    "code.noloss": "compile names no loss; {loss} is kept.",
    "code.noloss.known": "{name} is no loss of the studio. Its losses: {known}.",
    "code.nooptimizer": "{name} is no optimizer of the studio. Its optimizers: {known}.",
    "code.nometric": "{name} is no metric of the studio: it is left out. Its metrics: {known}.",
    "code.kept":
      "{name}: what {source} is can't be told, since code is read and not run; {value} is kept.",
    "code.logits": "from_logits=True: in the studio the top brick has the {activation} itself.",
    "code.logits.top":
      "from_logits=True belongs to a top brick without activation; expected a Dense without one, which gets {activation}.",
    "code.comment.fixed": "weight brick: {name}",
    "code.comment.weights": "Weights that were trained before.",
    "code.comment.large":
      "{count} trained weights are too many to write here (at most {most}): take the wall home as .keras.",
    "code.comment.nodata":
      "The data of this wall could not be loaded in the studio; choose it anew there.",
    "code.comment.made":
      "The same shape as in the studio, with other random numbers: figures differ a little.",
    "code.comment.split": "{percent}% of the rows are held out.",
    "code.comment.split.same":
      "{percent}% of the rows are held out: the same ones as in the studio.",
    "code.comment.predict": "Predict new rows, with values as the table has them.",
    "code.comment.always": "always “{name}”:",
    "code.comment.mean": "off by, on average, if always the mean:",
    "code.comment.off": "off by, on average:",
    "code.comment.fill": "A missing number becomes the mean of its column.",
    "code.comment.scale": "Each input gets mean 0 and standard deviation 1.",
    "code.comment.scale.numbers":
      "Each number gets mean 0 and standard deviation 1; categories stay 0 or 1.",
    "code.comment.pixels": "All pixels together get mean 0 and standard deviation 1.",
    "code.comment.target": "The target gets mean 0 and standard deviation 1.",
    "code.comment.file": "{file} is to be in the folder where this runs.",
    "code.comment.numbers": "$1,234.5 and 5% are numbers; what is no number is missing.",
    "code.comment.categories": "A text becomes one input for each of its values.",
    "code.label": "Keras code of the wall",
    "code.help": "Tab indents; Escape, then Tab leaves the code.",
    "code.form": "How much of the code",
    "code.short": "Model",
    "code.script": "Whole script",
    "code.imports": "Import",
    "code.copy": "Copy",
    "code.copied": "Copied",
    "code.uncopied": "The browser does not let this page copy. Select the code and press Ctrl+C.",
    "code.good": "The wall follows the code.",
    "code.takehome":
      "The whole script, to take home. To change the wall, edit the code under Model.",
    "code.faults": "{n} {n|error|errors}: the wall stays as it was.",
    "code.line": "Line {line}: {text}",
    "code.lines.left":
      "{n} {n|line that does|lines that do} not build the model {n|is|are} left alone.",
  },
  ko: {
    "code.long": "코드가 {letters}자입니다. 최대 {most}자까지 읽습니다.",
    "code.empty": "아직 코드가 없습니다. 벽은 이렇게 시작합니다: model = keras.Sequential([...])",
    "code.none": "여기에서는 모델을 만들지 않습니다. 필요한 것: model = keras.Sequential([...])",
    "code.syntax":
      "파이썬 문법에 맞지 않습니다: “{source}”. 이 줄이나 앞줄에 쉼표나 괄호가 빠지지 않았나요?",
    "code.string": "닫는 따옴표가 없습니다: {source}",
    "code.steps": "단계가 너무 많아 따라갈 수 없습니다.",
    "code.depth": "너무 깊이 겹쳐 있어 따라갈 수 없습니다.",
    "code.many": "벽에는 블록을 최대 {most}개까지 쌓을 수 있습니다.",
    "code.left": "코드는 읽기만 하고 실행하지 않으므로 그대로 둡니다: {source}",
    "code.branch":
      "코드는 읽기만 하고 실행하지 않으므로 이 {source}이(가) 몇 번 실행되는지 알 수 없는데, 그 안에서 블록을 쌓습니다. 블록을 하나씩 쓰거나 range(3) 또는 리스트로 반복하세요.",
    "code.once":
      "코드는 읽기만 하고 실행하지 않으므로 이 반복이 몇 번인지 알 수 없어 한 번만 읽습니다.",
    "code.list":
      "Sequential([Dense(8), Dense(1)])처럼 층의 리스트가 필요한데 {source}을(를) 받았습니다.",
    "code.branches":
      "벽은 하나의 탑입니다. 입력 하나와 출력 하나, 그 사이에 차례로 쌓인 층이 필요합니다.",
    "code.other": "모델이 여러 개입니다. 벽은 {line}번째 줄의 모델입니다.",
    "code.again": "{name}을(를) 아래에서 다시 부릅니다. 아래의 것을 따릅니다.",
    "code.loop": "fit이 에포크 {epochs}개로 {times}번 실행됩니다. 에포크 {all}개로 읽습니다.",
    "code.notlayer":
      "Dense(8) 같은 층이 필요한데, 코드는 읽기만 하고 실행하지 않으므로 {source}이(가) 무엇인지 알 수 없습니다.",
    "code.uncalled": "{source}은(는) 클래스입니다. 층은 Dense(8)처럼 괄호를 붙여 만듭니다.",
    "code.nobrick":
      "{name}은(는) 스튜디오에 없는 블록입니다. 스튜디오의 층은 숫자로 된 행을 위한 것입니다: {bricks}.",
    "code.meant": "혹시 {name}인가요?",
    "code.fix": "{name}(으)로 고치기",
    "code.leave": "빼기",
    "code.split":
      "{line}번째 줄: validation_split={share}이(가) 행의 {percent}%를 따로 두므로 스튜디오도 그렇게 합니다.",
    "code.readonly":
      "전체 스크립트는 읽고 복사하는 곳입니다. 벽을 바꾸려면 ‘모델’의 코드를 고치세요.",
    "code.undefined":
      "{name}은(는) 정의되지 않은 이름입니다. 불러오거나 값을 넣은 곳이 없어 파이썬은 여기에서 멈춥니다.",
    "code.undefined.import": "필요한 것: {line}",
    "code.undefined.known": "정의된 이름: {known}.",
    "code.old":
      "{line}번째 줄: {name}은(는) Keras 1에서 쓰던 표기입니다. brickwork와 Keras 1에서는 실행되지만 요즘 Keras에서는 오류가 납니다.",
    "code.unimported":
      "불러오기가 빠져 있습니다. 파이썬에는 import keras와 from keras import layers가 필요합니다.",
    "code.own": "직접 쓴 코드라서 불러오기도 쓴 그대로 둡니다.",
    "code.anew": "벽에서 다시 만들기",
    "code.renew": "요즘 Keras에 맞게 다시 쓰기",
    "code.missing": "{owner}에는 {name}이(가) 필요합니다.",
    "code.twice": "{owner}에 {name}이(가) 두 번 주어졌습니다.",
    "code.argument": "{owner}에는 인수 {name}이(가) 없습니다.",
    "code.positions": "{owner}에는 이름 없는 인수를 최대 {most}개까지 쓸 수 있습니다.",
    "code.unused": "{owner}의 {name}은(는) 스튜디오에 없어 벽에서 빠집니다.",
    "code.unknown":
      "{name}: 코드는 읽기만 하고 실행하지 않으므로 {source}이(가) 무엇인지 알 수 없습니다. 값을 직접 쓰세요.",
    "code.refused": "{name}: {reason}.",
    "code.slope": "스튜디오의 leaky_relu는 기울기가 0.2인데 여기서는 {slope}입니다. 0.2를 씁니다.",
    "code.range": "{name}: 스튜디오의 {source}에는 기본 범위만 있어 그것을 씁니다.",
    "code.shape":
      "{name}: ({size})은(는) 괄호 안의 숫자입니다. 모양에는 쉼표가 있어야 합니다: ({size},)",
    "code.shape.size": "모양의 수는 1 이상의 정수여야 합니다. 받은 것: {source}",
    "code.flat": "({shape}) 모양의 행은 한 줄이 아닙니다. 먼저 Flatten()을 놓으세요.",
    "code.sockets":
      "{name}에는 신호가 {sockets}개 들어온다고 쓰여 있는데 아래 블록의 돌기는 {studs}개입니다.",
    "code.lost":
      "가중치 블록 {name}은(는) 가중치의 크기가 정해져 있어 벽에서 내려왔습니다. 실행 취소하면 돌아옵니다.",
    "code.noloss": "compile에 손실 함수가 없어 {loss}을(를) 그대로 씁니다.",
    "code.noloss.known": "{name}은(는) 스튜디오에 없는 손실 함수입니다. 있는 손실 함수: {known}.",
    "code.nooptimizer": "{name}은(는) 스튜디오에 없는 옵티마이저입니다. 있는 옵티마이저: {known}.",
    "code.nometric": "{name}은(는) 스튜디오에 없는 지표라 빠집니다. 있는 지표: {known}.",
    "code.kept":
      "{name}: 코드는 읽기만 하고 실행하지 않으므로 {source}이(가) 무엇인지 알 수 없어 {value}을(를) 그대로 씁니다.",
    "code.logits":
      "from_logits=True: 스튜디오에서는 맨 위 블록이 {activation}을(를) 직접 가집니다.",
    "code.logits.top":
      "from_logits=True는 맨 위 블록에 활성화 함수가 없을 때 씁니다. 활성화 함수가 없는 Dense가 필요하며 {activation}이(가) 붙습니다.",
    "code.comment.fixed": "가중치 블록: {name}",
    "code.comment.weights": "전에 학습한 가중치.",
    "code.comment.large":
      "학습한 가중치 {count}개는 여기에 쓰기에 너무 많습니다(최대 {most}개). 벽을 .keras로 가져가세요.",
    "code.comment.nodata":
      "이 벽의 데이터를 스튜디오에서 불러오지 못했습니다. 스튜디오에서 다시 고르세요.",
    "code.comment.made": "스튜디오와 같은 모양이고 난수만 달라서 결과가 조금 다릅니다.",
    "code.comment.split": "행의 {percent}%는 따로 둡니다.",
    "code.comment.split.same": "행의 {percent}%는 따로 둡니다. 스튜디오에서와 같은 행입니다.",
    "code.comment.predict": "새로운 행 예측: 값은 표에 있는 그대로 넣습니다.",
    "code.comment.always": "항상 ‘{name}’:",
    "code.comment.mean": "항상 평균값으로 답할 때의 평균 오차:",
    "code.comment.off": "평균 오차:",
    "code.comment.fill": "빠진 수는 그 열의 평균이 됩니다.",
    "code.comment.scale": "입력마다 평균을 0, 표준편차를 1로 맞춥니다.",
    "code.comment.scale.numbers":
      "수마다 평균을 0, 표준편차를 1로 맞추고 범주는 0 또는 1로 둡니다.",
    "code.comment.pixels": "모든 픽셀을 함께 평균 0, 표준편차 1로 맞춥니다.",
    "code.comment.target": "목표값의 평균을 0, 표준편차를 1로 맞춥니다.",
    "code.comment.file": "{file} 파일을 이 코드를 실행하는 폴더에 두세요.",
    "code.comment.numbers": "$1,234.5와 5%는 수이고, 수가 아닌 것은 빠진 값입니다.",
    "code.comment.categories": "글자로 된 값은 값마다 입력 하나가 됩니다.",
    "code.label": "벽의 Keras 코드",
    "code.help": "Tab은 들여쓰기이고, Escape를 누른 뒤 Tab을 누르면 코드에서 나갑니다.",
    "code.form": "코드의 범위",
    "code.short": "모델",
    "code.script": "전체 스크립트",
    "code.imports": "import 방식",
    "code.copy": "복사",
    "code.copied": "복사했습니다",
    "code.uncopied": "브라우저가 복사를 허용하지 않습니다. 코드를 선택하고 Ctrl+C를 누르세요.",
    "code.good": "벽이 코드를 따라갑니다.",
    "code.takehome": "가져갈 전체 스크립트입니다. 벽을 바꾸려면 ‘모델’의 코드를 고치세요.",
    "code.faults": "오류가 {n}개 있어 벽은 그대로 있습니다.",
    "code.line": "{line}번째 줄: {text}",
    "code.lines.left": "모델을 만들지 않는 {n}줄은 그대로 둡니다.",
  },
};
