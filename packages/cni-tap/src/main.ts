#!/usr/bin/env node
import { readAll, readBriefly, WriteError, writeAll } from './cni/stdio.js'
import { dispatch } from './dispatch.js'
import { builtInVersion } from './system/built-in.js'
import { catchSignals } from './system/signals.js'

/** The children of the executable end with it in any case. */
const endWithParent =
  builtInVersion !== undefined
    ? undefined
    : [...process.execArgv, decodeURIComponent(new URL('./system/end-with-parent.js', import.meta.url).pathname)]

/** The real process: its environment and descriptors in, the exit code out. */
async function main(): Promise<number> {
  const { stdout, stderr, exitCode, takeBack } = await dispatch({
    env: process.env,
    parent: process.ppid,
    endWithParent,
    reexec: [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)],
    readStdin: () => readAll(0),
    readStdinBriefly: (milliseconds) => readBriefly(0, milliseconds),
    catchSignals,
  })
  tell(2, stderr)
  try {
    writeAll(1, stdout)
    return exitCode
  } catch (error) {
    const instead = takeBack?.(error) ?? ''
    tell(2, instead)
    // Behind a part of the result it could not be read.
    if (!(error instanceof WriteError) || error.written === 0) tell(1, instead)
    return 1
  }
}

/** Nobody need be listening. */
function tell(fd: number, text: string): void {
  try {
    writeAll(fd, text)
  } catch {}
}

main().then((exitCode) => {
  process.exitCode = exitCode
})
