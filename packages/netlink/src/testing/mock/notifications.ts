import { constants } from 'node:os'
import { AF } from '../../codec/index.js'
import { rtnetlink } from '../../route/index.js'
import { SystemError } from '../../socket/error.js'
import { groupOf } from '../group-of.js'
import { fromKernel, type ReceivedRequest } from '../kernel-message.js'
import type { PeerSocket } from '../mock-peer.js'
import { checkTimes } from './options.js'
import type { NotificationName } from './state.js'

/** The request that is being handled. */
export interface CurrentRequest extends ReceivedRequest {
  readonly socket: PeerSocket
  /** Its name, e.g. `RTM_NEWROUTE`. */
  readonly name: string
  /** True while its sender is to receive the object (NLM_F_ECHO). */
  echo: boolean
}

/** A notification to send. */
interface Notification {
  readonly name: NotificationName
  readonly message: { readonly family?: number }
  /** NLM_F_* */
  readonly flags: number
}

const lost = () => new SystemError('recvfrom', constants.errno.ENOBUFS)

/** Returns true if a notification is the echo of a request. The kernel sends none for neighbours and IPv6 addresses. */
function isEchoOf(request: CurrentRequest, { name, message }: Notification): boolean {
  if (!request.echo || request.name !== name || name.endsWith('NEIGH')) return false
  return !(name.endsWith('ADDR') && message.family === AF.INET6)
}

/** Sends notifications to groups. A socket whose buffer is full loses further ones until everything in the buffer is read. */
export class Notifier {
  readonly #sockets: () => Iterable<PeerSocket>
  readonly #congested = new WeakSet<PeerSocket>()
  /** Sockets with a loss that they have not received yet. */
  readonly #unreported = new WeakSet<PeerSocket>()
  #toLose = 0

  constructor(sockets: () => Iterable<PeerSocket>) {
    this.#sockets = sockets
  }

  /** Loses the next notifications. */
  lose(times = 1): void {
    checkTimes(times)
    this.#toLose += times
  }

  /** Sends a notification about a change to its group. `request` caused the change, if it is known. */
  send(request: CurrentRequest | undefined, notification: Notification): void {
    const { name, message, flags } = notification
    const { type } = rtnetlink.byName(name)
    const group = groupOf(type, message.family ?? 0)
    const { socket: sender, seq = 0, port = 0 } = request ?? {}
    const bytes = fromKernel(rtnetlink, name, message, { flags, seq, pid: port })
    const isEcho = request !== undefined && isEchoOf(request, notification)
    if (isEcho) {
      request.echo = false
      sender?.queue.put({ bytes, group: group ?? 0, nsid: undefined })
    }
    for (const socket of this.#sockets()) {
      if (socket.protocol !== rtnetlink.number || group === undefined || !socket.groups.has(group)) continue
      if (!(isEcho && socket === sender)) this.#put(socket, bytes, group)
    }
    if (this.#toLose > 0) this.#toLose--
  }

  #put(socket: PeerSocket, bytes: Buffer, group: number): void {
    const { queue, receiveBuffer } = socket
    if (this.#congested.has(socket) && queue.size === 0) this.#congested.delete(socket)
    // As in the kernel, one more datagram fits while there is any space left.
    const isLost = this.#toLose > 0 || queue.size > receiveBuffer
    if (!isLost && !this.#congested.has(socket)) {
      queue.put({ bytes, group, nsid: undefined })
      return
    }
    // The loss is reported once, before the datagrams in the queue.
    if (!this.#congested.has(socket) && !this.#unreported.has(socket)) {
      this.#unreported.add(socket)
      queue.putFirst(lost(), () => this.#unreported.delete(socket))
    }
    if (this.#toLose === 0) this.#congested.add(socket)
  }
}
