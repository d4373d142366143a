import { PACKET } from '../constants/index.js'
import type { Readiness } from '../socket/libc.js'
import { type Datagram, IGNORED, type Transport } from '../socket/transport.js'

/** Called with each datagram after it was sent (PACKET_OUTGOING) or received (PACKET_HOST). It must not throw. */
export type Observer = (packetType: number, datagram: Uint8Array) => void

/** A socket that calls a function with what it sends and receives. */
export class ObservedSocket implements Transport {
  readonly #socket: Transport
  readonly #observe: Observer
  readonly port: number
  readonly strict: boolean

  constructor(socket: Transport, observe: Observer) {
    this.#socket = socket
    this.#observe = observe
    this.port = socket.port
    this.strict = socket.strict
  }

  send(datagram: Uint8Array): void {
    this.#socket.send(datagram)
    this.#observe(PACKET.OUTGOING, datagram)
  }

  receive(): Datagram | undefined {
    const datagram = this.#socket.receive()
    if (datagram !== undefined && datagram !== IGNORED) this.#observe(PACKET.HOST, datagram.bytes)
    return datagram
  }

  wait(timeout: number): boolean {
    return this.#socket.wait(timeout)
  }

  watch(onReadable: () => void): Readiness {
    return this.#socket.watch(onReadable)
  }

  join(group: number): void {
    this.#socket.join(group)
  }

  leave(group: number): void {
    this.#socket.leave(group)
  }

  reserve(bytes: number): number {
    return this.#socket.reserve(bytes)
  }

  close(): void {
    this.#socket.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
