import type { Recorder } from '../capture/recorder.js'
import type { Connector, Transport } from '../socket/transport.js'
import type { ConnectionOptions } from './options.js'
import { connectorOf } from './recorded.js'

/** What a connection is made of. */
export interface Parts {
  readonly connector: Connector
  readonly transport: Transport
  readonly recorder: Recorder | undefined
}

/** Opens what a connection is made of; where that fails, nothing of it stays. */
export function openParts(protocol: number, options: ConnectionOptions): Parts {
  const { connector, recorder } = connectorOf(options)
  const { strict, sendBuffer } = options
  try {
    return { connector, transport: connector.open(protocol, { strict, sendBuffer }), recorder }
  } catch (error) {
    recorder?.close()
    throw error
  }
}
