/** What the plugin uses of `node:child_process`. */
import { spawn } from 'native:child'
import { signals } from 'native:process'
import { Buffer } from './buffer.js'
import { badArgument, nameOf } from './errors.js'

interface Options {
  readonly input?: Uint8Array
  readonly env: Readonly<Record<string, string | undefined>>
  /** Bytes of stdout and stderr together. */
  readonly maxBuffer?: number
}

const defaultMaxBuffer = 1024 * 1024

/** Lone surrogates are no characters, and JSON can have them. */
const wellFormed = (text: string) => text.toWellFormed()

const signalName = (number: number) => Object.keys(signals).find((name) => signals[name] === number) ?? null

/** A child that does not read its input to the end is no error here. */
export function spawnSync(file: string, args: readonly string[], options: Options) {
  const { input = Buffer.alloc(0), env, maxBuffer = defaultMaxBuffer } = options
  const variables = Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
  for (const [name, values] of Object.entries({ file: [file], args, env: variables }))
    for (const value of values) if (value.includes('\0')) throw badArgument(name, value)
  const most = Math.min(maxBuffer, Number.MAX_SAFE_INTEGER)
  const [argv, envp] = [[file, ...args], variables].map((list) => list.map(wellFormed)) as [string[], string[]]
  const { status, signal, error, pid, stdout, stderr } = spawn(wellFormed(file), argv, envp, input, most)
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
