import { PACKET } from '../capture/format.js'
import { openRecorder, type Recorder } from '../capture/recorder.js'
import { socketConnector } from '../socket/connector.js'
import { SystemError } from '../socket/error.js'
import { type Connector, IGNORED, type Transport } from '../socket/transport.js'
import type { ConnectionOptions } from './options.js'

/** A connector whose sockets write to a recorder what they send and receive. */
export function recorded(connector: Connector, recorder: Recorder): Connector {
  return {
    open(protocol, options) {
      const transport = connector.open(protocol, options)
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
export function connectorOf({
  netns,
  capture,
  connector,
}: Pick<ConnectionOptions, 'netns' | 'capture' | 'connector'>): {
  readonly connector: Connector
  readonly recorder: Recorder | undefined
} {
  if (connector !== undefined && netns !== undefined) throw new TypeError('expected netns or connector, got both')
  const recorder = capture === undefined ? undefined : openCapture(capture)
  const plain = connector ?? socketConnector(netns)
  return { connector: recorder ? recorded(plain, recorder) : plain, recorder }
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
