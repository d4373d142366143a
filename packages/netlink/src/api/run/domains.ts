import type { ConntrackOperations } from '../conntrack/operations.js'
import type { DevlinkOperations } from '../devlink/operations.js'
import type { EthtoolOperations } from '../ethtool/operations.js'
import type { FouOperations } from '../fou/operations.js'
import type { GtpOperations } from '../gtp/operations.js'
import type { IpSetOperations } from '../ipset/operations.js'
import type { L2tpOperations } from '../l2tp/operations.js'
import type { MptcpOperations } from '../mptcp/operations.js'
import type { NftOperations } from '../nft/operations.js'
import type { Nl80211Operations } from '../nl80211/operations.js'
import type { ProcessOperations } from '../processes/operations.js'
import type { RdmaOperations } from '../rdma/operations.js'
import type { SocketOperations } from '../sockets/operations.js'
import type { TeamOperations } from '../team/operations.js'
import type { VdpaOperations } from '../vdpa/operations.js'
import type { WireguardOperations } from '../wireguard/operations.js'
import type { XfrmOperations } from '../xfrm/operations.js'
import type { Connections } from './connections.js'

/**
 * Parts of the API that few programs use, with their operations. The name is that of a folder of `api`, whose module `operations`
 * exports {@link Domain.open}.
 */
export interface Domains {
  readonly conntrack: ConntrackOperations
  readonly ethtool: EthtoolOperations
  readonly devlink: DevlinkOperations
  readonly ipset: IpSetOperations
  readonly nft: NftOperations
  readonly sockets: SocketOperations
  readonly wireguard: WireguardOperations
  readonly xfrm: XfrmOperations
  readonly mptcp: MptcpOperations
  readonly l2tp: L2tpOperations
  readonly fou: FouOperations
  readonly gtp: GtpOperations
  readonly team: TeamOperations
  readonly nl80211: Nl80211Operations
  readonly processes: ProcessOperations
  readonly rdma: RdmaOperations
  readonly vdpa: VdpaOperations
}

interface Domain<O> {
  /** Creates the operations. They open their connections when they are first used. */
  open(connections: Connections): O
}

/**
 * Loads a part of the API, on its first use: the declarations of all of them would double the time that the import of this package takes.
 * `import()` would be asynchronous, but operations also have a synchronous form.
 * @throws {Error} if the module is not found
 */
export function loadDomain<K extends keyof Domains>(name: K, connections: Connections): Domains[K] {
  const { createRequire } = process.getBuiltinModule('node:module')
  return loaded<K>(createRequire(import.meta.url), name).open(connections)
}

/** The part of a module that Node's own loader uses: it compiles an ES module with the instances that `import` has. */
interface Compiler {
  exports: unknown
  _compile(source: string, file: string, format: 'module'): void
}

/**
 * Returns a module with the classes of the importing program. Loaders of TypeScript, such as tsx, convert what is required to CommonJS: its
 * classes would be others, so that no error were an `instanceof` the one that the program imports.
 */
function shared(load: NodeJS.Require, request: string): unknown {
  const found: unknown = load(request)
  if (process.versions.bun !== undefined || Object.prototype.toString.call(found) === '[object Module]') return found
  const { Module } = process.getBuiltinModule('node:module')
  const file = load.resolve(request)
  const module = new Module(file) as unknown as Compiler
  module._compile(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8'), file, 'module')
  return module.exports
}

function loaded<K extends keyof Domains>(load: NodeJS.Require, name: K): Domain<Domains[K]> {
  try {
    return shared(load, `#domains/${name}`) as Domain<Domains[K]>
  } catch (cause) {
    throw Object.assign(
      new Error(
        `cannot load the module of nl.${name}. A program that bundles its dependencies must leave @netloom/netlink out of the bundle`,
        { cause },
      ),
      { code: 'ERR_MODULE_NOT_FOUND' },
    )
  }
}

/** The parts of the API that a {@link Netlink} has loaded. */
export class LoadedDomains {
  readonly #connections: Connections
  readonly #loaded: { -readonly [K in keyof Domains]?: Domains[K] } = {}

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /** Returns the operations of a domain, always the same ones. */
  get<K extends keyof Domains>(name: K): Domains[K] {
    const known: Domains[K] | undefined = this.#loaded[name]
    if (known !== undefined) return known
    const operations = loadDomain(name, this.#connections)
    this.#loaded[name] = operations
    return operations
  }
}
