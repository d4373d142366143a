import { withJson } from '../../codec/json.js'
import { ETH_P, SOCK } from '../../constants/index.js'
import {
  NDIAG_FLAG,
  type NetlinkDiagMessage,
  PACKET_FANOUT,
  type PacketDiagMessage,
  PDI,
  type UnixDiagMessage,
  VMADDR_CID,
  type VsockDiagMessage,
  XDP_DU_F,
  type XdpDiagMessage,
} from '../../diag/index.js'
import { NETLINK } from '../../message/index.js'
import { flagsIn, named } from '../values/names.js'
import { constructorOf, withMessage } from '../values/objects.js'
import { closedIn } from './inet-decode.js'
import { stateWord } from './states.js'
import type {
  ClosedDirection,
  NetlinkSocket,
  PacketSocket,
  SocketMemory,
  UnixSocket,
  VsockSocket,
  XdpSocket,
  XdpUmem,
} from './types.js'

/** Returns the number of a device as stat(2) reports it. The kernel's own has 20 bits for the minor number. */
function statDevice(device: number): number {
  const major = device >>> 20
  const minor = device & 0xfffff
  return (minor & 0xff) + major * 0x100 + (minor >>> 8) * 0x100000
}

const UnixObject = constructorOf<UnixSocket, UnixDiagMessage>(function (message) {
  const { name, vfs, peer, icons, rqlen, meminfo, shutdown, uid } = message.attrs
  this.protocol = 'unix'
  this.type = named(SOCK, message.type)
  this.state = stateWord(message.state)
  if (name !== undefined) this.path = name
  if (peer !== undefined) this.peer = peer
  this.inode = message.ino
  this.cookie = message.cookie
  if (vfs !== undefined) this.file = { inode: vfs.ino, device: statDevice(vfs.dev) }
  if (icons !== undefined) this.pending = icons
  this.recvQueue = rqlen?.rqueue ?? 0
  this.sendQueue = rqlen?.wqueue ?? 0
  if (shutdown) this.closed = closedIn(shutdown) as readonly ClosedDirection[]
  if (uid !== undefined) this.uid = uid
  if (meminfo !== undefined) this.memory = meminfo
})

/** Converts a message to a unix socket. */
export const toUnixSocket = (message: UnixDiagMessage): UnixSocket =>
  withJson(withMessage(new UnixObject(message), message))

const PacketObject = constructorOf<PacketSocket, PacketDiagMessage>(function (message) {
  const { info, rxRing, txRing, fanout, uid, meminfo, filter } = message.attrs
  this.protocol = 'packet'
  this.type = named(SOCK, message.type)
  this.ethertype = named(ETH_P, message.num)
  // A packet socket has no connection.
  this.state = 'unconnected'
  if (info?.index) this.dev = info.index
  this.inode = message.ino
  this.cookie = message.cookie
  this.recvQueue = meminfo?.rmemAlloc ?? 0
  if (uid !== undefined) this.uid = uid
  if (info !== undefined) this.version = info.version
  if (info !== undefined) this.flags = flagsIn(PDI, info.flags)
  if (rxRing !== undefined) this.rxRing = rxRing
  if (txRing !== undefined) this.txRing = txRing
  if (fanout !== undefined) this.fanout = { id: fanout & 0xffff, type: named(PACKET_FANOUT, fanout >>> 16) }
  if (filter !== undefined) this.filterLength = filter.length
})

/** Adds the memory of a socket, which also contains the lengths of its queues, if the caller wants it. */
function withMemory<T extends object>(socket: T, memory: SocketMemory | undefined, isWanted: boolean): T {
  return isWanted && memory !== undefined ? Object.assign(socket, { memory }) : socket
}

/** Converts a message to a packet socket. */
export const toPacketSocket = (message: PacketDiagMessage, memory: boolean): PacketSocket =>
  withJson(withMessage(withMemory(new PacketObject(message), message.attrs.meminfo, memory), message))

/** Returns the numbers of the bits that are set in a mask of several words; bit 0 of the first word is group 1. */
const groupsIn = (masks: readonly number[] = []) =>
  masks.flatMap((mask, word) =>
    Array.from({ length: 32 }, (_, bit) => bit).flatMap((bit) => ((mask >>> bit) & 1 ? [word * 32 + bit + 1] : [])),
  )

