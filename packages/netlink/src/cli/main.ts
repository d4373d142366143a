#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { codeOf } from '../codec/error.js'
import { type Command, UsageError } from './command.js'
import { ClosedPipeError, complain, printer, writeAll } from './printer.js'

/** Commands are loaded on demand, so that a command does not load the imports of the others. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  decode: async () => (await import('./decode.js')).decode,
  dump: async () => (await import('./dump.js')).dump,
  monitor: async () => (await import('./monitor.js')).monitor,
}

async function help(): Promise<string> {
  const lines = Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(9)}${(await load()).summary}`)
  return `netloom: Linux netlink, read and shown

Usage: netloom COMMAND …

${(await Promise.all(lines)).join('\n')}

  netloom COMMAND --help describes a command; netloom --version prints the version.
`
}

const version = () => {
  const text = readFileSync(new URL(import.meta.resolve('@netloom/netlink/package.json')), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h') writeAll(1, await help())
  else if (name === '--version') writeAll(1, `${version()}\n`)
  else {
    const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
    if (load === undefined)
      throw new UsageError(name === undefined ? 'a command is missing' : `there is no command '${name}'`)
    const command = await load()
    if (args.includes('--help') || args.includes('-h')) writeAll(1, command.help)
    else {
      const out = printer(1)
      try {
        return await command.run(args, out)
      } finally {
        out.flush()
      }
    }
  }
  return 0
}

async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args)
  } catch (error) {
    if (error instanceof ClosedPipeError) return 0
    if (error instanceof UsageError) {
      const known = args[0] !== undefined && Object.hasOwn(commands, args[0])
      complain(error.message)
      writeAll(2, `Try netloom ${known ? `${args[0]} ` : ''}--help\n`)
      return 2
    }
    // Errors of the system or the kernel have a code. Any other error is a bug in netloom.
    complain(error instanceof Error && codeOf(error) ? error.message : `internal error: ${String(error)}`)
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))
