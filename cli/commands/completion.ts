import { Argument, Command } from 'commander';
import { describeProgram } from '../completion/program.js';
import { completionScript, SHELLS, type Shell } from '../completion/scripts.js';
import { jsonOption } from '../options/options.js';
import { print, printJson } from '../terminal/output.js';

export const completion = new Command('completion')
  .description('print a script that completes commands and options in a shell')
  .addArgument(new Argument('<shell>', 'shell').choices(SHELLS))
  .addOption(jsonOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ source <(bd-edge completion bash)\n  $ bd-edge completion zsh > _bd-edge   # in a folder of $fpath\n' +
      '  $ bd-edge completion fish > ~/.config/fish/completions/bd-edge.fish\n' +
      '  > bd-edge completion powershell | Out-String | Invoke-Expression',
  )
  .action((shell: Shell, { json }: { json?: boolean }, command: Command) => {
    const script = completionScript(shell, describeProgram(command.parent as Command));
    if (json) printJson({ shell, script });
    else print(script.trimEnd());
  });
