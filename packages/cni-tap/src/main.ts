#!/usr/bin/env node
import { readAll, readBriefly, WriteError, writeAll } from './cni/stdio.js'
import { dispatch } from './dispatch.js'
import { builtInVersion } from './system/built-in.js'
import { catchSignals } from './system/signals.js'

/** Path of the script, which the executable does not have. */
const script = builtInVersion !== undefined ? [] : process.argv.slice(1, 2)

/** Undefined for the executable, whose children end with it in any case. */
const endWithParent =
  builtInVersion !== undefined
    ? undefined
    : [...process.execArgv, decodeURIComponent(new URL('./system/end-with-parent.js', import.meta.url).pathname)]

/** Runs the plugin with the environment and the standard streams of this process. Returns the exit code. */
async function main(): Promise<number> {
  const { stdout, stderr, exitCode, undo, writeLog } = await dispatch({
    env: process.env,
    args: process.argv.slice(1 + script.length),
    parent: process.ppid,
    endWithParent,
    reexec: [process.execPath, ...process.execArgv, ...script],
    readStdin: () => readAll(0),
    readStdinBriefly: (milliseconds) => readBriefly(0, milliseconds),
    catchSignals,
  })
  tryWrite(2, stderr)
  try {
    writeAll(1, stdout)
    return exitCode
  } catch (error) {
    const instead = undo?.(error) ?? ''
    tryWrite(2, instead)
    // After a partial result, nothing more can be parsed.
    if (!(error instanceof WriteError) || error.written === 0) tryWrite(1, instead)
    return 1
  } finally {
    tryWrite(2, writeLog?.() ?? '')
  }
}

/** Writes text. Ignores errors, because there may be no reader. */
function tryWrite(fd: number, text: string): void {
  try {
    writeAll(fd, text)
  } catch {}
}

main().then((exitCode) => {
  process.exitCode = exitCode
})
