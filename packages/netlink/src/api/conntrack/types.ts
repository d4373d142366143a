import type { ICMP, ICMPV6, IPPROTO } from '../../constants/index.js'
import type {
  ConntrackMessage,
  CT_DCCP,
  CT_DCCP_ROLE,
  IP_CT_TCP_FLAG,
  IPS,
  SCTP_CONNTRACK,
  TCP_CONNTRACK,
} from '../../netfilter/index.js'
import type { IpFamily } from '../values/ip-text.js'
import type { Flag, Named } from '../values/names.js'

/** Addresses and ports of the packets of one direction. */
export interface ConntrackTuple {
  readonly src: string
  readonly dst: string
  /** Port of TCP, UDP, UDP-Lite, SCTP or DCCP. Of GRE, the key. */
  readonly sport?: number | undefined
  readonly dport?: number | undefined
  /** ICMP_*, or ICMPV6_* for `icmpv6`: `echo`, `echo_request`, or a number. */
  readonly icmpType?: Named<typeof ICMP> | Named<typeof ICMPV6> | undefined
  readonly icmpCode?: number | undefined
  /** Identifier of echo messages. */
  readonly icmpId?: number | undefined
  /** The zone, if it holds for this direction only. */
  readonly zone?: number | undefined
}

/** A tuple with its protocol. */
export interface ConntrackProtocolTuple extends ConntrackTuple {
  /** IPPROTO_*: `tcp`, `udp`, or a number. */
  readonly protocol: Named<typeof IPPROTO>
}

/** Values of both directions. */
export interface BothDirections<T> {
  readonly original: T
  readonly reply: T
}

/** Number of packets and bytes. The kernel counts them if the sysctl `net.netfilter.nf_conntrack_acct` is 1. */
export interface ConntrackCounters {
  readonly packets: bigint
  readonly bytes: bigint
}

/** The address and port that the source or destination of the original direction is translated to. */
export interface ConntrackNat {
  readonly address: string
  /** Left out for protocols without ports. */
  readonly port?: number | undefined
}

/** State of TCP in one direction. */
export interface ConntrackTcp {
  /** Power of two that the window is multiplied by. */
  readonly windowScale?: number | undefined
  /** IP_CT_TCP_FLAG_* */
  readonly flags?: readonly Flag<typeof IP_CT_TCP_FLAG>[] | undefined
}

/** Offsets of TCP's sequence numbers, which helpers change if they translate the payload. */
export interface ConntrackSeqAdj {
  /** Sequence number of the last change. */
  readonly correctionPos: number
  readonly offsetBefore: number
  readonly offsetAfter: number
}

/** Values with which SYNPROXY answered the client. */
export interface ConntrackSynproxy {
  /** First sequence number. */
  readonly isn: number
  /** First time stamp. */
  readonly its: number
  /** Offset of the time stamps. */
  readonly tsoff: number
}

/** State of a connection: TCP_CONNTRACK_*, SCTP_CONNTRACK_*, CT_DCCP_*. Other protocols have none. */
export type ConntrackState = Named<typeof TCP_CONNTRACK> | Named<typeof SCTP_CONNTRACK> | Named<typeof CT_DCCP>

/** Values that are reported and can be set. */
interface ConntrackMembers {
  readonly state?: ConntrackState | undefined
  /** Seconds until the kernel forgets the connection. Left out if a flow table handles it, and after its end. */
  readonly timeout?: number | undefined
  readonly mark?: number | undefined
  /** Name of the helper: `ftp`. */
  readonly helper?: string | undefined
  /** Numbers of the labels that are set, from 0 to 127. */
  readonly labels?: readonly number[] | undefined
  readonly tcp?: BothDirections<ConntrackTcp> | undefined
  /** Verification tags of SCTP. */
  readonly sctp?: BothDirections<number> | undefined
  readonly dccp?: { readonly role: Named<typeof CT_DCCP_ROLE>; readonly handshakeSeq: bigint } | undefined
  readonly seqAdj?: BothDirections<ConntrackSeqAdj> | undefined
  readonly synproxy?: ConntrackSynproxy | undefined
}

/** A tracked connection, as `conntrack -L` prints it. */
export interface Conntrack extends ConntrackMembers {
  readonly family: IpFamily
  /** IPPROTO_*: `tcp`, `udp`, `icmp`, or a number. */
  readonly protocol: Named<typeof IPPROTO>
  readonly original: ConntrackTuple
  /** The tuple of the answers, after all translation. */
  readonly reply: ConntrackTuple
  /** IPS_*: `SEEN_REPLY`, `ASSURED`, `SRC_NAT`, … */
  readonly status: readonly Flag<typeof IPS>[]
  readonly mark: number
  /** The zone of both directions. */
  readonly zone: number
  readonly id: number
  /** Number of references in the kernel. Events do not have it. */
  readonly use?: number
  /** The translation of the source, if status has `SRC_NAT`. */
  readonly snat?: ConntrackNat
  /** The translation of the destination, if status has `DST_NAT`. */
  readonly dnat?: ConntrackNat
  readonly counters?: BothDirections<ConntrackCounters>
  /** Start, if the sysctl `net.netfilter.nf_conntrack_timestamp` was 1. `message` has nanoseconds. */
  readonly start?: Date
  /** End, in events that report it. */
  readonly stop?: Date
  /** Security context: the label of SELinux. */
  readonly secctx?: string
  /** The connection that a helper expected this one for. */
  readonly master?: ConntrackProtocolTuple
  /** The decoded message. Not enumerable. */
  readonly message: ConntrackMessage
}

