import { ETH_P } from '../../constants/index.js'
import { handleText, TC_H, TCM_IFINDEX, u32HandleText } from '../../route/index.js'
import { actionWords } from '../again/command/tc-actions.js'
import { infoOf, optionWords } from '../again/command/tc-commands.js'
import { filterWords } from '../again/command/tc-filters.js'
import { protocolWord } from '../again/command/tc-flower-masks.js'
import type { Command } from '../again/command/words.js'
import { wordIn } from '../again/words.js'
import { MOST_SENT } from './generic.js'
import { isMembers } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'

type Numbers = Readonly<Record<string, number>>

/** Returns the parent as tc prints it: `root`, `1:`, and the hooks of clsact `ingress` and `egress`. */
export function parentName(parent: number): string {
  if (parent === TC_H.ROOT) return 'root'
  if (parent >>> 16 !== TC_H.INGRESS >>> 16) return handleText(parent)
  const minor = parent & 0xffff
  if (minor === TC_H.MIN_INGRESS || parent === TC_H.INGRESS) return 'ingress'
  return minor === TC_H.MIN_EGRESS ? 'egress' : handleText(parent)
}

/** Returns the parent with its word: `parent 1:`. `root` and the hooks need none. */
function parentText(parent: number): string {
  const name = parentName(parent)
  return name.includes(':') ? `parent ${name}` : name
}

/** Summarizes a qdisc, class, filter or chain: `new qdisc eth0 htb 1: root default 0x30`. */
export function tcSummary(sketch: Sketch, verb: string, object: string): Summary {
  const { value, attrs, message } = sketch
  const { ifindex = 0, handle = 0, parent = 0, info = 0 } = value as Numbers
  const isBlock = ifindex >>> 0 === TCM_IFINDEX.MAGIC_BLOCK
  const isFilter = object === 'filter' || object === 'chain'
  const { protocol, preference } = infoOf(isFilter ? info : 0)
  if (isBlock) sketch.named(`block ${parent}`, 'parent')
  else if (ifindex) sketch.named(sketch.link(ifindex), 'ifindex')
  sketch.attribute('kind', '')
  // Parent and handle of the qdiscs `ingress` and `clsact` are always the same.
  const isHook = object === 'qdisc' && parent === TC_H.INGRESS
  if (parent && !isBlock && !isHook) sketch.add(parentText(parent), 'parent')
  if (protocol !== 0) sketch.add(`protocol ${etherWord(protocol)}`, 'info')
  if (preference !== 0) sketch.add(`pref ${preference}`, 'info')
  if (attrs.chain !== undefined && (object === 'chain' || attrs.chain !== 0)) sketch.attribute('chain')
  if (handle && !isHook)
    sketch.add(object === 'filter' ? `handle ${filterHandle(handle, attrs.kind)}` : handleText(handle), 'handle')
  if (attrs.options !== undefined) addOptions(sketch, object, { protocol, handle })
  // What else the kernel reports are counters.
  if (message.toKernel)
    sketch.rest(['ifindex', 'handle', 'parent', 'info', 'kind', 'chain', 'hwOffload', 'dumpFlags'], MOST_SENT)
  return sketch.summary(verb, object)
}

/** Returns the handle of a filter as tc prints it. */
const filterHandle = (handle: number, kind: unknown) =>
  (kind === 'u32' ? u32HandleText(handle) : undefined) ?? `0x${handle.toString(16)}`

/** Returns the name of an EtherType: `ip`, `802.1Q`, `mpls_uc`. */
const etherWord = (protocol: number): string => {
  const word = wordIn(ETH_P, protocol)
  return typeof word === 'string' ? word : protocolWord(protocol)
}

/** Adds the options of a kind in the words of tc. */
function addOptions(sketch: Sketch, object: string, header: { protocol: number; handle: number }): void {
  const { kind, options } = sketch.attrs
  if (typeof kind !== 'string') return
  const isFilter = object === 'filter' || object === 'chain'
  const found: Command | undefined = isFilter
    ? filterWords(kind, options, header, sketch.said)
    : optionWords(kind, object, options, sketch.said)
  if (found === undefined) {
    addActions(sketch, options)
    return
  }
  sketch.words(found.words, 'options')
  const lost = found.lost.map((path) => path.replace(/^options\./, '').split('.')[0])
  for (const key of keysOf(options)) if (!lost.includes(key)) sketch.shown(`options.${key}`)
}

/** Adds the actions of a filter whose other options have no words. */
function addActions(sketch: Sketch, options: unknown): void {
  const actions = isMembers(options) ? options.act : undefined
  if (!Array.isArray(actions)) return
  const found = actionWords(actions, sketch.said, 'options.act')
  if (found === undefined || found.words.length === 0) return
  sketch.words(found.words, 'options.act')
  sketch.shown('options.act')
}

/** Returns the keys of options, of which some kinds have a header in front. */
const keysOf = (options: unknown): string[] =>
  isMembers(options) ? Object.keys(options).flatMap((key) => (key === 'attrs' ? keysOf(options.attrs) : key)) : []

/** Summarizes actions: `new action gact drop index 1`. */
export function actionSummary(sketch: Sketch, verb: string): Summary {
  const { attrs, message } = sketch
  const tab = Array.isArray(attrs.tab) ? (attrs.tab as [number, unknown][]) : []
  const kinds = [...new Set(tab.map(([, action]) => (isMembers(action) ? String(action.kind ?? '') : '')))]
  sketch.named(kinds.join(','), 'tab')
  const found =
    verb === 'delete' || verb === 'get' || verb === 'dump' ? undefined : actionWords(tab, sketch.said, 'tab')
  if (found !== undefined && found.words.length > 2) {
    // The kind of one action is its name.
    sketch.words(tab.length === 1 ? found.words.slice(2) : found.words, 'tab')
    return sketch.summary(verb, tab.length > 1 ? 'actions' : 'action')
  }
  const ids = tab.map(([, action]) => {
    const { options, index } = action as { options?: { parms?: { index?: number } }; index?: number }
    return options?.parms?.index ?? index
  })
  const known = ids.filter((id) => id !== undefined && id !== 0)
  if (known.length > 0) sketch.add(`index ${known.join(',')}`, 'tab')
  if (tab.length > 1) sketch.add(`${tab.length} actions`)
  // The flag selects the form of the answer.
  if (tab.length === 1 && message.toKernel) sketch.rest(['tab', 'flags'], MOST_SENT)
  return sketch.summary(verb, 'action')
}
