import { Recorder } from '../capture/recorder.js'
import { ArgumentError } from '../codec/error.js'
import { openError } from '../socket/open-file.js'
import { kernelSockets } from '../socket/socket-factory.js'
import type { SocketFactory } from '../socket/transport.js'
import { ObservedSocket } from './observed-socket.js'
import type { ConnectionOptions } from './options.js'

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
    new ObservedSocket(socketFactory.open(protocol, options), (packetType, datagram) =>
      recorder.record(protocol, packetType, datagram),
    )
  const { openNetns } = socketFactory
  return { socketFactory: { open, ...(openNetns && { openNetns }) }, recorder }
}

function openCapture(path: string): Recorder {
  try {
    return new Recorder(path)
  } catch (error) {
    throw openError(error, path)
  }
}
