import { Recorder } from '../capture/recorder.js'
import { ArgumentError } from '../codec/error.js'
import { PACKET } from '../constants/index.js'
import { SystemError } from '../socket/error.js'
import type { Readiness } from '../socket/libc.js'
import { kernelSockets } from '../socket/socket-factory.js'
import { type Datagram, IGNORED, type SocketFactory, type Transport } from '../socket/transport.js'
import type { ConnectionOptions } from './options.js'

/** A socket that records what it sends and receives. */
class RecordedSocket implements Transport {
  readonly #socket: Transport
  readonly #recorder: Recorder
  readonly #protocol: number
  readonly port: number
  readonly strict: boolean

  constructor(socket: Transport, recorder: Recorder, protocol: number) {
    this.#socket = socket
    this.#recorder = recorder
    this.#protocol = protocol
    this.port = socket.port
    this.strict = socket.strict
  }

  send(datagram: Uint8Array): void {
    this.#socket.send(datagram)
    this.#recorder.record(this.#protocol, PACKET.OUTGOING, datagram)
  }

  receive(): Datagram | undefined {
    const datagram = this.#socket.receive()
    if (datagram !== undefined && datagram !== IGNORED)
      this.#recorder.record(this.#protocol, PACKET.HOST, datagram.bytes)
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

/** A socket factory and, if the connection is recorded, the recorder of its sockets. The caller closes the recorder. */
export interface RecordedSockets {
  readonly socketFactory: SocketFactory
  readonly recorder: Recorder | undefined
}

/** Returns the socket factory for the options of a connection. @throws {SystemError} if the capture file cannot be created */
export function socketFactoryOf({
  netns,
  capture,
  socketFactory: given,
}: Pick<ConnectionOptions, 'netns' | 'capture' | 'socketFactory'>): RecordedSockets {
  if (given !== undefined && netns !== undefined) throw new ArgumentError('expected netns or socketFactory, got both')
  const recorder = capture === undefined ? undefined : openCapture(capture)
  const socketFactory = given ?? kernelSockets(netns)
  if (recorder === undefined) return { socketFactory, recorder }
  const open: SocketFactory['open'] = (protocol, options) =>
    new RecordedSocket(socketFactory.open(protocol, options), recorder, protocol)
  return { socketFactory: { open }, recorder }
}

function openCapture(path: string): Recorder {
  try {
    return new Recorder(path)
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException
    if (errno === undefined) throw error
    throw new SystemError('open', -errno, path)
  }
}
