import { ArgumentError, decode, encode, lladdr as lladdrDeclaration, show } from '../../codec/index.js'
import { type LinkMessage, type NeighbourMessage, NTF, NUD } from '../../route/index.js'
import { indexOf, readLink } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import type { NeighbourKey, NeighbourQuery } from './types.js'

/** A neighbour's message without its state. */
export type FdbMessage = Pick<NeighbourMessage, 'family' | 'ifindex' | 'flags' | 'attrs'>

/** The forwarding database of an entry. */
export interface FdbDatabase {
  /** `any`: a bridge's, for entries of any port. `bridge`: a bridge's, for entries of `ifindex`. `vxlan` and `link`: a link's own. */
  readonly kind: 'any' | 'bridge' | 'vxlan' | 'link'
  readonly ifindex: number
  /** NTF_SELF or NTF_MASTER: the caller's choice, or the one that the link's kind requires. */
  readonly flags: number
  /** True if the caller named a bridge of which the link is not a port (any more). */
  readonly isElsewhere: boolean
  readonly master?: number
  /** The link of `ifindex`. */
  readonly link?: LinkMessage
}

const kindOf = (link: LinkMessage) => link.attrs.linkinfo?.kind
const isPort = (link: LinkMessage) => link.attrs.linkinfo?.slaveKind === 'bridge'

/** Options that only the FDB of a vxlan has. */
const vxlanKeys = ['dst', 'vni', 'srcVni', 'port', 'via', 'nexthop'] as const

/** Finds the database of an entry: the one that `flags` or `master` name; by default that of the link's bridge, or the link's own. */
export function* fdbDatabase(entry: NeighbourQuery, flags: number): Operation<FdbDatabase> {
  const master = entry.master === undefined ? undefined : yield* indexOf('master', entry.master)
  if (entry.dev === undefined && master !== undefined)
    return { kind: 'any', ifindex: 0, flags: 0, isElsewhere: false, master }
  const link = yield* readLink('dev', entry.dev as NeighbourKey['dev'])
  const base = { ifindex: link.index, link, ...(master !== undefined && { master }) }
  const chosen = flags & (NTF.SELF | NTF.MASTER)
  const isOwn = master === link.index
  const isTunnel = vxlanKeys.some((key) => entry[key] !== undefined)
  const isBridges = chosen === 0 ? !isOwn && (master !== undefined || (isPort(link) && !isTunnel)) : chosen !== NTF.SELF
  if (isBridges)
    return {
      ...{ ...base, kind: 'bridge', flags: chosen || NTF.MASTER },
      isElsewhere: !isPort(link) || (master !== undefined && link.attrs.master !== master),
    }
  const isElsewhere = master !== undefined && !isOwn
  const kind = kindOf(link) === 'bridge' ? 'bridge' : kindOf(link) === 'vxlan' ? 'vxlan' : 'link'
  return { ...base, kind, flags: NTF.SELF, isElsewhere }
}

const ZERO = '00:00:00:00:00:00'
/** Returns an FDB address in the decoder's form. @throws {EncodeError} */
export const normalAddress = (text: unknown) =>
  decode(lladdrDeclaration, encode(lladdrDeclaration, text as string)).toLowerCase()

/** Checks an FDB entry for mistakes that the kernel refuses with EINVAL and no text. @throws {TypeError} */
export function checkFdb({ flags, attrs }: FdbMessage, state: number, { kind }: FdbDatabase): void {
  const address = normalAddress(attrs.lladdr)
  if (address.length !== ZERO.length)
    throw new ArgumentError(`expected lladdr to be an address of 6 bytes, got ${show(attrs.lladdr)}`)
  const expectState = (bits: number, names: string) => {
    if ((state & bits) === 0)
      throw new ArgumentError(`expected state to contain one of ${names}, got ${stateText(state)}`)
  }
  if (kind === 'bridge') {
    if (address === ZERO)
      throw new ArgumentError(`expected lladdr of a bridge's entry to be other than zero, got ${address}`)
    if ((flags & NTF.SELF) !== 0) expectState(NUD.PERMANENT, 'PERMANENT')
    else expectState(NUD.PERMANENT | NUD.NOARP | NUD.REACHABLE, 'PERMANENT, NOARP and REACHABLE')
    if ((flags & NTF.STICKY) !== 0 && (state & NUD.PERMANENT) !== 0)
      throw new ArgumentError('expected state without PERMANENT next to the flag STICKY, got PERMANENT')
  }
  if (kind === 'vxlan') {
    expectState(NUD.PERMANENT | NUD.REACHABLE, 'PERMANENT and REACHABLE')
    if (attrs.dst === undefined && attrs.nhId === undefined)
      throw new ArgumentError(`expected 'dst' or 'nexthop' of a vxlan's entry, got neither`)
  }
}

const stateText = (state: number) =>
  Object.entries(NUD.values)
    .filter(([, bit]) => (state & bit) !== 0)
    .map(([name]) => name)
    .join(', ') || 'none'
