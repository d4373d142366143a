import { codeOf } from '../../codec/error.js'
import { PACKET } from '../../constants/index.js'
import { dissector } from '../../dissect/index.js'
import { CaptureNames } from '../../inspect/index.js'
import { NETLINK } from '../../message/index.js'
import { Netlink } from '../../netlink.js'
import { Netns } from '../../netns/index.js'
import { kernelSockets } from '../../socket/socket-factory.js'
import type { Datagram } from '../../socket/transport.js'
import type { Printer } from '../command.js'
import { listNamespaces, type NamedNamespace, nsidOf } from '../namespaces.js'
import { joinAll } from './join.js'
import { MessageReader } from './messages.js'
import { NamespaceMonitor } from './namespace-monitor.js'
import type { Wanted } from './objects.js'
import { type Form, NamespaceOutput } from './output.js'

/** Milliseconds after which a namespace is tried again, e.g. because it was removed and created again meanwhile. */
const RETRY = 20

/** A namespace that is monitored. */
interface Followed {
  readonly inode: number
  readonly monitor: NamespaceMonitor
}

/**
 * Monitors the namespace of this process, those in /run/netns, and those that have an id in this one, as they come and go. Of the
 * last it prints messages as they are: they cannot be entered, so their objects are not known.
 */
export class AllNamespaces implements Disposable {
  readonly #wanted: Wanted
  readonly #out: Printer
  readonly #form: Form
  readonly #failed: (error: unknown) => void
  readonly #followed = new Map<string, Followed>()
  readonly #open: Disposable[] = []
  readonly #names = Netns.watch()
  #retry: NodeJS.Timeout | undefined
  /** Names of the namespaces by their ids in this one; undefined for one without a name. */
  readonly #byNsid = new Map<number, string | undefined>()
  readonly #outputs = new Map<number, readonly [NamespaceOutput, CaptureNames]>()
  #isClosed = false

  constructor(wanted: Wanted, out: Printer, form: Form, failed: (error: unknown) => void) {
    this.#wanted = wanted
    this.#out = out
    this.#form = form
    this.#failed = failed
  }

  /** Begins with the namespaces that there are. */
  async start(): Promise<void> {
    this.#readIds()
    await this.#scan()
    this.#follow().catch((error) => this.#fail(error))
  }

  close(): void {
    this.#isClosed = true
    this.#names.close()
    clearTimeout(this.#retry)
    for (const { monitor } of this.#followed.values()) monitor.close()
    for (const each of this.#open.splice(0)) each[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** Compares the namespaces whenever a name is added or removed. */
  async #follow(): Promise<void> {
    for await (const _ of this.#names) await this.#scan()
  }

  #rescan(): void {
    this.#scan().catch((error) => this.#fail(error))
  }

  /** Compares the monitored namespaces with those that there are. */
  async #scan(): Promise<void> {
    if (this.#isClosed) return
    const present = listNamespaces()
    this.#byNsid.clear()
    for (const [name, { inode, monitor }] of this.#followed) {
      if (present.some((each) => each.name === name && each.inode === inode)) continue
      monitor.close()
      this.#followed.delete(name)
      const output = new NamespaceOutput(this.#out, this.#form, name)
      output.removed()
      output.flush()
    }
    await Promise.all(present.map((each) => this.#monitor(each)))
  }

  async #monitor({ name, netns, inode }: NamedNamespace): Promise<void> {
    if (this.#followed.has(name) || this.#isClosed) return
    const output = new NamespaceOutput(this.#out, this.#form, name)
    try {
      const monitor = new NamespaceMonitor(netns, output, (error) => this.#ended(name, monitor, error, netns))
      this.#followed.set(name, { inode, monitor })
      await monitor.start(this.#wanted).catch((error) => this.#ended(name, monitor, error, netns))
    } catch (error) {
      this.#ended(name, undefined, error, netns)
    }
  }

  /**
   * Ends the monitor of one namespace. The namespace may have been removed meanwhile, so those that there are are compared again. Other
   * errors end everything.
   */
  #ended(name: string, monitor: NamespaceMonitor | undefined, error: unknown, netns: string | undefined): void {
    monitor?.close()
    if (this.#followed.get(name)?.monitor === monitor) this.#followed.delete(name)
    if (netns === undefined || !isTemporary(error)) {
      this.#fail(error)
      return
    }
    clearTimeout(this.#retry)
    if (!this.#isClosed) this.#retry = setTimeout(() => this.#rescan(), RETRY)
  }

  /** Reads what the kernel sends from namespaces that have an id in this one. */
  #readIds(): void {
    const sockets = kernelSockets(undefined)
    const route = this.#wanted.groups.filter(({ protocol }) => protocol === NETLINK.ROUTE)
    const found = joinAll(sockets, NETLINK.ROUTE, route, { isRequired: false, allNsid: true })
    if (found === undefined) return
    const nl = Netlink.open({ socketFactory: sockets })
    this.#open.push(nl)
    this.#open.push(
      new MessageReader(found.transport, {
        datagram: (datagram) => this.#printForeign(datagram, nl),
        // The sockets of the namespaces with names report their own losses.
        lost: () => this.#out.complain('lost: the buffer of namespaces without a name was full'),
        drained: () => this.#out.flush(),
        failed: (error) => this.#fail(error),
      }),
    )
  }

  #printForeign({ bytes, nsid }: Datagram, nl: Netlink): void {
    if (nsid === undefined || this.#nameOf(nsid, nl) !== undefined) return
    let [output, names] = this.#outputs.get(nsid) ?? []
    output ??= new NamespaceOutput(this.#out, this.#form, `nsid ${nsid}`)
    names ??= new CaptureNames()
    this.#outputs.set(nsid, [output, names])
    const { messages } = dissector().dissect({ protocol: NETLINK.ROUTE, packetType: PACKET.HOST, bytes })
    for (const message of messages) {
      names.learn(message)
      output.message(message, names)
    }
  }

  /** Returns the name of the namespace with this id. Returns undefined if it has none. */
  #nameOf(nsid: number, nl: Netlink): string | undefined {
    if (!this.#byNsid.has(nsid)) {
      this.#byNsid.set(nsid, undefined)
      for (const each of listNamespaces()) {
        const id = nsidOf(nl, each)
        if (id !== undefined) this.#byNsid.set(id, each.name)
      }
    }
    return this.#byNsid.get(nsid)
  }

  #fail(error: unknown): void {
    if (!this.#isClosed) this.#failed(error)
  }
}

/** True for errors of the kernel and the system. A closed pipe and a missing group end the program. */
const isTemporary = (error: unknown) => {
  const code = codeOf(error)
  return code !== undefined && /^E[A-Z0-9]+$/.test(code) && code !== 'EPIPE'
}
