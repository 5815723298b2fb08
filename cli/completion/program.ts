import type { Command } from 'commander';

/** What shells complete. */
export interface ProgramWords {
  name: string;
  commands: CommandWords[];
}

export interface CommandWords {
  name: string;
  /** One line. */
  description: string;
  options: OptionWords[];
  /** The values of the first argument, if there is a list. */
  choices: readonly string[];
}

export interface OptionWords {
  /** Such as `--out` and `-o`. */
  flags: string[];
  description: string;
  /** Whether a value follows. */
  takesValue: boolean;
  /** The values, if there is a list. */
  choices: readonly string[];
}

/** Reads commands, options and their values from the program itself. */
export function describeProgram(program: Command): ProgramWords {
  return {
    name: program.name(),
    commands: program.commands.map((command) => ({
      name: command.name(),
      description: oneLine(command.description()),
      options: command.options.map(({ flags, description, argChoices, required, optional }) => ({
        flags: flags.split(/[ ,|]+/).filter((word) => word.startsWith('-')),
        description: oneLine(description),
        takesValue: required || optional,
        choices: argChoices ?? [],
      })),
      choices: command.registeredArguments[0]?.argChoices ?? [],
    })),
  };
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
