import { ArgumentError } from '../../codec/error.js'
import { Connection } from '../../connection/connection.js'
import type { ConnectionOptions } from '../../connection/options.js'
import type { GenericFamily } from '../../generic/family.js'
import type { Messages, Protocol } from '../../message/index.js'

/** The connections of one {@link Netlink}, in its network namespace. */
export interface Connections {
  /**
   * Returns the connection of a generic netlink family.
   * @throws {NetlinkError} `ENOENT` if the kernel does not have the family
   */
  generic<M extends Messages>(family: GenericFamily<M>): Connection<M>
  /** Returns the connection of another protocol. @throws {SystemError} if the kernel does not have it */
  protocol<M extends Messages, G extends string>(protocol: Protocol<M, G>): Connection<M, G>
}

type AnyConnection = Connection<Messages, string>

/** Opens each connection on its first use, and closes all of them. */
export class OpenedConnections implements Connections {
  readonly #options: ConnectionOptions
  /** By the declaration, not by its name: a spec can declare a family again. */
  readonly #opened = new Map<object, AnyConnection>()
  #closed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  generic<M extends Messages>(family: GenericFamily<M>): Connection<M> {
    return this.#once(family, () => Connection.openGeneric(family, this.#options))
  }

  protocol<M extends Messages, G extends string>(protocol: Protocol<M, G>): Connection<M, G> {
    return this.#once(protocol, () => Connection.openProtocol(protocol, this.#options))
  }

  #once<C>(declaration: object, open: () => C): C {
    this.checkOpen()
    const known = this.#opened.get(declaration)
    if (known !== undefined) return known as unknown as C
    const connection = open()
    this.#opened.set(declaration, connection as unknown as AnyConnection)
    return connection
  }

  /** @throws {TypeError} after {@link OpenedConnections.close} */
  checkOpen(): void {
    if (this.#closed) throw new ArgumentError('expected an open Netlink, got one that was closed')
  }

  /** Closes all connections. No other one is opened afterwards. */
  close(): void {
    this.#closed = true
    for (const connection of this.#opened.values()) connection.close()
  }
}
