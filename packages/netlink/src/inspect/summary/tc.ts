import { MOST_RECEIVED, MOST_SENT } from './generic.js'
import { isMembers } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'

/** TC_H_*, linux/pkt_sched.h */
const ROOT = 0xffffffff
const INGRESS = 0xfffffff1
const CLSACT_INGRESS = 0xfffffff2
const CLSACT_EGRESS = 0xfffffff3
/** TCM_IFINDEX_MAGIC_BLOCK: `parent` is the number of a shared block. */
const BLOCK = 0xffffffff

const hex = (number: number) => number.toString(16)

/** Returns a handle as `tc` prints it: `1:`, `1:10`. */
const handleText = (handle: number) => `${hex(handle >>> 16)}:${handle & 0xffff ? hex(handle & 0xffff) : ''}`

function parentText(parent: number): string {
  if (parent === ROOT) return 'root'
  if (parent === INGRESS) return 'ingress'
  if (parent === CLSACT_INGRESS) return 'clsact ingress'
  return parent === CLSACT_EGRESS ? 'clsact egress' : `parent ${handleText(parent)}`
}

/** Summarizes a qdisc, class, filter or chain: `new qdisc eth0 htb 1: root`. */
export function tcSummary(sketch: Sketch, verb: string, kind: string): Summary {
  const { value, message } = sketch
  const { ifindex, handle, parent, info } = value as Readonly<Record<string, number>>
  const isBlock = (ifindex ?? 0) >>> 0 === BLOCK
  if (isBlock) sketch.named(`block ${parent}`, 'parent')
  else if (ifindex) sketch.named(sketch.link(ifindex), 'ifindex')
  sketch.attribute('kind', '')
  if (handle) sketch.add(kind === 'filter' ? `handle 0x${hex(handle)}` : handleText(handle), 'handle')
  if (parent && !isBlock) sketch.add(parentText(parent), 'parent')
  if (kind === 'filter' && info) sketch.add(`pref ${info >>> 16}`, 'info')
  sketch.attribute('chain')
  sketch.rest(
    ['ifindex', 'handle', 'parent', 'info', 'kind', 'chain', 'hwOffload', 'fcnt'],
    message.toKernel ? MOST_SENT : MOST_RECEIVED,
  )
  return sketch.summary(verb, kind)
}

/** Summarizes actions: `new action gact #1`. */
export function actionSummary(sketch: Sketch, verb: string): Summary {
  const { attrs, message } = sketch
  const tab = Array.isArray(attrs.tab) ? (attrs.tab as [number, unknown][]) : []
  const kinds = [...new Set(tab.map(([, action]) => (isMembers(action) ? String(action.kind ?? '') : '')))]
  sketch.named(kinds.join(','), 'tab')
  const ids = tab.map(([, action]) => {
    const { options, index } = action as { options?: { parms?: { index?: number } }; index?: number }
    return options?.parms?.index ?? index
  })
  const known = ids.filter((id) => id !== undefined && id !== 0)
  if (known.length > 0) sketch.add(`index ${known.join(',')}`, 'tab')
  if (tab.length > 1) sketch.add(`${tab.length} actions`)
  if (tab.length === 1 && message.toKernel) sketch.rest(['tab'], MOST_SENT)
  return sketch.summary(verb, 'action')
}
