import type { Infer } from '../../codec/index.js'
import type { ETH_P, SOCK } from '../../constants/index.js'
import type {
  IDIAG_TIMER,
  Inet6DiagMessage,
  InetDiagMessage,
  inetUlpInfoAttrs,
  MptcpInfo,
  NDIAG_FLAG,
  NetlinkDiagMessage,
  PACKET_FANOUT,
  PacketDiagMessage,
  PDI,
  packetDiagRing,
  SctpInfo,
  skMeminfo,
  tcpDctcpInfo,
  tcpvegasInfo,
  UnixDiagMessage,
  VsockDiagMessage,
  XDP_DU_F,
  XdpDiagMessage,
} from '../../diag/index.js'
import type { NETLINK } from '../../message/index.js'
import type { IpFamily } from '../values/ip-text.js'
import type { LinkRef } from '../values/link-ref.js'
import type { Flag, Named } from '../values/names.js'
import type { Readable } from '../values/words.js'
import type { EventStreamOptions } from '../watch/event-stream.js'
import type { SocketProcess } from './processes.js'
import type { InetProtocol, SocketProtocol } from './protocols.js'
import type { SocketState, SocketStateSet } from './states.js'
import type { TcpDetails } from './tcp-types.js'

/** Memory of a socket (SK_MEMINFO_*): `rmemAlloc`, `rcvbuf`, …, in bytes, and the number of `drops`. The values of `skmem` in ss. */
export type SocketMemory = Readonly<Infer<typeof skMeminfo>>

/** Members of all sockets. */
interface AnySocket {
  readonly state: SocketState | number
  /** Inode of the socket's descriptor: `socket:[1234]` in /proc. 0 if no process has the socket open. */
  readonly inode: number
  /** Distinguishes the socket from all others of the namespace, also later ones. */
  readonly cookie: bigint
  readonly memory?: SocketMemory
  /** The processes that have the socket open, with `process: true`. Empty if none has, or if this process may not see them. */
  readonly processes?: readonly SocketProcess[]
}

/** Directions in which a connection is closed. */
export type ClosedDirection = 'receive' | 'send'

/** A timer of a socket. */
export interface SocketTimer {
  /** IDIAG_TIMER_*: `on` (retransmission), `keepalive`, `timewait`, `probe0` (`persist` in ss), `delack`. */
  readonly name: Named<typeof IDIAG_TIMER>
  /** Milliseconds until it expires. */
  readonly expires: number
  /** Number of retransmissions or probes. */
  readonly retransmits: number
}

/** An option of an internet socket that is set: members of `struct inet_diag_sockopt`. */
export type InetSocketOption =
  | 'recverr'
  | 'isIcsk'
  | 'freebind'
  | 'hdrincl'
  | 'mcLoop'
  | 'transparent'
  | 'mcAll'
  | 'nodefrag'
  | 'bindAddressNoPort'
  | 'recverrRfc4884'
  | 'deferConnect'

/** A socket of TCP, UDP or another protocol above IP. */
export interface InetSocket extends AnySocket {
  readonly protocol: InetProtocol
  readonly family: IpFamily
  /** Local address. `0.0.0.0` and `::` stand for all. */
  readonly src: string
  /** Local port; of a raw socket, the number of the protocol above IP. */
  readonly sport: number
  /** Remote address; `0.0.0.0` or `::` if the socket is not connected. */
  readonly dst: string
  /** Remote port; 0 if the socket is not connected. */
  readonly dport: number
  /** Index of the link that the socket is bound to. */
  readonly dev?: number
  readonly uid: number
  /** Received bytes that the program has not read; of a listening socket, the number of connections that wait for accept(2). */
  readonly recvQueue: number
  /** Bytes that the peer has not acknowledged; of a listening socket, the limit of `recvQueue`. */
  readonly sendQueue: number
  readonly timer?: SocketTimer
  /** Directions that shutdown(2) or the peer has closed. Left out if there are none. */
  readonly closed?: readonly ClosedDirection[]
  /** True if an IPv6 socket does not accept IPv4. */
  readonly v6only?: boolean
  /** The kernel reports it to privileged processes, unless it is 0. */
  readonly mark?: number
  /** IP_TOS, with `tos: true`. */
  readonly tos?: number
  /** IPV6_TCLASS, with `tos: true`. */
  readonly trafficClass?: number
  /** Class of the cgroup (net_cls), or priority of the socket, with `tos: true`. */
  readonly classId?: number
  /** Id of the cgroup: the inode of its folder. */
  readonly cgroupId?: bigint
  readonly options?: readonly InetSocketOption[]
  /** Name of the congestion control, with `info: true`: `cubic`. */
  readonly congestion?: string
  /** `struct tcp_info`, with `info: true`. Lists decode it when it is read. Members of one socket that are read one after another cost once. */
  readonly tcp?: TcpDetails
  /** `struct mptcp_info`, with `info: true`. */
  readonly mptcp?: Readable<MptcpInfo>
  /** `struct sctp_info`, with `info: true`. */
  readonly sctp?: Readable<SctpInfo>
  /** State of the congestion control `bbr`. */
  readonly bbr?: BbrDetails
  /** State of the congestion control `dctcp`. */
  readonly dctcp?: Readonly<Infer<typeof tcpDctcpInfo>>
  /** State of the congestion control `vegas`, and of others that share its format. Times in microseconds. */
  readonly vegas?: Readonly<Infer<typeof tcpvegasInfo>>
  /** The upper-layer protocol of a TCP socket: TLS in the kernel, or MPTCP. */
  readonly ulp?: Readable<Infer<typeof inetUlpInfoAttrs>>
  /** The decoded message. Not enumerable. */
  readonly message: InetDiagMessage | Inet6DiagMessage
}

