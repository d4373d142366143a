import { PACKET } from '../../constants/index.js'
import { type Dissector, dissector } from '../../dissect/index.js'
import { NETLINK } from '../../message/index.js'
import { kernelSockets } from '../../socket/socket-factory.js'
import type { SocketFactory, Transport } from '../../socket/transport.js'
import type { Entry } from './entry.js'
import { joinAll, type ResolvedGroups, resolveGroups } from './join.js'
import { MessageReader } from './messages.js'
import { NamespaceNames } from './names.js'
import type { Group, Wanted } from './objects.js'
import type { NamespaceOutput } from './output.js'
import { listenToProcesses } from './processes.js'
import { RouteChanges } from './route-changes.js'

/** Returns the groups by protocol. */
function byProtocol(groups: readonly Group[]): ReadonlyMap<number, readonly Group[]> {
  const all = new Map<number, Group[]>()
  for (const group of groups) all.set(group.protocol, [...(all.get(group.protocol) ?? []), group])
  return all
}

/** Monitors one network namespace. */
export class NamespaceMonitor implements Disposable {
  readonly #sockets: SocketFactory
  readonly #output: NamespaceOutput
  readonly #failed: (error: unknown) => void
  readonly #names: NamespaceNames
  readonly #open: Disposable[] = []
  #willFlush = false
  #isClosed = false

  /** `failed` is called with an error that ends the monitor. */
  constructor(netns: string | undefined, output: NamespaceOutput, failed: (error: unknown) => void) {
    this.#sockets = kernelSockets(netns)
    // The first socket determines the namespace of all others, so it stays open.
    this.#open.push(this.#sockets.open(NETLINK.ROUTE, {}))
    this.#output = output
    this.#failed = failed
    this.#names = new NamespaceNames(this.#sockets)
  }

  /**
   * Joins the groups, and begins. Also resolves if it is closed meanwhile.
   * @throws {UnknownGroupError} if the kernel does not have one that was named
   */
  async start(wanted: Wanted): Promise<void> {
    try {
      await this.#join(wanted)
    } catch (error) {
      if (!this.#isClosed) throw error
    }
  }

  async #join(wanted: Wanted): Promise<void> {
    const resolved = resolveGroups(wanted, this.#sockets)
    for (const [protocol, groups] of byProtocol(resolved.groups)) {
      if (this.#isClosed) return
      const isRequired = !wanted.isEverything
      const found = joinAll(this.#sockets, protocol, groups, { isRequired, allNsid: false })
      if (found === undefined) continue
      if (protocol === NETLINK.CONNECTOR) this.#open.push(listenToProcesses(found.transport))
      if (protocol !== NETLINK.ROUTE || this.#output.isRaw) this.#read(protocol, found.transport, resolved)
      else {
        // The cache opens its own socket. This one has found out which groups there are.
        found.transport.close()
        await this.#follow(found.joined)
      }
    }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const each of this.#open.splice(0)) each[Symbol.dispose]()
    this.#names.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #follow(groups: readonly Group[]): Promise<void> {
    const numbers = groups.map(({ number }) => number)
    const changes = new RouteChanges(this.#sockets, numbers, (entry) => this.#entry(entry))
    this.#open.push(changes)
    const { ended } = await changes.start()
    ended.catch((error) => this.#fail(error))
  }

  #read(protocol: number, transport: Transport, { families }: ResolvedGroups): void {
    const { dissect } = dissector(families)
    this.#open.push(
      new MessageReader(transport, {
        datagram: ({ bytes }) => this.#print(dissect, protocol, bytes),
        lost: () => this.#output.lost(),
        drained: () => this.#output.flush(),
        failed: (error) => this.#fail(error),
      }),
    )
  }

  #print(dissect: Dissector['dissect'], protocol: number, bytes: Buffer): void {
    for (const message of dissect({ protocol, packetType: PACKET.HOST, bytes }).messages) {
      this.#names.learn(message)
      this.#output.message(message, this.#names)
    }
  }

  #attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Prints an entry, and flushes the output when all that have come together are printed. */
  #entry(entry: Entry): void {
    this.#attempt(() => this.#output.entry(entry, this.#names))
    if (this.#willFlush) return
    this.#willFlush = true
    setImmediate(() => {
      this.#willFlush = false
      this.#attempt(() => this.#output.flush())
    })
  }

  #fail(error: unknown): void {
    if (!this.#isClosed) this.#failed(error)
  }
}