/** Identifies a connection. A connection that was read identifies itself. */
export interface ConntrackKey {
  readonly protocol: Named<typeof IPPROTO>
  /** Either this or `reply` is required. */
  readonly original?: ConntrackTuple | undefined
  readonly reply?: ConntrackTuple | undefined
  /** The zone of both directions. Default: 0. */
  readonly zone?: number | undefined
  /** If it is given, a later connection with the same tuple is another one. */
  readonly id?: number | undefined
}

/** The flags of `status` that requests can change. The kernel sets the others itself. */
export type ConntrackSettable = 'SEEN_REPLY' | 'ASSURED' | 'FIXED_TIMEOUT'

/** A translation to set. */
export interface NewConntrackNat {
  readonly address: string
  /** A port, or the first and last port to choose from. By default, the port is kept if it is free. */
  readonly port?: number | { readonly start: number; readonly end: number } | undefined
}

/** A connection to create. */
export interface NewConntrack extends ConntrackMembers {
  readonly protocol: Named<typeof IPPROTO>
  readonly original: ConntrackTuple
  /** Default: `original` in the other direction, after the translation of `snat` and `dnat`. */
  readonly reply?: ConntrackTuple | undefined
  readonly timeout: number
  /** The zone of both directions. Default: 0. */
  readonly zone?: number | undefined
  /** Of these flags, {@link ConntrackSettable} are set. */
  readonly status?: readonly Flag<typeof IPS>[] | undefined
  readonly snat?: NewConntrackNat | undefined
  readonly dnat?: NewConntrackNat | undefined
  readonly master?: ConntrackProtocolTuple | undefined
}

/** Changes of a connection. What is left out stays. */
export interface ConntrackChange extends Omit<ConntrackMembers, 'mark' | 'labels'> {
  /** A mark, or text with a mask: `0x10/0xff` changes only the last eight bits. */
  readonly mark?: number | string | undefined
  /** Flags to set. The kernel clears none. */
  readonly status?: readonly ConntrackSettable[] | undefined
  /** All labels, or an object that changes some: `{ 1: true, 5: false }`. */
  readonly labels?: readonly number[] | Readonly<Record<number, boolean>> | undefined
}

/** Restricts a list by the packets of one direction. */
export interface ConntrackTupleFilter {
  /** An address or a network: `10.0.0.0/8`. */
  readonly src?: string | undefined
  readonly dst?: string | undefined
  readonly sport?: number | undefined
  readonly dport?: number | undefined
  readonly icmpType?: ConntrackTuple['icmpType']
  readonly icmpCode?: number | undefined
  readonly icmpId?: number | undefined
}

/** Restricts a list of connections. All given conditions must be met. */
export interface ConntrackFilter {
  readonly family?: IpFamily | undefined
  readonly protocol?: Named<typeof IPPROTO> | undefined
  readonly original?: ConntrackTupleFilter | undefined
  readonly reply?: ConntrackTupleFilter | undefined
  readonly zone?: number | undefined
  /** A mark, or text with a mask: `0x10/0xff` compares only the last eight bits. */
  readonly mark?: number | string | undefined
  /** Flags that must be set, or an object: `{ ASSURED: true, SEEN_REPLY: false }`. */
  readonly status?:
    | readonly Flag<typeof IPS>[]
    | { readonly [F in string & keyof (typeof IPS)['values']]?: boolean | undefined }
    | undefined
  readonly state?: ConntrackState | undefined
  readonly helper?: string | undefined
  /** Numbers of labels that must be set. */
  readonly labels?: readonly number[] | undefined
}

/** Counters of one CPU, as `conntrack -S` prints them. */
export interface ConntrackCpuStats {
  readonly cpu: number
  readonly found: number
  readonly invalid: number
  readonly insert: number
  readonly insertFailed: number
  readonly drop: number
  readonly earlyDrop: number
  readonly error: number
  readonly searchRestart: number
  readonly clashResolve: number
  readonly chainToolong: number
}

/** Statistics of connection tracking. */
export interface ConntrackStats {
  /** Number of connections in this namespace, as `conntrack -C` prints it. */
  readonly entries: number
  /** Maximum number of connections. */
  readonly maxEntries?: number
  readonly cpus: readonly ConntrackCpuStats[]
}

/** A connection began, changed or ended. */
export interface ConntrackChangeEvent {
  readonly type: 'added' | 'changed' | 'removed'
  /** For `changed`, the members that the kernel reports with the change. `removed` has the counters. */
  readonly object: Conntrack
  /**
   * Time of the event: the kernel's, if the sysctl `net.netfilter.nf_conntrack_timestamp` is 1 and the kernel reports it (since 6.14).
   * Otherwise the time at which it was read.
   */
  readonly time: Date
}

/** An event of `nl.conntrack.watch()`. */
export type ConntrackEvent =
  | ConntrackChangeEvent
  /** Notifications were lost: list the connections again. */
  | { readonly type: 'overrun' }
