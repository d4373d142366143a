import type { IPPROTO } from '../../../constants/ip.js'
import type {
  TCP_ENCAP,
  UDP_ENCAP,
  XFRM_MODE,
  XFRM_SA_DIR,
  XFRM_SA_XFLAG,
  XFRM_STATE,
} from '../../../xfrm/constants.js'
import type { IpFamily } from '../../values/ip-text.js'
import type { Flag, Named } from '../../values/names.js'
import type {
  NewXfrmAlgorithm,
  NewXfrmLimits,
  NewXfrmOffload,
  NewXfrmSelector,
  XfrmAlgorithm,
  XfrmLimits,
  XfrmMark,
  XfrmOffload,
  XfrmSelector,
  XfrmUse,
} from '../types.js'

/** The key of a state. */
export interface XfrmStateKey {
  /** The address of the receiver. */
  readonly dst: string
  /** `esp`, `ah`, `comp`, `routing`, `dstopts`. */
  readonly proto: Named<typeof IPPROTO>
  /** The security parameter index, which packets contain. Default: 0. */
  readonly spi?: number | undefined
  /** The address of the sender. For `esp`, `ah` and `comp` it does not identify a state. */
  readonly src?: string | undefined
  readonly mark?: XfrmMark | number | undefined
  readonly ifId?: number | undefined
}

/** ESP in UDP or TCP. */
export interface XfrmEncap {
  /** `espinudp`, `espinudp_non_ike`, `espintcp`. */
  readonly type: Named<typeof UDP_ENCAP> | Named<typeof TCP_ENCAP>
  readonly sport: number
  readonly dport: number
  /** The original address, which checksums contain. Default: none. */
  readonly oa?: string | undefined
}

/** Sequence numbers of a state, and the packets in its window. */
export interface XfrmReplay {
  /** Of the last packet that was sent. */
  readonly oseq: bigint
  /** The highest of the packets that were received. */
  readonly seq: bigint
}

/** A state of IPsec (security association), as `ip xfrm state` prints it. */
export interface XfrmState {
  readonly family: IpFamily
  readonly src: string
  readonly dst: string
  readonly proto: Named<typeof IPPROTO>
  readonly spi: number
  /** Connects states with the templates of policies. */
  readonly reqid: number
  /** XFRM_MODE_*: `transport`, `tunnel`, `beet`, … */
  readonly mode: Named<typeof XFRM_MODE>
  /** XFRM_STATE_* */
  readonly flags: readonly Flag<typeof XFRM_STATE>[]
  /** XFRM_SA_XFLAG_* */
  readonly extraFlags?: readonly Flag<typeof XFRM_SA_XFLAG>[]
  /** In packets. */
  readonly replayWindow: number
  readonly replay?: XfrmReplay
  readonly mark?: XfrmMark
  /** Mark of the packets that it has processed. */
  readonly outputMark?: XfrmMark
  /** Id of the xfrm link. */
  readonly ifId?: number
  /** Authentication, with the length of the result in bits. */
  readonly auth?: XfrmAlgorithm & { readonly truncLen?: number }
  /** Encryption. */
  readonly enc?: XfrmAlgorithm
  /** Encryption with authentication, with the length of the authenticator in bits. */
  readonly aead?: XfrmAlgorithm & { readonly icvLen: number }
  /** Compression. */
  readonly comp?: XfrmAlgorithm
  readonly encap?: XfrmEncap
  /** Care-of address of Mobile IPv6. */
  readonly coa?: string
  /** The packets that may use it. */
  readonly sel: XfrmSelector
  readonly limits: XfrmLimits
  readonly use: XfrmUse
  /** Left out if it has not been used. */
  readonly lastUsed?: Date
  /** Number of packets that were dropped, and why. */
  readonly stats: { readonly replayWindow: number; readonly replay: number; readonly integrityFailed: number }
  readonly offload?: XfrmOffload
  /** Bytes to which packets are padded. */
  readonly tfcpad?: number
  /** XFRM_SA_DIR_*: `in` or `out`, if it is restricted to one. */
  readonly dir?: Named<typeof XFRM_SA_DIR>
}

/** A state to add or update. */
export interface NewXfrmState extends XfrmStateKey {
  readonly src: string
  /** Default: `transport`. */
  readonly mode?: Named<typeof XFRM_MODE> | undefined
  readonly reqid?: number | undefined
  /** The `seq` of the `acquire` event that this state answers. `ip xfrm` writes its bytes in the other order. */
  readonly seq?: number | undefined
  readonly flags?: readonly string[] | undefined
  readonly extraFlags?: readonly string[] | undefined
  /** In packets, up to 4096. Default: 0, which is no protection. Windows of more than 32 packets, and `ESN`, use 64-bit words of the kernel. */
  readonly replayWindow?: number | undefined
  readonly outputMark?: XfrmMark | number | undefined
  readonly auth?: (NewXfrmAlgorithm & { readonly truncLen?: number | undefined }) | undefined
  readonly enc?: NewXfrmAlgorithm | undefined
  readonly aead?: (NewXfrmAlgorithm & { readonly icvLen: number }) | undefined
  readonly comp?: NewXfrmAlgorithm | undefined
  readonly encap?: XfrmEncap | undefined
  readonly coa?: string | undefined
  readonly sel?: NewXfrmSelector | undefined
  readonly limits?: NewXfrmLimits | undefined
  readonly offload?: NewXfrmOffload | undefined
  readonly tfcpad?: number | undefined
  readonly dir?: Named<typeof XFRM_SA_DIR> | undefined
}

/** A request for an SPI. */
export interface XfrmSpiRequest {
  readonly src: string
  readonly dst: string
  /** `esp`, `ah` or `comp`. */
  readonly proto: Named<typeof IPPROTO>
  /** Default: `transport`. */
  readonly mode?: Named<typeof XFRM_MODE> | undefined
  readonly reqid?: number | undefined
  /** The `seq` of the `acquire` event that the state will answer. */
  readonly seq?: number | undefined
  readonly mark?: XfrmMark | number | undefined
  readonly ifId?: number | undefined
  /** Smallest and largest SPI. Default: 0x100 to 0x0fffffff, for `comp` to 0xffff. */
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** Restricts a list of states. The kernel filters by `src`, `dst`, `family` and `proto`. */
export interface XfrmStateFilter {
  /** A network, or an address. */
  readonly src?: string | undefined
  readonly dst?: string | undefined
  readonly family?: IpFamily | undefined
  readonly proto?: Named<typeof IPPROTO> | undefined
  readonly reqid?: number | undefined
  readonly spi?: number | undefined
}

/** Restricts a flush of states. */
export interface XfrmStateFlush {
  /** Default: all. */
  readonly proto?: Named<typeof IPPROTO> | undefined
}

/** The number of states, and of buckets of their hash table. */
export interface XfrmStateCount {
  readonly states: number
  readonly buckets: number
  readonly mostBuckets: number
}
