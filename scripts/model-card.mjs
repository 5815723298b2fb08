// Texts about the models in models/: a card as Markdown, and the list of all models.

/** Licenses of the datasets that have names, and whether their pictures may be stored here. */
const DATA_LICENSES = {
  mnist: { license: 'CC BY-SA 3.0', redistributable: true },
  'fashion-mnist': { license: 'MIT', redistributable: true },
  cifar10: { license: 'none stated by its authors', redistributable: false },
};

/** Returns the license of a dataset; of a folder it is unknown. */
export function licenseOf(data) {
  return DATA_LICENSES[data] ?? { license: 'unknown', redistributable: false };
}

/** Returns the command of a training run, from its settings. */
export function trainCommand(settings) {
  const flags = Object.entries(settings)
    .filter(
      ([name, value]) =>
        value !== undefined && value !== false && !(name === 'corrupt' && value === 'reject'),
    )
    .map(([name, value]) => {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return value === true ? flag : `${flag} ${quoted(String(value))}`;
    });
  return `bd-edge train ${flags.join(' ')}`;
}

function quoted(text) {
  return /^[\w./,=:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param card made by scripts/add-model.mjs */
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

/** @param cards those of all models, in the order of their names */
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

/** Formats an accuracy with Wilson's interval, for other test images with the same network. */
function accuracyText({ value, interval }) {
  const percent = (share) => (100 * share).toFixed(2);
  return `${percent(value)} % (${interval.map(percent).join(' .. ')})`;
}

function whole(value) {
  return value.toLocaleString('en-US');
}