/** State of the congestion control `bbr`. */
export interface BbrDetails {
  /** Estimated bandwidth in bits per second. */
  readonly bandwidth: number
  /** Milliseconds. */
  readonly minRtt: number
  /** Factor of the rate at which packets are sent. */
  readonly pacingGain: number
  /** Factor of the congestion window. */
  readonly cwndGain: number
}

/** A unix socket. */
export interface UnixSocket extends AnySocket {
  readonly protocol: 'unix'
  readonly type: Named<typeof SOCK>
  /** The path, or a NUL and a name in the abstract namespace, as in `node:net`. Left out if the socket is not bound. */
  readonly path?: string
  /** Inode of the connected socket. */
  readonly peer?: number
  /** The file at `path`: its inode and the number of its device, as `stat` reports them. */
  readonly file?: { readonly inode: number; readonly device: number }
  /** Inodes of the connections that wait for accept(2). */
  readonly pending?: readonly number[]
  /** Bytes; of a listening socket, the number of connections that wait for accept(2). */
  readonly recvQueue: number
  /** Bytes; of a listening socket, the limit of `recvQueue`. */
  readonly sendQueue: number
  readonly closed?: readonly ClosedDirection[]
  readonly uid?: number
  /** The decoded message. Not enumerable. */
  readonly message: UnixDiagMessage
}

/** A ring buffer of a packet socket: sizes in bytes, times in milliseconds. */
export type PacketRing = Readonly<Infer<typeof packetDiagRing>>

/** A packet socket. */
export interface PacketSocket extends AnySocket {
  readonly protocol: 'packet'
  readonly type: Named<typeof SOCK>
  /** Protocol of the packets that it receives: `all`, `ip`, … or its number. */
  readonly ethertype: Named<typeof ETH_P>
  /** Index of the link that the socket is bound to. */
  readonly dev?: number
  /** Received bytes that the program has not read. */
  readonly recvQueue: number
  readonly uid?: number
  /** TPACKET version of the rings. */
  readonly version?: number
  readonly flags?: readonly Flag<typeof PDI>[]
  readonly rxRing?: PacketRing
  readonly txRing?: PacketRing
  /** The group of sockets that share the packets. */
  readonly fanout?: { readonly id: number; readonly type: Named<typeof PACKET_FANOUT> }
  /** Number of instructions of the filter that is attached. */
  readonly filterLength?: number
  /** The decoded message. Not enumerable. */
  readonly message: PacketDiagMessage
}

/** A netlink socket. */
export interface NetlinkSocket extends AnySocket {
  readonly protocol: 'netlink'
  readonly type: Named<typeof SOCK>
  /** NETLINK_*: `route`, `generic`, … */
  readonly netlinkProtocol: Named<typeof NETLINK>
  /** Port id: 0 is the kernel. The first socket of a process often has the process id. */
  readonly portId: number
  /** Port id of the peer of a connected socket. */
  readonly peerPortId?: number
  /** Multicast groups that it has joined. */
  readonly groups: readonly number[]
  readonly recvQueue: number
  readonly sendQueue: number
  readonly flags?: readonly Flag<typeof NDIAG_FLAG>[]
  /** The decoded message. Not enumerable. */
  readonly message: NetlinkDiagMessage
}

/** A socket of AF_VSOCK, between a virtual machine and its host. */
export interface VsockSocket extends AnySocket {
  readonly protocol: 'vsock'
  readonly type: Named<typeof SOCK>
  /** Local context id; 4294967295 stands for any. */
  readonly cid: number
  readonly port: number
  readonly peerCid?: number
  readonly peerPort?: number
  readonly closed?: readonly ClosedDirection[]
  /** The decoded message. Not enumerable. */
  readonly message: VsockDiagMessage
}

