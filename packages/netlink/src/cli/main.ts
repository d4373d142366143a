#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { programHelp } from './program.js'

// The library is loaded on demand: `netloom --help` needs nothing of it, and answers at once.

const version = () => {
  const text = readFileSync(new URL(import.meta.resolve('@netloom/netlink/package.json')), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Prints a text. A reader that has closed the pipe, as `head` does, is not an error. */
function print(text: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exitCode = error.code === 'EPIPE' ? 0 : 1
  })
  process.stdout.write(text)
}

const args = process.argv.slice(2)
if (args[0] === '--help' || args[0] === '-h') print(programHelp())
else if (args[0] === '--version') print(`${version()}\n`)
else {
  const code = await (await import('./run.js')).run(args)
  // Ends at once. When Node ends by itself, signals first get their default action back, and one could replace the exit code.
  process.exit(code)
}
