import type { Netns } from '../../socket/netns.js'
import type { LinkRef } from '../link-ref.js'
import type { Wished } from '../normalize.js'
import type { LinkData, LinkFlag, LinkKind, SlaveData, SlaveKind } from './decode.js'

/** What a link can be given when it is made, and later. */
export interface LinkSettings {
  readonly name?: string | undefined
  readonly alias?: string | undefined
  /** All its alternative names: others are taken away. */
  readonly altNames?: readonly string[] | undefined
  readonly up?: boolean | undefined
  /** Which flags to set (true) and to clear (false): `{ PROMISC: true }`. */
  readonly flags?: Readonly<Partial<Record<LinkFlag, boolean>>> | undefined
  readonly mtu?: number | undefined
  readonly address?: string | undefined
  readonly broadcast?: string | undefined
  /** The bridge, bond, … that it becomes a port of; 0 takes it out. */
  readonly master?: LinkRef | 0 | undefined
  /** The link below; also of a kind that has it in its data. */
  readonly link?: LinkRef | 0 | undefined
  readonly txqlen?: number | undefined
  readonly group?: number | undefined
  readonly gsoMaxSize?: number | undefined
  readonly gsoMaxSegs?: number | undefined
  readonly groMaxSize?: number | undefined
  readonly gsoIpv4MaxSize?: number | undefined
  readonly groIpv4MaxSize?: number | undefined
  /** IF_LINK_MODE_* */
  readonly linkmode?: number | undefined
  readonly protoDown?: boolean | undefined
  /** IN6_ADDR_GEN_MODE_* */
  readonly addrGenMode?: number | undefined
}

/** The kinds that come in pairs: both ends are made at once. */
type PairKind = 'veth' | 'vxcan' | 'netkit'

/** The other end of a pair. */
export interface NewPeer {
  readonly name?: string | undefined
  readonly index?: number | undefined
  readonly up?: boolean | undefined
  readonly mtu?: number | undefined
  readonly address?: string | undefined
  readonly txqlen?: number | undefined
  readonly numTxQueues?: number | undefined
  readonly numRxQueues?: number | undefined
  /** Where it is made. */
  readonly netns?: Netns | undefined
}

type DataWish<K extends LinkKind> = Wished<Omit<LinkData<K>, 'peer' | 'peerInfo'>> | undefined

type KindWish =
  | {
      [K in Exclude<LinkKind, PairKind>]: { readonly kind: K; readonly data?: Wished<LinkData<K>> | undefined }
    }[Exclude<LinkKind, PairKind>]
  | { [K in PairKind]: { readonly kind: K; readonly data?: DataWish<K> } }[PairKind]
  | { readonly kind: string; readonly data?: undefined }

type SlaveWish =
  | { [K in SlaveKind]: { readonly slaveKind: K; readonly slaveData?: Wished<SlaveData<K>> | undefined } }[SlaveKind]
  | { readonly slaveKind?: undefined; readonly slaveData?: undefined }

/** What a link is made of: `name` and `kind` at least. */
export type NewLink = LinkSettings & { readonly name: string } & KindWish &
  SlaveWish & {
    readonly index?: number | undefined
    /** The namespace of `link`, if it is a different one. */
    readonly linkNetnsid?: number | undefined
    readonly numTxQueues?: number | undefined
    readonly numRxQueues?: number | undefined
    /** Where it is made; `alias`, `altNames` and `master` are for links that are made here. */
    readonly netns?: Netns | undefined
    /** The other end of a pair (`veth`, `vxcan`, `netkit`). */
    readonly peer?: NewPeer | undefined
  }

/** What is to change of a link: `data` goes with its `kind`. */
export type LinkChange = LinkSettings &
  (KindWish | { readonly kind?: undefined; readonly data?: undefined }) &
  SlaveWish & {
    /** Where it moves to. */
    readonly netns?: Netns | undefined
  }