/** NETLINK_CONNECTED, net/netlink/af_netlink.h of the kernel */
const CONNECTED = 1

const NetlinkObject = constructorOf<NetlinkSocket, NetlinkDiagMessage>(function (message) {
  const { groups, flags, meminfo } = message.attrs
  this.protocol = 'netlink'
  this.type = named(SOCK, message.type)
  this.netlinkProtocol = named(NETLINK, message.protocol)
  this.state = message.state === CONNECTED ? 'established' : 'unconnected'
  this.portId = message.portid
  if (message.state === CONNECTED) this.peerPortId = message.dstPortid
  this.groups = groupsIn(groups)
  this.inode = message.ino
  this.cookie = message.cookie
  this.recvQueue = meminfo?.rmemAlloc ?? 0
  this.sendQueue = meminfo?.wmemAlloc ?? 0
  if (flags !== undefined) this.flags = flagsIn(NDIAG_FLAG, flags)
})

/** Converts a message to a netlink socket. */
export const toNetlinkSocket = (message: NetlinkDiagMessage, memory: boolean): NetlinkSocket =>
  withJson(withMessage(withMemory(new NetlinkObject(message), message.attrs.meminfo, memory), message))

const VsockObject = constructorOf<VsockSocket, VsockDiagMessage>(function (message) {
  const { shutdown, dstCid, dstPort } = message
  this.protocol = 'vsock'
  this.type = named(SOCK, message.type)
  this.state = stateWord(message.state)
  this.cid = message.srcCid
  this.port = message.srcPort
  if (dstCid !== VMADDR_CID.ANY) this.peerCid = dstCid
  if (dstCid !== VMADDR_CID.ANY) this.peerPort = dstPort
  this.inode = message.ino
  this.cookie = message.cookie
  if (shutdown !== 0) this.closed = closedIn(shutdown) as readonly ClosedDirection[]
})

/** Converts a message to a vsock socket. */
export const toVsockSocket = (message: VsockDiagMessage): VsockSocket =>
  withJson(withMessage(new VsockObject(message), message))

function umemOf({ umem, umemFillRing, umemCompletionRing }: XdpDiagMessage['attrs']): XdpUmem | undefined {
  if (umem === undefined) return undefined
  const { id, size, numPages: pages, chunkSize, headroom, ifindex, queueId, flags, refs: users } = umem
  return {
    ...{ id, size: Number(size), pages, chunkSize, headroom },
    ...(ifindex !== 0 && { dev: ifindex, queue: queueId }),
    ...{ flags: flagsIn(XDP_DU_F, flags), users },
    ...(umemFillRing && { fillRing: umemFillRing.entries }),
    ...(umemCompletionRing && { completionRing: umemCompletionRing.entries }),
  }
}

const XdpObject = constructorOf<XdpSocket, XdpDiagMessage>(function (message) {
  const { info, uid, rxRing, txRing, meminfo, stats } = message.attrs
  const umem = umemOf(message.attrs)
  this.protocol = 'xdp'
  this.type = named(SOCK, message.type)
  // It has no connection.
  this.state = 'unconnected'
  if (info?.ifindex) this.dev = info.ifindex
  if (info?.ifindex) this.queue = info.queueId
  this.inode = message.ino
  this.cookie = message.cookie
  this.recvQueue = meminfo?.rmemAlloc ?? 0
  if (uid !== undefined) this.uid = uid
  if (rxRing !== undefined) this.rxRing = rxRing.entries
  if (txRing !== undefined) this.txRing = txRing.entries
  if (umem !== undefined) this.umem = umem
  if (stats !== undefined)
    this.stats = {
      ...{ rxDropped: stats.nRxDropped, rxInvalid: stats.nRxInvalid, rxFull: stats.nRxFull },
      ...{ fillRingEmpty: stats.nFillRingEmpty, txInvalid: stats.nTxInvalid, txRingEmpty: stats.nTxRingEmpty },
    }
})

/** Converts a message to a socket of XDP. */
export const toXdpSocket = (message: XdpDiagMessage, memory: boolean): XdpSocket =>
  withJson(withMessage(withMemory(new XdpObject(message), message.attrs.meminfo, memory), message))
