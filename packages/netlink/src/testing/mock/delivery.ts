import { constants } from 'node:os'
import { AF } from '../../codec/index.js'
import { rtnetlink } from '../../route/index.js'
import { SystemError } from '../../socket/error.js'
import { type Asked, fromKernel } from '../answer.js'
import { groupOf } from '../group-of.js'
import type { Host, Socket } from '../socket.js'
import { expectTimes } from './options.js'
import type { TellName } from './state.js'

/** Who has asked for what happens now. */
export interface Cause extends Asked {
  readonly socket: Socket
  /** What it asked, e.g. `RTM_NEWROUTE`. */
  readonly request: string
  /** It wants to be told what is made (NLM_F_ECHO). */
  echo: boolean
}

const ENOBUFS = () => new SystemError('recvfrom', constants.errno.ENOBUFS)

/** Whether what is told is the echo of a request: of neighbours and IPv6 addresses the kernel gives none. */
function isEchoOf(cause: Cause, name: TellName, family: number | undefined): boolean {
  if (!cause.echo || cause.request !== name || name.endsWith('NEIGH')) return false
  return !(name.endsWith('ADDR') && family === AF.INET6)
}

/** Tells groups. A socket whose room is full loses what comes, until all that it has is read. */
export function delivery(host: () => Host) {
  const congested = new WeakSet<Socket>()
  /** Those that have not heard of a loss yet. */
  const untold = new WeakSet<Socket>()
  let lose = 0
  const put = (socket: Socket, bytes: Buffer, group: number) => {
    const { inbox, room } = socket
    if (congested.has(socket) && inbox.size === 0) congested.delete(socket)
    // As the kernel has it, one more fits as long as there is any room.
    const isLost = lose > 0 || inbox.size > room
    if (!isLost && !congested.has(socket)) return inbox.put({ bytes, group, nsid: undefined })
    // It is told once, before what is still there.
    if (!congested.has(socket) && !untold.has(socket)) {
      untold.add(socket)
      inbox.putFirst(ENOBUFS(), () => untold.delete(socket))
    }
    if (lose === 0) congested.add(socket)
  }
  return {
    /** Members of groups lose the next messages. */
    loseNotifications(times = 1) {
      expectTimes(times)
      lose += times
    },
    tell(cause: Cause | undefined, name: TellName, message: { readonly family?: number }, flags: number): void {
      const { type } = rtnetlink.byName(name)
      const group = groupOf(type, message.family ?? 0)
      const { socket: asker, seq = 0, port = 0 } = cause ?? {}
      const bytes = fromKernel(rtnetlink, name, message, { flags, seq, pid: port })
      const isEcho = cause !== undefined && isEchoOf(cause, name, message.family)
      if (isEcho) {
        cause.echo = false
        asker?.inbox.put({ bytes, group: group ?? 0, nsid: undefined })
      }
      for (const socket of host().sockets) {
        if (socket.protocol !== rtnetlink.number || group === undefined || !socket.groups.has(group)) continue
        if (!(isEcho && socket === asker)) put(socket, bytes, group)
      }
      if (lose > 0) lose--
    },
  }
}
