/** The parts of `node:child_process` that the plugin uses. */
import { spawn } from 'native:child'
import { signals } from 'native:process'
import { Buffer } from './buffer.js'
import { badArgument, nameOf } from './errors.js'

interface Options {
  readonly input?: Uint8Array
  readonly env: Readonly<Record<string, string | undefined>>
  /** Maximum size of stdout and stderr together, in bytes. */
  readonly maxBuffer?: number
  /** True to run the program in a new session, so that it gets no signals from the terminal or to the process group. */
  readonly detached?: boolean
}

const defaultMaxBuffer = 1024 * 1024

/** Replaces lone surrogates. JSON can contain them, but UTF-8 cannot. */
const wellFormed = (text: string) => text.toWellFormed()

const signalName = (number: number) => Object.keys(signals).find((name) => signals[name] === number) ?? null

/** Runs a program to its end. Unlike in Node, it is no error if the program does not read all of its input. */
export function spawnSync(file: string, args: readonly string[], options: Options) {
  const { input = Buffer.alloc(0), env, maxBuffer = defaultMaxBuffer, detached = false } = options
  const variables = Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
  for (const [name, values] of Object.entries({ file: [file], args, env: variables }))
    for (const value of values) if (value.includes('\0')) throw badArgument(name, value)
  const most = Math.min(maxBuffer, Number.MAX_SAFE_INTEGER)
  const [argv, envp] = [[file, ...args], variables].map((list) => list.map(wellFormed)) as [string[], string[]]
  const { status, signal, error, pid, stdout, stderr } = spawn(wellFormed(file), argv, envp, input, most, detached)
  return {
    pid,
    status: status < 0 ? null : status,
    signal: signal === 0 ? null : signalName(signal),
    stdout: Buffer.from(stdout),
    stderr: Buffer.from(stderr),
    ...(error !== 0 && { error: failure(error, file, args) }),
  }
}

function failure(errno: number, file: string, args: readonly string[]): Error {
  const code = nameOf(errno)
  const syscall = `spawnSync ${file}`
  const error = new Error(`${syscall} ${code}`)
  return Object.assign(error, { errno: -errno, code, syscall, path: file, spawnargs: [...args] })
}
