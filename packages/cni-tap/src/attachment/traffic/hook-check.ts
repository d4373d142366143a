import type { Connection } from '@netloom/netlink'
import { TC_U32, TCA_EGRESS, type TfilterMessage } from '@netloom/netlink/route'
import { describeIndex } from '../links.js'
import { anyProtocol, type Hook, hookKind, listFilters, type Redirection } from './tc.js'

/** Returns a description of each difference between a hook and what the kernel has. Further filters are no difference. */
export function hookDifferences(nl: Connection, hook: Hook): string[] {
  const { device, kind, redirections } = hook
  const found = hookKind(nl, device)
  if (found !== kind) return [`expected qdisc ${kind} on ${JSON.stringify(device.name)}, found ${found ?? 'none'}`]
  return redirections.flatMap((each) => redirectionDifferences(nl, hook, each))
}

function redirectionDifferences(nl: Connection, { device, kind }: Hook, redirection: Redirection): string[] {
  const { direction, pref, to, mark } = redirection
  const [filter] = listFilters(nl, { index: device.index, kind }, direction).filter(({ info }) => info >>> 16 === pref)
  const place = `${direction === 'sent' ? 'egress' : 'ingress'} of ${JSON.stringify(device.name)}`
  const expected = `at the ${place} expected a filter with pref ${pref} that redirects to ${describeIndex(nl, to.index)}`
  if (filter === undefined) return [`${expected}, found none`]
  const action = redirectionOf(filter)
  if (action === undefined) return [`${expected}, found another ${filter.attrs.kind} filter`]
  if (action.ifindex !== to.index) return [`${expected}, found one to ${describeTarget(nl, action.ifindex)}`]
  if (mark !== undefined && !(action.cookie && Buffer.from(mark).equals(action.cookie)))
    return [`${expected}, found one that does not belong to this attachment`]
  return []
}

/** The kernel reports 0 if the target was deleted: tcf_mirred_dump(), net/sched/act_mirred.c. */
const describeTarget = (nl: Connection, index: number) =>
  index === 0 ? 'a device that was deleted' : describeIndex(nl, index)

/** Returns the target and the cookie of a filter that redirects all frames, or undefined for any other filter. */
export function redirectionOf(filter: TfilterMessage): { ifindex: number; cookie: Uint8Array | undefined } | undefined {
  const { attrs, info } = filter
  if (attrs.kind !== 'u32' || (info & 0xffff) !== anyProtocol) return undefined
  const { sel, act = [], indev, mark } = attrs.options ?? {}
  const isForAny = sel?.keys.every(({ mask }) => mask === 0) && (sel.flags & TC_U32.TERMINAL) !== 0
  const [[, action] = [], ...more] = act
  if (!isForAny || indev !== undefined || mark !== undefined || action?.kind !== 'mirred' || more.length > 0)
    return undefined
  const { eaction, ifindex } = action.options?.parms ?? {}
  return eaction === TCA_EGRESS.REDIR && ifindex !== undefined ? { ifindex, cookie: action.cookie } : undefined
}
