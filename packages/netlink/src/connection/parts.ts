import { openRecorder, type Recorder } from '../capture/recorder.js'
import { socketConnector } from '../socket/connector.js'
import type { Connector, Transport } from '../socket/transport.js'
import type { ConnectionOptions } from './options.js'
import { recorded } from './recorded.js'

/** What a connection is made of. */
export interface Parts {
  readonly connector: Connector
  readonly transport: Transport
  readonly recorder: Recorder | undefined
}

/** Opens what a connection is made of; where that fails, nothing of it stays. */
export function openParts(protocol: number, { netns, strict, capture, connector }: ConnectionOptions): Parts {
  if (connector !== undefined && netns !== undefined) throw new TypeError('expected netns or connector, got both')
  const recorder = capture === undefined ? undefined : openRecorder(capture)
  try {
    const plain = connector ?? socketConnector(netns)
    const used = recorder ? recorded(plain, recorder) : plain
    return { connector: used, transport: used.open(protocol, { strict }), recorder }
  } catch (error) {
    recorder?.close()
    throw error
  }
}
