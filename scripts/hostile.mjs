import { generated, readCommand, whole } from './lib/command.mjs'
import { runOnExecutable } from './lib/on-exe.mjs'

const given = readCommand({
  name: 'run hostile',
  description: `Builds the plugin's executable, then runs it with generated, mostly invalid calls, each in its own process. A failure
prints the simplest call found, and the command that reproduces it.`,
  options: {
    ...generated('10000', 'calls'),
    seconds: { ...whole(1), value: 'T', help: 'runs for T seconds instead of a number of calls' },
    sanitize: {
      type: 'boolean',
      default: false,
      help: 'uses an executable with AddressSanitizer and UndefinedBehaviorSanitizer; their findings are failures',
    },
    'in-process': { type: 'boolean', default: false, help: 'makes the calls in one process, on Node' },
  },
})
process.exitCode = (await runOnExecutable('test/hostile/main.ts', given)) ? 0 : 1
