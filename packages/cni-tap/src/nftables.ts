import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import { frame, frames, NLM_F, NLM_F_NEW, NLMSG, netlinkError, type RequestOf, readAck } from '@netloom/netlink'
import { AF, compile, encode } from '@netloom/netlink/codec'
import { check, libc, openIn, uninterrupted, whenReadable } from '@netloom/netlink/libc'
import { NFNL_SUBSYS, netfilter } from '@netloom/netlink/netfilter'

const { ETIMEDOUT } = constants.errno

type Messages = typeof netfilter.messages
type Name = keyof Messages & string

/** One change of a batch. */
export interface Step {
  readonly name: Name
  readonly request: unknown
}

export const step = <N extends Name>(name: N, request: RequestOf<Messages, N>): Step => ({ name, request })

const SOCK_RAW_CLOEXEC = 3 | 0o2000000

/** Larger than all acknowledgements of a batch. */
const bufferSize = 32 * 1024

/** The kernel has answered before write(2) returns; this is for what nobody foresees. */
const timeout = 10_000

interface Sent {
  readonly name: Name
  readonly bytes: Buffer
}

function written({ name, request }: Step, seq: number): Sent {
  const { type, declaration } = netfilter.byName(name)
  const isBatch = name.startsWith('NFNL_MSG_BATCH')
  const creating = name.startsWith('NFT_MSG_NEW') ? NLM_F_NEW.CREATE | NLM_F_NEW.APPEND : 0
  const flags = NLM_F.REQUEST | (isBatch ? 0 : NLM_F.ACK) | creating
  return { name, bytes: frame({ type, flags, seq, pid: 0 }, encode(declaration, request as never)) }
}

/**
 * Carries out changes of nftables, all of them or none: it takes them in one datagram, between two messages that mark it.
 * @throws {NetlinkError} for the first that is refused
 * @throws {SystemError} where the socket cannot be had
 */
export function transact(netns: number, steps: readonly Step[]): void {
  const mark = { resId: NFNL_SUBSYS.NFTABLES }
  const all = [step('NFNL_MSG_BATCH_BEGIN', mark), ...steps, step('NFNL_MSG_BATCH_END', mark)].map(written)
  const fd = openIn(netns, () => check('socket', libc.socket(AF.NETLINK, SOCK_RAW_CLOEXEC, netfilter.number)))
  try {
    const datagram = Buffer.concat(all.map(({ bytes }) => bytes))
    // A netlink socket that was bound to nothing and connected to nobody writes to the kernel.
    const write = () => libc.write(fd, datagram, datagram.length)
    check('write', uninterrupted(write))
    for (let acks = 0; acks < steps.length; ) acks += takeAcks(fd, all)
  } finally {
    closeSync(fd)
  }
}

/** How many of the batch the next datagram acknowledges. */
function takeAcks(fd: number, sent: readonly Sent[]): number {
  const buffer = Buffer.alloc(bufferSize)
  const length = check('read', whenReadable(fd, timeout, () => libc.read(fd, buffer, buffer.length)) ?? -ETIMEDOUT)
  const acks = [...frames(buffer.subarray(0, length))].filter(({ type }) => type === NLMSG.ERROR)
  for (const each of acks) {
    const ack = readAck(each)
    const { name, bytes } = sent[each.seq] ?? { name: 'NFNL_MSG_BATCH_BEGIN', bytes: Buffer.alloc(0) }
    if (ack.errno !== 0) throw netlinkError(ack, { name, bytes, codec: compile(netfilter.byName(name).declaration) })
  }
  return acks.length
}
