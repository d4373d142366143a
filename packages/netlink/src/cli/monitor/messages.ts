import { SystemError } from '../../socket/index.js'
import type { Readiness } from '../../socket/libc.js'
import { type Datagram, IGNORED, type Transport } from '../../socket/transport.js'

/** Size of the receive buffer, in bytes. */
const RECEIVE_BUFFER = 4 * 1024 * 1024

/** Number of datagrams to read in one turn of the event loop, so that signals are handled. */
const AT_ONCE = 256

/** Receives the handled datagrams. */
export interface MessageHandler {
  datagram(datagram: Datagram): void
  /** The kernel has dropped notifications. */
  lost(): void
  /** All datagrams that there are were handled. */
  drained(): void
  failed(error: unknown): void
}

/** Reads datagrams from a socket as they come. */
export class MessageReader implements Disposable {
  readonly #transport: Transport
  readonly #handler: MessageHandler
  readonly #readiness: Readiness
  #isClosed = false

  constructor(transport: Transport, handler: MessageHandler) {
    this.#transport = transport
    this.#handler = handler
    transport.reserve(RECEIVE_BUFFER)
    this.#readiness = transport.watch(() => this.#read())
    this.#readiness.arm()
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#transport.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #read(): void {
    if (this.#isClosed) return
    try {
      const isDrained = this.#drain()
      this.#handler.drained()
      if (this.#isClosed) return
      if (isDrained) this.#readiness.arm()
      else setImmediate(() => this.#read())
    } catch (error) {
      this.#handler.failed(error)
    }
  }

  /** Handles the received datagrams. Returns false if there may be more. */
  #drain(): boolean {
    for (let count = 0; count < AT_ONCE; count++) {
      try {
        const datagram = this.#transport.receive()
        if (datagram === undefined) return true
        if (datagram !== IGNORED) this.#handler.datagram(datagram)
      } catch (error) {
        if (!(error instanceof SystemError && ['ENOBUFS', 'EMSGSIZE'].includes(error.code))) throw error
        this.#handler.lost()
      }
    }
    return false
  }
}
