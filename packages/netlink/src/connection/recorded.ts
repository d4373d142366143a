import { PACKET } from '../capture/format.js'
import type { Recorder } from '../capture/recorder.js'
import type { Connector, Transport } from '../socket/transport.js'

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
          if (datagram !== undefined) recorder.record(protocol, PACKET.HOST, datagram.bytes)
          return datagram
        },
      }
      return wrapped
    },
  }
}
