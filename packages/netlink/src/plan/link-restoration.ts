import { asNewLink } from '../api/link/copy.js'
import { createLink } from '../api/link/create.js'
import type { AnyNewLink, Link } from '../api/link/types.js'
import type { Operation, OperationRequest } from '../api/run/operation.js'
import { defined } from '../api/values/objects.js'
import { IFF, type LinkMessage } from '../route/index.js'
import { changesOf, type UndoRequest, unknownAttributes } from './undo.js'

/** Codes with which the kernel refuses attributes that it only reports. */
const REFUSED = ['EAFNOSUPPORT', 'EINVAL', 'EOPNOTSUPP', 'ERANGE']

/**
 * Returns the requests that create a link as it was: its index, settings and master. `peer` is the other end of a pair. Its counters
 * and sockets are lost.
 */
export function* additionsOfLink(link: Link, peer: Link | undefined): Operation<UndoRequest[]> {
  const options = asNewLink(link as unknown as AnyNewLink)
  const end = peer && { peer: defined({ name: peer.name, index: peer.index, mtu: peer.mtu, address: peer.address }) }
  const [creation, ...changes] = yield* changesOf(createLink({ ...options, ...end, up: false }))
  const up = (each: Link): UndoRequest => ({
    ...{ name: 'RTM_NEWLINK', options: {}, tolerated: [] },
    value: { index: each.index, attrs: {}, flags: each.up ? IFF.UP : 0, change: IFF.UP },
  })
  return [
    ...(creation === undefined ? [] : additionsOf(link.message, creation)),
    ...changes.map(({ name, value, options: sent }) => ({
      ...{ name, value: byIndex(value as LinkMessage, [link, peer]), options: sent, tolerated: [] },
    })),
    ...(peer === undefined ? [] : [up(peer)]),
    up(link),
  ]
}

/** Returns a change of a link by its index: meanwhile another link may have its name. */
function byIndex({ attrs: { ifname, ...attrs }, ...header }: LinkMessage, links: readonly (Link | undefined)[]) {
  const link = links.find((each) => each?.name === ifname)
  return link === undefined ? { ...header, attrs: { ifname, ...attrs } } : { ...header, index: link.index, attrs }
}

/**
 * Returns the requests that create a link with the attributes that the library does not know. The kernel may refuse those that it only
 * reports: then the link is created without them. Those of a kind's data are options of the link, which are restored in any case.
 */
function additionsOf({ index, attrs }: LinkMessage, { name, value, options }: OperationRequest): UndoRequest[] {
  const plain = { ...{ name, value, options, tolerated: ['EEXIST'] } }
  const own = unknownAttributes(attrs)
  const ofInfo = unknownAttributes(attrs.linkinfo)
  const ofFamilies = unknownOfFamilies(attrs)
  if ([own, ofInfo, ofFamilies].every((each) => Object.keys(each).length === 0)) return [plain]
  const { attrs: known, ...header } = value as LinkMessage
  const linkinfo = { ...known.linkinfo, ...ofInfo }
  return [
    { ...plain, value: { ...header, attrs: { ...known, linkinfo, ...own } }, tolerated: ['EEXIST', ...REFUSED] },
    plain,
    // The kernel applies some attributes only to a link that exists.
    {
      ...{ name, options: {}, tolerated: REFUSED },
      value: { index, attrs: { ...own, ...defined({ afSpec: nonEmpty(ofFamilies) }) } },
    },
  ]
}

/** Returns the unknown attributes of address families. */
function unknownOfFamilies({ afSpec = {} }: LinkMessage['attrs']): object {
  const { inet, inet6 } = afSpec as { readonly inet?: object; readonly inet6?: object }
  const nested = { inet: nonEmpty(unknownAttributes(inet)), inet6: nonEmpty(unknownAttributes(inet6)) }
  return { ...unknownAttributes(afSpec), ...defined(nested) }
}

const nonEmpty = <T extends object>(value: T): T | undefined => (Object.keys(value).length > 0 ? value : undefined)
