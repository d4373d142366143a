import type { Recorder } from '../capture/recorder.js'
import type { SocketFactory, Transport } from '../socket/transport.js'
import type { ConnectionOptions } from './options.js'
import { socketFactoryOf } from './recorded.js'

/** What a connection is made of. */
export interface Parts {
  readonly socketFactory: SocketFactory
  readonly transport: Transport
  readonly recorder: Recorder | undefined
}

/** Opens what a connection is made of; where that fails, nothing of it stays. */
export function openParts(protocol: number, options: ConnectionOptions): Parts {
  const { socketFactory, recorder } = socketFactoryOf(options)
  const { strict, sendBuffer } = options
  try {
    return { socketFactory, transport: socketFactory.open(protocol, { strict, sendBuffer }), recorder }
  } catch (error) {
    recorder?.close()
    throw error
  }
}
