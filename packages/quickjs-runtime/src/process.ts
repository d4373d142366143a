/** The parts of `node:process` that the plugin uses. */
import * as native from 'native:process'
import * as childProcess from './child-process.js'
import * as crypto from './crypto.js'

const modules: Readonly<Record<string, object>> = { 'node:child_process': childProcess, 'node:crypto': crypto }

type Handler = (signal: string) => void

const handlers = new Map<string, Handler[]>()

/** Calls the handlers of signals that arrived since the last call. Only timers.ts calls it. */
export function deliverSignals(): void {
  const caught = native.caughtSignals()
  for (const [name, list] of handlers)
    if (caught & (1 << (native.signals[name] as number))) for (const handler of list) handler(name)
}

/** Returns the environment. If a name occurs twice, the first one is used, as in getenv(3). A name may be `__proto__`. */
function environment(): Record<string, string> {
  const env: Record<string, string> = Object.create(null)
  for (const each of native.environment()) {
    const at = each.indexOf('=')
    const key = each.slice(0, at)
    if (at > 0 && !Object.hasOwn(env, key)) env[key] = each.slice(at + 1)
  }
  return env
}

/** Also works if the file was replaced since the start. */
const execPath = '/proc/self/exe'

let env: Record<string, string> | undefined

/**
 * Getters, so that values which differ between processes are read when they are used. This module is part of the executable's
 * image.
 */
export const process = {
  get env() {
    env ??= environment()
    return env
  },
  get pid() {
    return native.pid()
  },
  get ppid() {
    return native.ppid()
  },
  arch: native.arch,
  execPath,
  execArgv: [],
  get argv() {
    return [execPath, ...native.args()]
  },
  set exitCode(code: number) {
    native.setExitCode(code)
  },
  on(name: string, handler: Handler): void {
    const number = native.signals[name]
    if (number === undefined)
      throw Object.assign(new TypeError(`Unknown signal: ${name}`), { code: 'ERR_UNKNOWN_SIGNAL' })
    handlers.set(name, [...(handlers.get(name) ?? []), handler])
    native.catchSignal(number)
  },
  getBuiltinModule: (name: string): object | undefined => modules[name],
}
