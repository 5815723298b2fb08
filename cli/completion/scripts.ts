/** Scripts that complete commands, options and their values in shells. Other words are file names. */
import type { CommandWords, ProgramWords } from './program.js';

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type Shell = (typeof SHELLS)[number];

const SCRIPTS: Record<Shell, (program: ProgramWords) => string> = { bash, zsh, fish, powershell };

export function completionScript(shell: Shell, program: ProgramWords): string {
  return SCRIPTS[shell](program);
}

const flagsOf = ({ options }: CommandWords) => [...options.flatMap(({ flags }) => flags), '--help'];

/** Quotes for POSIX shells and fish. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

function bash({ name, commands }: ProgramWords): string {
  const words = commands.map((command) => {
    const values = command.options.filter(({ takesValue }) => takesValue);
    const cases = values
      .filter(({ choices }) => choices.length > 0)
      .map(({ flags, choices }) => `        ${flags.join('|')}) words=${quoted(choices.join(' '))} ;;`);
    const files = values
      .filter(({ choices }) => choices.length === 0)
      .flatMap(({ flags }) => flags)
      .join('|');
    return [
      `    ${command.name})`,
      '      case "$previous" in',
      ...cases,
      ...(files === '' ? [] : [`        ${files}) words='' ;;`]),
      `        *) words=${quoted([...command.choices, ...flagsOf(command)].join(' '))} ;;`,
      '      esac ;;',
    ].join('\n');
  });
  return `# bash completion of ${name}
_${identifier(name)}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${quoted([...commands.map((command) => command.name), '--help', '--version'].join(' '))}
  else
    case "\${COMP_WORDS[1]}" in
${words.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _${identifier(name)} ${name}
`;
}

function zsh({ name, commands }: ProgramWords): string {
  const escaped = (text: string) => text.replace(/[\\[\]:]/g, '\\$&');
  const cases = commands.map(({ name, options, choices }) => {
    const specs = options.flatMap(({ flags, description, takesValue, choices }) =>
      flags.map((flag) => {
        const value =
          choices.length > 0 ? `:value:(${choices.join(' ')})` : takesValue ? ':value:_files' : '';
        return quoted(`${flag}[${escaped(description)}]${value}`);
      }),
    );
    const argument = choices.length > 0 ? `*:argument:(${choices.join(' ')})` : '*:file:_files';
    return `    ${name}) _arguments ${[...specs, quoted('--help[help]'), quoted(argument)].join(' ')} ;;`;
  });
  return `#compdef ${name}
_${identifier(name)}() {
  local -a commands
  commands=(${commands.map(({ name, description }) => quoted(`${name}:${escaped(description)}`)).join(' ')})
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command=\${words[2]}
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_${identifier(name)}" ]; then
  _${identifier(name)} "$@"
else
  compdef _${identifier(name)} ${name}
fi
`;
}

function fish({ name, commands }: ProgramWords): string {
  const lines = commands.flatMap((command) => [
    `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name} -d ${fishQuoted(command.description)}`,
    ...command.options.map(({ flags, description, takesValue, choices }) => {
      const words = flags.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const value = choices.length > 0 ? ` -x -a ${fishQuoted(choices.join(' '))}` : takesValue ? ' -r' : '';
      return `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name}' ${words.join(' ')}${value} -d ${fishQuoted(description)}`;
    }),
    ...(command.choices.length > 0
      ? [
          `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name}' -f -a ${fishQuoted(command.choices.join(' '))}`,
        ]
      : []),
  ]);
  return `# fish completion of ${name}\n${lines.join('\n')}\n`;
}

const fishQuoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;

function powershell({ name, commands }: ProgramWords): string {
  const list = (words: readonly string[]) => `@(${words.map(powershellQuoted).join(', ')})`;
  const words = commands.map(
    (command) => `    ${powershellQuoted(command.name)} = ${list([...command.choices, ...flagsOf(command)])}`,
  );
  const values = commands.flatMap((command) =>
    command.options
      .filter(({ choices }) => choices.length > 0)
      .flatMap(({ flags, choices }) =>
        flags.map((flag) => `    ${powershellQuoted(`${command.name} ${flag}`)} = ${list(choices)}`),
      ),
  );
  return `# PowerShell completion of ${name}
Register-ArgumentCompleter -Native -CommandName ${powershellQuoted(name)} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = @{
${words.join('\n')}
  }
  $values = @{
${values.join('\n')}
  }
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $command = if ($before.Count -gt 1) { $before[1] } else { '' }
  $found = if ($command -eq '') { @($commands.Keys | Sort-Object) + @('--help', '--version') }
    elseif ($values.ContainsKey("$command $($before[-1])")) { $values["$command $($before[-1])"] }
    elseif ($commands.ContainsKey($command)) { $commands[$command] }
    else { @() }
  $found | Where-Object { $_ -like "$wordToComplete*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
`;
}

const powershellQuoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

const identifier = (name: string) => name.replace(/\W/g, '_');
