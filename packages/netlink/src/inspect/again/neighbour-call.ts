import { AF, flagNames } from '../../codec/index.js'
import { NTF, NTF_EXT, NUD, RTPROT } from '../../route/index.js'
import { areZero, call, defined, linkRef, verbOf } from './call.js'
import { Members } from './members.js'
import { isIp } from './network.js'
import type { SaidRequest } from './request-of.js'
import { wordIn } from './words.js'

/** Flags that the kernel only reports, and those for which the API determines the state. */
const unsent = NTF.OFFLOADED
const unsentExt = NTF_EXT.LOCKED

/** Returns a request of neighbours and FDB entries as a call of `nl.neighbour`; undefined if the API has none that sends it. */
export function neighbourCall(request: SaidRequest): string | undefined {
  const { type, value } = request
  const { family, ifindex = 0, state = 0, flags = 0 } = value as Readonly<Record<string, number>>
  const isFdb = family === AF.BRIDGE
  if (!(isFdb || isIp(family)) || !areZero(value, 'type')) return undefined
  if (type === 'RTM_DELNEIGH') return isFdb ? undefined : deletion(request, ifindex)
  if (type !== 'RTM_NEWNEIGH') return undefined
  const attrs = new Members(request.attrs)
  const ext = (attrs.number('flagsExt') ?? 0) as number
  const verb = verbOf(request)
  const isProxy = (flags & NTF.PROXY) !== 0
  if (verb === undefined || (flags & unsent) !== 0 || (ext & unsentExt) !== 0) return undefined
  if (ifindex === 0 && !isProxy) return undefined
  const names = [...flagNames(NTF, flags), ...flagNames(NTF_EXT, ext)]
  const protocol = isFdb ? undefined : attrs.number('protocol')
  const isResolved = (flags & NTF.USE) !== 0 || (ext & NTF_EXT.MANAGED) !== 0
  const byDefault = isResolved && !isFdb ? 0 : NUD.PERMANENT
  const via = isFdb ? (attrs.number('ifindex') as number | undefined) : undefined
  const options = defined({
    family: isFdb ? 'bridge' : undefined,
    dst: attrs.take('dst'),
    lladdr: attrs.take('lladdr'),
    dev: ifindex === 0 ? 0 : linkRef(request, ifindex),
    flags: names.length === 0 ? undefined : names,
    state: state === byDefault ? undefined : flagNames(NUD, state),
    protocol: protocol === undefined ? undefined : wordIn(RTPROT, protocol),
    ...(isFdb && {
      ...{ vlan: attrs.take('vlan'), vni: attrs.take('vni'), srcVni: attrs.take('srcVni'), port: attrs.take('port') },
      ...{ via: via === undefined ? undefined : linkRef(request, via), nexthop: attrs.take('nhId') },
    }),
  })
  if (attrs.left.length > 0 || (isFdb ? options.lladdr : options.dst) === undefined) return undefined
  // Without SELF and MASTER, and in a state that the kernel refuses, the API sends something else.
  if (isFdb && ((flags & (NTF.SELF | NTF.MASTER)) === 0 || !isAccepted(state, flags))) return undefined
  return call(`neighbour.${verb}`, options)
}

/** True for states of FDB entries that the API sends (`checkFdb`). */
const isAccepted = (state: number, flags: number) =>
  (state & (NUD.PERMANENT | NUD.REACHABLE | ((flags & NTF.SELF) === 0 ? NUD.NOARP : 0))) !== 0 && state !== NUD.STALE

function deletion(request: SaidRequest, ifindex: number): string | undefined {
  const { value, flags } = request
  const attrs = new Members(request.attrs)
  const dst = attrs.text('dst')
  const ntf = (value.flags ?? 0) as number
  const isProxy = ntf === NTF.PROXY
  if (flags !== 0 || !areZero(value, 'state') || (ntf !== 0 && !isProxy)) return undefined
  if (dst === undefined || attrs.left.length > 0 || ifindex === 0) return undefined
  return call('neighbour.delete', { dst, dev: linkRef(request, ifindex), ...(isProxy && { flags: ['PROXY'] }) })
}
