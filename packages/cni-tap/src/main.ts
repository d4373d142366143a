#!/usr/bin/env node
import { dispatch } from './dispatch.js'
import { messageOf } from './error.js'
import { readAll, writeAll } from './stdio.js'

/** The real process: its environment and descriptors in, the exit code out. */
async function main(): Promise<number> {
  const { stdout, stderr, exitCode, undo } = await dispatch({
    env: process.env,
    parent: process.ppid,
    reexec: [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)],
    readStdin: () => readAll(0),
  })
  tell(stderr)
  try {
    writeAll(1, stdout)
    return exitCode
  } catch (error) {
    const left = undo?.() ?? []
    tell([error, ...left].map((each) => `${messageOf(each)}\n`).join(''))
    return 1
  }
}

/** Nobody need be listening on stderr. */
function tell(text: string): void {
  try {
    writeAll(2, text)
  } catch {}
}

main().then((exitCode) => {
  process.exitCode = exitCode
})
