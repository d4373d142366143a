import { generated, readCommand, whole } from './lib/command.mjs'
import { runOnExecutable } from './lib/on-exe.mjs'

const given = readCommand({
  name: 'run hostile',
  does: `Builds the plugin's executable, then gives it generated calls that are mostly broken, each a process of its own. A failure
prints the simplest call found, and the command that shows it again.`,
  options: {
    ...generated('10000', 'calls'),
    seconds: { ...whole(1), value: 'T', help: 'goes on for so long, however many calls that is' },
    sanitize: {
      type: 'boolean',
      default: false,
      help: 'uses an executable with AddressSanitizer and UndefinedBehaviorSanitizer; what they find is a failure',
    },
    'in-process': { type: 'boolean', default: false, help: 'makes the calls in one process, on Node' },
  },
})
process.exitCode = (await runOnExecutable('test/hostile/main.ts', given)) ? 0 : 1
