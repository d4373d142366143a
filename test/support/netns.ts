import { type ExecFileSyncOptions, execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Netns } from '@netloom/netlink/netns'
import './built.js'

const prefix = 'netloom-test-'

/** A namespace that something else deletes. */
export interface ExistingNamespace {
  readonly name: string
  /** Path for `netns` options. */
  readonly path: string
  /** Runs `ip -d -j -n NAME …` and parses what it prints; `[]` if it prints nothing. */
  // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON is as it is; the tests look at single members
  ip(...args: (string | number)[]): any[]
  /** Runs a program in the namespace, and returns what it prints. */
  exec(program: string, args?: readonly string[], options?: ExecFileSyncOptions): string
}

export interface Namespace extends ExistingNamespace, Disposable {
  /** Deletes the namespace. Further calls have no effect. */
  remove(): void
}

const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const alive = new Set<string>()

function removeByName(name: string): void {
  if (!alive.delete(name)) return
  try {
    Netns.delete(name)
  } catch (error) {
    console.error(complaint(error))
  }
}

const removeAll = () => {
  for (const name of [...alive]) removeByName(name)
}

/** Deletes the namespaces when the process ends. An uncaught error also emits 'exit'. Only SIGKILL leaves namespaces. */
function removeAtExit(): void {
  process.on('exit', removeAll)
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => process.exit(128 + number))
  }
}

/** Names in the folder of namespaces, also those of mount points that have none: a test may be killed before it mounts one. */
function names(): string[] {
  try {
    return readdirSync(dirname(new Netns(prefix).path))
  } catch {
    return []
  }
}

/** Deletes the namespaces of killed tests. The name contains the process id of the owner. */
function removeLeftovers(): void {
  for (const name of names()) {
    const owner = name.startsWith(prefix) ? name.slice(prefix.length).split('-')[0] : undefined
    if (!owner || existsSync(`/proc/${owner}`)) continue
    try {
      Netns.delete(name)
    } catch {
      // Another test may have deleted it already.
    }
  }
}

let made = 0

/** Creates a network namespace, with a unique name or that of a removed one. `lo` is down. */
export function scratch(removed?: string): Namespace {
  if (made === 0) {
    removeAtExit()
    removeLeftovers()
  }
  const name = removed ?? `${prefix}${process.pid}-${++made}`
  const { path } = Netns.create(name)
  alive.add(name)
  const remove = () => removeByName(name)
  return { ...inNamespace({ name, path }), remove, [Symbol.dispose]: remove }
}

/** Returns the programs of a namespace that exists, such as one of a lab. */
export const inNamespace = ({ name, path }: Pick<Namespace, 'name' | 'path'>): ExistingNamespace => ({
  name,
  path,
  ip(...args) {
    const text = ip('-d', '-j', '-n', name, ...args.map(String))
    return text.trim() === '' ? [] : JSON.parse(text)
  },
  exec: (program, args = [], options = {}) =>
    execFileSync('ip', ['netns', 'exec', name, program, ...args], { ...options, encoding: 'utf8' }),
})

/** Reports a part that was not tested. On its own line, so that `npm test` finds it: uvu's dots do not end their line. */
export const skipped = (what: string): void => console.log(`\nSKIPPED: ${what}`)

/** Returns the message of a failed program or request: stderr of iproute2, or the kernel's error. */
export const complaint = (error: unknown): string =>
  String((error as { stderr?: unknown } | undefined)?.stderr || (error as Error | undefined)?.message || error).trim()

/** Runs `step`. Returns false, and reports it, if the kernel does not support it. */
export function supported(what: string, step: () => unknown): boolean {
  try {
    step()
    return true
  } catch (error) {
    const reason = complaint(error)
    if (!/Operation not supported|EOPNOTSUPP|kind is unknown/.test(reason)) throw error
    skipped(`${what}: ${reason}`)
    return false
  }
}

/** Calls `use` with a namespace that is deleted afterwards, also if `use` throws. */
export async function inScratch<T>(use: (namespace: Namespace) => T | Promise<T>): Promise<T> {
  const namespace = scratch()
  try {
    return await use(namespace)
  } finally {
    namespace.remove()
  }
}
