// What is written about a model of models/: its card as Markdown, and the list of all of them.

/** Licenses of the datasets that go by name, and whether pictures from them may be stored here. */
const DATA_LICENSES = {
  mnist: { license: 'CC BY-SA 3.0', redistributable: true },
  'fashion-mnist': { license: 'MIT', redistributable: true },
  cifar10: { license: 'none stated by its authors', redistributable: false },
};

/** @returns what is known of the license of a dataset; of a folder nothing is */
export function licenseOf(data) {
  return DATA_LICENSES[data] ?? { license: 'unknown', redistributable: false };
}

/** The command that a training run began with, from the settings that it left. */
export function trainCommand(settings) {
  const flags = Object.entries(settings)
    .filter(([name, value]) => value !== false && !(name === 'corrupt' && value === 'reject'))
    .map(([name, value]) => {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return value === true ? flag : `${flag} ${quoted(String(value))}`;
    });
  return `bd-edge train ${flags.join(' ')}`;
}

function quoted(text) {
  return /^[\w./,=:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param card as scripts/add-model.mjs makes it */
export function cardMarkdown(card) {
  const { accuracy, sizes, agreement, data } = card;
  const rows = [
    [
      'accuracy',
      `${accuracyText(accuracy)}, ${accuracy.correct} of ${whole(accuracy.images)} test images, deployed`,
    ],
    ['data', `${data.name}; license: ${data.license}`],
    ['network', `${card.network}, ${card.stage}`],
    ['recipe', `${card.recipe}, seed ${card.seed}, ${card.backend}`],
    ['file', `${whole(sizes.fileBytes)} bytes, ${whole(sizes.weightBytes)} of them weights`],
    ['RAM', `${whole(sizes.boardBytes)} bytes on a board, ${whole(sizes.arenaBytes)} of them the arena`],
    [
      'RAM, weights in flash',
      `${whole(sizes.boardBytesWithoutWeights)} bytes, on boards with native kernels`,
    ],
    [
      'against the training graph',
      `${agreement.classesDiffering} of ${whole(agreement.images)} validation images get another label`,
    ],
    ['SHA-256', `\`${card.sha256}\``],
  ];
  return [
    `# ${card.name}`,
    '',
    '| | |',
    '| --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    'Made by:',
    '',
    '```sh',
    ...card.commands,
    '```',
    '',
  ].join('\n');
}

/** @param cards of all models, in the order of their names */
export function indexMarkdown(cards) {
  const rows = cards.map(({ name, data, accuracy, sizes }) => [
    `[${name}](${name}/README.md)`,
    data.name,
    accuracyText(accuracy),
    whole(sizes.fileBytes),
  ]);
  if (rows.length === 0) return 'None yet.\n';
  const head = ['model', 'data', 'test accuracy, 95 % interval', 'bytes'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

/** Wilson's interval: of other test images, the network being what it is. */
function accuracyText({ value, interval }) {
  const percent = (share) => (100 * share).toFixed(2);
  return `${percent(value)} % (${interval.map(percent).join(' .. ')})`;
}

function whole(value) {
  return value.toLocaleString('en-US');
}
