import { openRecorder, type Recorder } from '../capture/recorder.js'
import { PACKET } from '../constants/index.js'
import { SystemError } from '../socket/error.js'
import { kernelSockets } from '../socket/socket-factory.js'
import { IGNORED, type SocketFactory, type Transport } from '../socket/transport.js'
import type { ConnectionOptions } from './options.js'

/** A socket factory whose sockets write to a recorder what they send and receive. */
export function recorded(socketFactory: SocketFactory, recorder: Recorder): SocketFactory {
  return {
    open(protocol, options) {
      const transport = socketFactory.open(protocol, options)
      const wrapped: Transport = {
        ...transport,
        send(datagram) {
          transport.send(datagram)
          recorder.record(protocol, PACKET.OUTGOING, datagram)
        },
        receive() {
          const datagram = transport.receive()
          if (datagram !== undefined && datagram !== IGNORED) recorder.record(protocol, PACKET.HOST, datagram.bytes)
          return datagram
        },
      }
      return wrapped
    },
  }
}

/** What opens sockets as the options say, and the recorder that it writes to, which is the caller's to close. */
export function socketFactoryOf({
  netns,
  capture,
  socketFactory,
}: Pick<ConnectionOptions, 'netns' | 'capture' | 'socketFactory'>): {
  readonly socketFactory: SocketFactory
  readonly recorder: Recorder | undefined
} {
  if (socketFactory !== undefined && netns !== undefined)
    throw new TypeError('expected netns or socketFactory, got both')
  const recorder = capture === undefined ? undefined : openCapture(capture)
  const plain = socketFactory ?? kernelSockets(netns)
  return { socketFactory: recorder ? recorded(plain, recorder) : plain, recorder }
}

function openCapture(path: string): Recorder {
  try {
    return openRecorder(path)
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException
    if (errno === undefined) throw error
    throw new SystemError('open', -errno, path)
  }
}
