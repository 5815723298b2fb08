import { UsageError } from '@bd-edge/sdk/internal';
import type { Command, CommanderError } from 'commander';

/** The codes of commander after which it has printed help or the version, and nothing is wrong. */
const HELP = ['commander.help', 'commander.helpDisplayed', 'commander.version'];

/**
 * Converts an error of commander. Its codes become those of bd-edge: `commander.unknownOption` is `unknown-option`.
 *
 * @returns undefined after help or the version
 */
export function usageErrorOf(command: Command, cause: CommanderError): UsageError | undefined {
  if (HELP.includes(cause.code)) return undefined;
  const code = cause.code.replace('commander.', '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const problem =
    code === 'excess-arguments'
      ? excessArgument(command)
      : code === 'unknown-option'
        ? unknownOption(command, cause)
        : code === 'unknown-command'
          ? unknownCommand(command, cause)
          : cause.message.replace(/^error: /, '');
  const [first, ...rest] = problem.trim().replace(/[.?]$/, '').split('\n');
  const text = [first[0].toUpperCase() + first.slice(1), ...rest].join(' ');
  return new UsageError(code, `${text} (see \`${commandLine(command)} --help\`).`, { cause });
}

/** The names that other programs give to options, and those of this program in the order of preference. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  '-o': ['--out', '--report', '--wrong', '--plot'],
  '--output': ['--out', '--report'],
  '--output-dir': ['--out'],
  '--save': ['--out'],
  '--batch-size': ['--batch'],
  '--bs': ['--batch'],
  '--lr': ['--learning-rate', '--learning-rates'],
  '--learning-rate': ['--learning-rates'],
  '--learning-rates': ['--learning-rate'],
  '--rate': ['--learning-rate', '--learning-rates', '--baud'],
  '--epoch': ['--epochs'],
  '--num-epochs': ['--epochs'],
  '--finetune-epochs': ['--finetuned-epochs'],
  '--dataset': ['--data'],
  '--images': ['--data', '--limit'],
  '--folder': ['--data', '--out'],
  '--input': ['--data'],
  '--samples': ['--limit'],
  '--count': ['--limit'],
  '--model': ['--network'],
  '--arch': ['--network'],
  '--decay': ['--weight-decay'],
  '--wd': ['--weight-decay'],
  '--device': ['--port', '--backend'],
  '--gpu': ['--backend'],
  '--baudrate': ['--baud'],
  '--force': ['--overwrite', '--deploy'],
  '--continue': ['--resume'],
  '--format': ['--target'],
  '--grayscale': ['--gray'],
  '--topk': ['--top'],
  '--top-k': ['--top'],
};

/** The names that other programs give to commands. */
const COMMAND_SYNONYMS: Readonly<Record<string, string>> = {
  benchmark: 'check',
  classify: 'predict',
  convert: 'export',
  evaluate: 'eval',
  finetune: 'train',
  fit: 'train',
  infer: 'predict',
  info: 'inspect',
  list: 'ports',
  quantize: 'export',
  run: 'predict',
  show: 'inspect',
  test: 'eval',
  upload: 'deploy',
  validate: 'eval',
  verify: 'check',
  version: '--version',
};

/** Names the command that a user may have meant. */
function unknownCommand(command: Command, { message }: CommanderError): string {
  const [received] = command.args;
  const meant = Object.hasOwn(COMMAND_SYNONYMS, received) ? COMMAND_SYNONYMS[received] : undefined;
  if (meant !== undefined) return `unknown command '${received}'; did you mean ${meant}?`;
  return message.replace(/^error: /, '');
}

/**
 * Checks that no argument or option is empty, as a variable of a shell that is not set makes it.
 *
 * @throws {UsageError} code `invalid-argument`
 */
export function requireNoEmpty(command: Command): void {
  const options = command.options.filter((option) => isEmpty(command.getOptionValue(option.attributeName())));
  const names = [
    ...options.map(({ long, short }) => long ?? short),
    ...command.registeredArguments.flatMap((argument, i) =>
      isEmpty(command.processedArgs[i]) ? [`<${argument.name()}>`] : [],
    ),
  ];
  if (names.length === 0) return;
  throw new UsageError('invalid-argument', `${names[0]} is empty (see \`${commandLine(command)} --help\`).`, {
    received: '',
  });
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.includes('') : value === '';
}

/** Names the option that a user may have meant. */
function unknownOption(command: Command, { message }: CommanderError): string {
  const received = /unknown option '([^'=]+)/.exec(message)?.[1];
  const has = (name: string) => command.options.some(({ flags }) => flags.split(/[ ,|]+/).includes(name));
  const meant = SYNONYMS[received ?? '']?.find(has);
  if (meant !== undefined) return `unknown option '${received}'; did you mean ${meant}?`;
  return message.replace(/^error: /, '');
}

/** Names the first argument too many, and the option that a user may have meant. */
function excessArgument(command: Command): string {
  const argument = command.args[command.registeredArguments.length];
  const hasData = command.options.some(({ long }) => long === '--data');
  const fix = hasData && command.registeredArguments.length === 0 ? `; use --data ${argument}` : '';
  return `unexpected argument "${argument}"${fix}`;
}

function commandLine(command: Command): string {
  return command.parent ? `${commandLine(command.parent)} ${command.name()}` : command.name();
}
