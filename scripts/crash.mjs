import { oneOf, readCommand, whole } from './lib/command.mjs'
import { runOnExecutable } from './lib/on-exe.mjs'

const faults = ['SIGKILL', 'SIGTERM', 'ENOMEM', 'EINTR', 'EBUSY']
const commands = ['ADD', 'DEL']

const given = readCommand({
  name: 'run crash',
  description: `Builds the plugin's executable. At each system call of ADD and DEL it kills the plugin, fails the call and sends SIGTERM,
and checks for leftovers.`,
  operands: { ...oneOf(faults), usage: '[FAULT…]', help: `only these of ${faults.join(', ')}` },
  options: {
    command: { ...oneOf(commands), value: 'COMMAND', multiple: true, default: commands, help: 'only ADD, or only DEL' },
    on: { type: 'string', value: 'TEXT', help: 'only at calls that contain TEXT' },
    every: { ...whole(1), value: 'N', default: '1', help: 'only every Nth trial' },
    verbose: { type: 'boolean', default: false, help: 'prints each trial' },
  },
})
process.exitCode = (await runOnExecutable('test/crash/main.ts', given)) ? 0 : 1