/** Memory for the packets of one or several sockets of XDP. */
export interface XdpUmem {
  readonly id: number
  /** In bytes. */
  readonly size: number
  readonly pages: number
  /** Bytes for each packet, and those in front of it. */
  readonly chunkSize: number
  readonly headroom: number
  /** Index of the link and number of the queue of its first socket. */
  readonly dev?: number
  readonly queue?: number
  /** XDP_DU_F_*: `ZEROCOPY` */
  readonly flags: readonly Flag<typeof XDP_DU_F>[]
  /** Number of sockets that share it. */
  readonly users: number
  /** Numbers of entries of its rings. */
  readonly fillRing?: number
  readonly completionRing?: number
}

/** A socket of AF_XDP, which exchanges packets with a queue of a link. */
export interface XdpSocket extends AnySocket {
  readonly protocol: 'xdp'
  readonly type: Named<typeof SOCK>
  /** Index of the link that the socket is bound to, and the number of the queue. */
  readonly dev?: number
  readonly queue?: number
  readonly recvQueue: number
  readonly uid?: number
  /** Numbers of entries. */
  readonly rxRing?: number
  readonly txRing?: number
  readonly umem?: XdpUmem
  /** Numbers of packets that were dropped or refused, and of times that a ring had no entry. */
  readonly stats?: {
    readonly rxDropped: bigint
    readonly rxInvalid: bigint
    readonly rxFull: bigint
    readonly fillRingEmpty: bigint
    readonly txInvalid: bigint
    readonly txRingEmpty: bigint
  }
  /** The decoded message. Not enumerable. */
  readonly message: XdpDiagMessage
}

/** A socket. `protocol` discriminates the types. */
export type Socket = InetSocket | UnixSocket | PacketSocket | NetlinkSocket | VsockSocket | XdpSocket

/** The type of the sockets of a protocol. */
export type SocketOf<P extends SocketProtocol> = P extends InetProtocol
  ? InetSocket & { readonly protocol: P }
  : Extract<Socket, { readonly protocol: P }>

/** Conditions that the kernel checks for sockets of protocols above IP. */
export interface InetConditions {
  readonly family?: IpFamily | undefined
  /** Prefix of the local address: `10.0.0.0/8`, `::1`. */
  readonly src?: string | undefined
  /** Prefix of the remote address. */
  readonly dst?: string | undefined
  /** Local port, or the name of a service of /etc/services. */
  readonly sport?: number | string | undefined
  /** Remote port. */
  readonly dport?: number | string | undefined
  /** Local or remote port. */
  readonly port?: number | string | undefined
  /** Link that the socket is bound to. */
  readonly dev?: LinkRef | undefined
  /** SO_MARK: a number, or text with a mask like `0x10/0xf0`. The kernel needs CAP_NET_ADMIN. */
  readonly mark?: number | string | undefined
  /** Folder of a cgroup of version 2, or its id. */
  readonly cgroup?: string | bigint | undefined
  /** An expression of `ss`: `sport = :443 and not dst 10.0.0.0/8`. `and` and `or` have the same precedence, as in ss. */
  readonly where?: string | undefined
}

/** Restricts a list of sockets, and selects what it contains. */
export interface SocketFilter<P extends SocketProtocol = SocketProtocol> extends InetConditions {
  /** Default: all protocols of the kernel. With conditions on addresses, ports, … all of those above IP. */
  readonly protocol?: P | readonly P[] | undefined
  /** States, or sets of states: `listening`, `connected`. Default: `all`. */
  readonly state?: SocketState | SocketStateSet | readonly (SocketState | SocketStateSet)[] | undefined
  /** True to add the processes that have the socket open. Reads all of /proc, blocking the thread. Default: false. */
  readonly process?: boolean | undefined
  /** True to add details of TCP, MPTCP and SCTP, like `ss --info`. Default: false. */
  readonly info?: boolean | undefined
  /** True to add `memory`, like `ss --memory`. Default: false. */
  readonly memory?: boolean | undefined
  /** True to add `tos` and `trafficClass`, like `ss --tos`. Default: false. */
  readonly tos?: boolean | undefined
}

/** Identifies one socket: one that was read, its cookie, its inode, or both ends of a connection. */
export interface SocketKey<P extends SocketProtocol = SocketProtocol> {
  readonly protocol: P
  /** With the cookie, the kernel does not confuse the socket with a later one. */
  readonly cookie?: bigint | undefined
  readonly inode?: number | undefined
  readonly src?: string | undefined
  readonly sport?: number | undefined
  readonly dst?: string | undefined
  readonly dport?: number | undefined
  /** Link that the socket is bound to. */
  readonly dev?: LinkRef | undefined
}

/** A socket was closed. */
export interface DestroyedEvent {
  readonly type: 'destroyed'
  readonly socket: InetSocket
}

/** An event of `nl.sockets.watch()`. */
export type SocketEvent = DestroyedEvent | { readonly type: 'overrun' }

/** Options of `nl.sockets.watch()`. */
export interface SocketWatchOptions extends EventStreamOptions {
  /** Default: both. */
  readonly protocol?: 'tcp' | 'udp' | undefined
  /** Default: both. */
  readonly family?: IpFamily | undefined
}
