import { Connection } from '../../connection/connection.js'
import { CaptureNames, type Names } from '../../inspect/index.js'
import { NetlinkError } from '../../message/index.js'
import type { rtnetlink } from '../../route/index.js'
import type { SocketFactory } from '../../socket/transport.js'

/** Names in a namespace. Links are requested from the kernel when a message mentions them, and keep their names. */
export class NamespaceNames implements Names, Disposable {
  readonly #messages = new CaptureNames()
  readonly #links = new Map<number, string | undefined>()
  readonly #sockets: SocketFactory
  #connection: Connection<typeof rtnetlink.messages> | undefined
  readonly table = this.#messages.table
  readonly protocol = this.#messages.protocol

  constructor(sockets: SocketFactory) {
    this.#sockets = sockets
  }

  /** Learns the names in a message. */
  learn(message: Parameters<CaptureNames['learn']>[0]): void {
    this.#messages.learn(message)
  }

  link(index: number): string | undefined {
    const known = this.#messages.link(index)
    if (known !== undefined || index === 0) return known
    if (!this.#links.has(index)) this.#links.set(index, this.#request(index))
    return this.#links.get(index)
  }

  close(): void {
    this.#connection?.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #request(index: number): string | undefined {
    this.#connection ??= Connection.open({ socketFactory: this.#sockets })
    try {
      const [link] = this.#connection.requestSync('RTM_GETLINK', { index })
      return link?.attrs.ifname
    } catch (error) {
      // The link no longer exists.
      if (error instanceof NetlinkError) return undefined
      throw error
    }
  }
}
