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
    code === 'excess-arguments' ? excessArgument(command) : cause.message.replace(/^error: /, '');
  const [first, ...rest] = problem.trim().replace(/\.$/, '').split('\n');
  const text = [first[0].toUpperCase() + first.slice(1), ...rest].join(' ');
  return new UsageError(code, `${text} (see \`${commandLine(command)} --help\`).`, { cause });
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
