import { type Command, command, type ListedCommand } from './command.js'
import { completionScript } from './completion-script.js'
import type { Declaration } from './declaration.js'

const declaration = {
  description: ['Prints a script that completes commands, options, their values, and names of links and namespaces.'],
  operands: { usage: 'SHELL', help: 'one of', values: ['bash', 'zsh'], least: 1, most: 1 },
  options: {},
  examples: [
    ['source <(netloom completion bash)', 'Completes in this shell'],
    ['netloom completion bash > /etc/bash_completion.d/netloom', 'Completes in every new shell'],
    ['netloom completion zsh > ~/.zfunc/_netloom', 'Completes in zsh, if ~/.zfunc is in its fpath'],
  ],
  exitCodes: { 0: 'the script is printed', 2: 'the arguments are wrong' },
} as const satisfies Declaration

/** Returns the command `netloom completion`, which completes these commands. */
export const completion = (commands: Readonly<Record<string, ListedCommand>>): Command =>
  command(declaration, async ({ operands }, out) => {
    const declared = await Promise.all(
      Object.entries(commands).map(
        async ([name, { summary, load }]) => [name, { summary, declaration: (await load()).declaration }] as const,
      ),
    )
    const script = completionScript(operands[0] === 'zsh' ? 'zsh' : 'bash', Object.fromEntries(declared))
    for (const line of script.trimEnd().split('\n')) out.line(line)
    return 0
  })
