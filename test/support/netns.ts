import { type ExecFileSyncOptions, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import './built.js'

/** Where `ip netns add` keeps its namespaces. */
const folder = '/run/netns'
const prefix = 'netloom-test-'

export interface Namespace extends Disposable {
  readonly name: string
  /** What `netns` options take. */
  readonly path: string
  /** Runs `ip -d -j -n NAME …` and parses what it prints; `[]` if it prints nothing. */
  // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON is as it is; the tests look at single members
  ip(...args: (string | number)[]): any[]
  /** Runs a program in the namespace, and returns what it prints. */
  exec(program: string, args?: readonly string[], options?: ExecFileSyncOptions): string
  /** Removes the namespace; may be called twice. */
  remove(): void
}

const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const alive = new Set<string>()

function removeByName(name: string): void {
  if (!alive.delete(name)) return
  const { status, stderr } = spawnSync('ip', ['netns', 'del', name], { encoding: 'utf8' })
  if (status !== 0) console.error(`ip netns del ${name}: ${stderr.trim()}`)
}

const removeAll = () => {
  for (const name of [...alive]) removeByName(name)
}

/** However the process ends (an uncaught error comes by 'exit' too), its namespaces go; only SIGKILL leaves them. */
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

/** Removes what a killed test left: the owner's process id is part of the name. */
function removeLeftovers(): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const owner = name.startsWith(prefix) ? name.slice(prefix.length).split('-')[0] : undefined
    // Another test may be faster, so that this one fails: either way it is gone.
    if (owner && !existsSync(`/proc/${owner}`)) spawnSync('ip', ['netns', 'del', name])
  }
}

let made = 0

/** Makes a network namespace with a name of its own, and `lo` down as the kernel makes it. */
export function scratch(): Namespace {
  if (made === 0) {
    removeAtExit()
    removeLeftovers()
  }
  const name = `${prefix}${process.pid}-${++made}`
  ip('netns', 'add', name)
  alive.add(name)
  const remove = () => removeByName(name)
  return {
    name,
    path: `${folder}/${name}`,
    ip(...args) {
      const text = ip('-d', '-j', '-n', name, ...args.map(String))
      return text.trim() === '' ? [] : JSON.parse(text)
    },
    exec: (program, args = [], options = {}) =>
      execFileSync('ip', ['netns', 'exec', name, program, ...args], { ...options, encoding: 'utf8' }),
    remove,
    [Symbol.dispose]: remove,
  }
}

/** Says aloud what was not tested. On a line of its own, where `npm test` finds it: uvu's dots do not end theirs. */
export const skipped = (what: string): void => console.log(`\nSKIPPED: ${what}`)

/** What a refused program or request says of it: iproute2 on stderr, the kernel in its error. */
export const complaint = (error: unknown): string =>
  String((error as { stderr?: unknown } | undefined)?.stderr || (error as Error | undefined)?.message || error).trim()

/** Runs `step`; false, and said aloud, where the kernel answers that it does not support it. */
export function supported(what: string, step: () => unknown): boolean {
  try {
    step()
    return true
  } catch (error) {
    const said = complaint(error)
    if (!/Operation not supported|EOPNOTSUPP/.test(said)) throw error
    skipped(`${what}: ${said}`)
    return false
  }
}

/** Calls `use` with a namespace that is gone afterwards, however `use` ends. */
export async function inScratch<T>(use: (namespace: Namespace) => T | Promise<T>): Promise<T> {
  const namespace = scratch()
  try {
    return await use(namespace)
  } finally {
    namespace.remove()
  }
}
