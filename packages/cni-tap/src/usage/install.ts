import { messageOf } from '../cni/error.js'
import { quote } from '../cni/quote.js'
import type { Process } from '../cni/request.js'
import { writeAll } from '../cni/stdio.js'
import { packageVersion } from '../cni/version.js'
import { InstallError, install, programName } from '../install/install.js'
import { keepInstalled } from '../install/watch.js'
import { builtIn } from '../system/built-in.js'
import { exitCodes, type UsageOutcome } from './outcome.js'

interface Arguments {
  readonly folder: string
  readonly watch: boolean
}

const expected = 'expected tap install --to DIR [--watch]'

/** Returns the arguments of `tap install`, or what is wrong with them. */
export function parseInstall(args: readonly string[]): Arguments | string {
  let folder: string | undefined
  let watch = false
  for (let at = 0; at < args.length; at++) {
    const name = args[at] as string
    if (name === '--watch') watch = true
    else if (name === '--to' && folder === undefined) folder = args[++at] ?? ''
    else return `unexpected argument ${quote(name)}: ${expected}`
  }
  if (folder === undefined || folder === '') return `missing folder: ${expected}`
  return { folder, watch }
}

/** Prints a line at once. What is installed does not depend on a reader. */
function print(fd: number, line: string): void {
  try {
    writeAll(fd, `${line}\n`)
  } catch {}
}

const failed = (message: string, exitCode: number): UsageOutcome => ({ stdout: '', stderr: `${message}\n`, exitCode })

/** Executes `tap install`: installs this executable in a folder, and with `--watch` keeps it there until a signal. */
export async function runInstall(caller: Process, args: readonly string[]): Promise<UsageOutcome> {
  const parsed = parseInstall(args)
  if (typeof parsed === 'string') return failed(parsed, exitCodes.wrongArguments)
  if (builtIn === undefined)
    return failed('only the executable installs itself, and this is the npm package', exitCodes.invalid)
  const { folder, watch } = parsed
  const [program = ''] = caller.reexec
  // Before anything is made: the first process of a container ignores signals without a handler.
  const throwIfSignalled = caller.catchSignals()
  const target = `netloom tap ${packageVersion()} as ${quote(`${folder}/${programName}`)}`
  const restore = () => {
    if (install(program, folder)) print(1, `installed ${target}`)
  }
  try {
    print(1, `${install(program, folder) ? 'installed' : 'found'} ${target}`)
    if (watch) {
      const isEnding = () =>
        throwIfSignalled().then(
          () => false,
          () => true,
        )
      await keepInstalled({ folder, install: restore, note: (text) => print(2, text), isEnding })
    }
    return { stdout: '', stderr: '', exitCode: exitCodes.valid }
  } catch (error) {
    if (!(error instanceof InstallError)) throw error
    return failed(messageOf(error), exitCodes.invalid)
  }
}
