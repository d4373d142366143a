import { parentText } from '../../api/qdisc/handle.js'
import { handleText, TC_H, tcaQdiscAttrs } from '../../route/index.js'
import { areZero, call, dataOf, defined, linkRef, verbOf } from './call.js'
import { Members } from './members.js'
import type { SaidRequest } from './request-of.js'

/** Options that the kernel requires. Without them the API refuses a qdisc. */
const needed: Readonly<Record<string, readonly string[]>> = {
  ...{ choke: ['parms', 'stab'], htb: ['init'], red: ['parms', 'stab'], tbf: ['parms'] },
}
/** Kinds without options that the API's types have. */
const bare = ['blackhole', 'noop', 'teql0']

/** Returns RTM_NEWQDISC as a call of `nl.qdisc`; undefined for what the API cannot express. It looks up a qdisc before it deletes it. */
export function qdiscCall(request: SaidRequest): string | undefined {
  const { type, value } = request
  const { ifindex = 0, handle = 0, parent = 0 } = value as Readonly<Record<string, number>>
  const verb = verbOf(request)
  if (type !== 'RTM_NEWQDISC' || (verb !== 'add' && verb !== 'replace')) return undefined
  if (ifindex === 0 || parent === 0 || !areZero(value, 'family', 'info')) return undefined
  const attrs = new Members(request.attrs)
  const [kind, given] = [attrs.text('kind') ?? '', attrs.take('options')]
  const options = given === undefined ? undefined : dataOf(tcaQdiscAttrs.table.options[1].cases, kind, given)
  const cases = tcaQdiscAttrs.table.options[1].cases as object
  if (given !== undefined && options === undefined) return undefined
  if (given === undefined && !Object.hasOwn(cases, kind) && !bare.includes(kind)) return undefined
  const has = new Members(given)
  if ((Object.hasOwn(needed, kind) ? needed[kind] : undefined)?.some((key) => !has.has(key))) return undefined
  const byDefault = kind === 'ingress' || kind === 'clsact' ? TC_H.INGRESS : handle === 0 ? TC_H.ROOT : undefined
  const result = defined({
    dev: linkRef(request, ifindex),
    parent: parent === byDefault ? undefined : parentText(parent),
    handle: handle === 0 ? undefined : handleText(handle),
    kind,
    options,
    ...{ ingressBlock: attrs.take('ingressBlock'), egressBlock: attrs.take('egressBlock') },
  })
  return attrs.left.length > 0 ? undefined : call(`qdisc.${verb}`, result)
}
