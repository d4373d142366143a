import {
  type ChildProcess,
  type ExecFileOptions,
  type ExecFileSyncOptions,
  execFile,
  execFileSync,
  type SpawnOptions,
  spawn,
} from 'node:child_process'
import { boolean, type OptionRules, validateOptions } from '../connection/options.js'
import { Netlink } from '../netlink.js'
import { Netns } from '../netns/netns.js'
import { sleep } from '../socket/sleep.js'
import { buildLab, type Sites } from './build.js'
import { checkSpec } from './check.js'
import { openLabs } from './open-labs.js'
import { deleteNetns, sweep, uniquePrefix } from './owner.js'
import type { LabOptions, LabSpec } from './types.js'

/** A network namespace of a lab. */
export class LabNamespace {
  /** Name in the lab: `web`. */
  readonly name: string
  /** The mounted namespace: `ip netns exec` and other programs find it by `netns.name`. */
  readonly netns: Netns
  /** Path for options `netns`: a LabNamespace is accepted wherever a namespace is given. */
  readonly path: string
  readonly #nl: Netlink

  constructor(name: string, netns: Netns) {
    this.name = name
    this.netns = netns
    this.path = netns.path
    this.#nl = Netlink.open({ netns })
  }

  /** Operations in the namespace. It is closed with the lab. */
  get nl(): Netlink {
    return this.#nl
  }

  /** Runs a synchronous function while the calling thread is in the namespace: see `withNetns`. */
  run = <T>(fn: () => T): T => this.netns.run(fn)

  /**
   * Runs a program in the namespace, and resolves with what it prints. `/sys` shows the devices of the caller's namespace.
   * @throws the error of `execFile`, with `code`, `stdout` and `stderr`, if the program fails
   */
  exec(program: string, args: readonly string[] = [], options: ExecFileOptions = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      this.run(() =>
        execFile(program, args, { ...options, encoding: 'utf8' }, (error, stdout, stderr) =>
          error ? reject(Object.assign(error, { stdout, stderr })) : resolve(stdout),
        ),
      )
    })
  }

  /** Runs a program in the namespace, and returns what it prints: {@link LabNamespace.exec}, blocking the thread. */
  execSync(program: string, args: readonly string[] = [], options: ExecFileSyncOptions = {}): string {
    return this.run(() => execFileSync(program, args, { stdio: 'pipe', ...options, encoding: 'utf8' }))
  }

  /** Starts a program in the namespace, such as a server. It is killed when the lab is closed. */
  spawn(program: string, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
    return this.run(() => spawn(program, args, options))
  }
}

/**
 * Network namespaces with their links, addresses, routes and so on, until it is closed: {@link createLab}. `N` are the names of
 * its namespaces.
 */
export class Lab<N extends string = string> implements Disposable, AsyncDisposable {
  /** The namespaces by name: `lab.ns.web.nl`. */
  readonly ns: { readonly [K in N]: LabNamespace }
  #isClosed = false

  /** Creates empty namespaces. */
  constructor(names: readonly N[], { plainNames = false }: LabOptions) {
    const ns: Record<string, LabNamespace> = Object.create(null)
    this.ns = ns as typeof this.ns
    const prefix = plainNames ? '' : uniquePrefix()
    openLabs.add(this)
    try {
      for (const name of names) {
        const netns = Netns.create(prefix + name)
        try {
          ns[name] = new LabNamespace(name, netns)
        } catch (error) {
          netns.delete()
          throw error
        }
      }
    } catch (error) {
      this.close()
      throw error
    }
  }

  /**
   * Kills the processes in the namespaces, and deletes these. The kernel deletes their links, a little later. Further calls do nothing.
   * @throws {NetnsError} if a namespace cannot be deleted
   */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    openLabs.delete(this)
    const namespaces: LabNamespace[] = Object.values(this.ns)
    for (const { nl } of namespaces) nl.close()
    deleteNetns(namespaces.map(({ netns }) => netns))
  }

  /** Closes the lab: see {@link Lab.close}. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** Closes the lab: see {@link Lab.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }
}

const rules: OptionRules<LabOptions> = {
  settle: ['milliseconds from 0', (value) => typeof value === 'number' && value >= 0],
  plainNames: boolean,
}

const SETTLE = 5000

/** Creates a lab, step by step. Yields the milliseconds to wait. */
function* steps<const N extends string>(spec: LabSpec<N>, given: LabOptions): Generator<number, Lab<N>> {
  const options = validateOptions(given, rules)
  checkSpec(spec)
  sweep()
  const lab = new Lab(Object.keys(spec) as N[], options)
  try {
    yield* buildLab(spec, lab.ns as Sites, options.settle ?? SETTLE)
    return lab
  } catch (error) {
    lab.close()
    throw error
  }
}

/**
 * Creates network namespaces with their links, addresses, routes and so on. The lab is closed with the scope, when the process ends, or,
 * after a SIGKILL, when the next lab is created. Setting it up blocks the thread for some milliseconds for each namespace; only the
 * wait until it has settled does not.
 *
 * ```ts
 * await using lab = await createLab({
 *   web: {
 *     links: [{ name: 'eth0', kind: 'veth', peer: { name: 'eth0', netns: 'client' } }],
 *     addresses: [{ address: '10.0.0.1/24', dev: 'eth0' }],
 *   },
 *   client: { addresses: [{ address: '10.0.0.2/24', dev: 'eth0' }] },
 * })
 * console.log(await lab.ns.client.exec('ping', ['-c1', '10.0.0.1']))
 * ```
 * @throws {LabError} for a wrong description, with all its faults, before anything is created; or for what could not be created, with
 * the error as its `cause`
 * @throws {NetnsError} `EPERM` without CAP_SYS_ADMIN: see `netloom lab`
 */
export async function createLab<const N extends string>(spec: LabSpec<N>, options: LabOptions = {}): Promise<Lab<N>> {
  const building = steps(spec, options)
  for (;;) {
    const { done, value } = building.next()
    if (done) return value
    await new Promise((resolve) => setTimeout(resolve, value))
  }
}

/** Creates a lab: {@link createLab}, blocking the thread until it has settled. */
export function createLabSync<const N extends string>(spec: LabSpec<N>, options: LabOptions = {}): Lab<N> {
  const building = steps(spec, options)
  for (;;) {
    const { done, value } = building.next()
    if (done) return value
    sleep(value)
  }
}
