import { handleText, TC_H, TCM_IFINDEX } from '../../../route/index.js'
import { isBag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { actionWords } from './tc-actions.js'
import { computedClasses, computedQdiscs } from './tc-computed.js'
import { filterWords } from './tc-filters.js'
import { protocolWord } from './tc-flower-masks.js'
import { classKinds, qdiscKinds } from './tc-qdiscs.js'
import { type Command, device, leftIn, type Options, option, type Word, wordsFor } from './words.js'

const objects: Readonly<Record<string, string>> = { QDISC: 'qdisc', TCLASS: 'class', TFILTER: 'filter', CHAIN: 'chain' }

/** Kinds of qdiscs that are attached below `ingress`, where tc sets parent and handle itself. */
const ingressKinds = ['ingress', 'clsact']

/** Returns the words of a parent: `root`, `parent 1:`, `ingress`. */
function parentWords(parent: number): Word[] {
  if (parent === 0) return []
  return parent === TC_H.ROOT ? ['root'] : ['parent', handleText(parent)]
}

function verbOf({ create, excl, replace, append, type }: SaidRequest, object: string): string | undefined {
  if (type.startsWith('RTM_DEL')) return 'delete'
  if (append) return undefined
  if (create) return excl ? (replace ? undefined : 'add') : replace || object !== 'qdisc' ? 'replace' : undefined
  return excl || replace ? undefined : 'change'
}

/** `tc` */
export function trafficControlCommand(request: SaidRequest): Command | undefined {
  const [, object] = /^RTM_(?:NEW|DEL|GET)([A-Z]+)$/.exec(request.type) ?? []
  if (object === 'ACTION') return actionCommand(request)
  const word = objects[object ?? '']
  const { ifindex = 0 } = request.value as Readonly<Record<string, number>>
  // A block of links takes the place of a link.
  if (word === undefined || ifindex === TCM_IFINDEX.MAGIC_BLOCK) return undefined
  if (request.type.startsWith('RTM_GET')) return showing(request, word)
  if (request.type === 'RTM_DELTFILTER') return filterDeletion(request)
  return word === 'filter' || word === 'chain' ? filtering(request, word) : changing(request, word)
}

function showing(request: SaidRequest, word: string): Command | undefined {
  const { ifindex = 0, parent = 0, handle = 0, info = 0 } = request.value as Readonly<Record<string, number>>
  if (!request.isDump || handle !== 0 || info !== 0) return undefined
  const attrs = new Members(request.attrs).ignore('dumpFlags')
  const dev = ifindex === 0 ? [] : ['dev', device(request, ifindex)]
  if (ifindex === 0 && word !== 'qdisc') return undefined
  return { words: ['tc', word, 'show', ...dev, ...(parent === 0 ? [] : parentWords(parent))], lost: leftIn(attrs) }
}

function changing(request: SaidRequest, word: string): Command | undefined {
  const { ifindex = 0, parent = 0, handle = 0, info = 0 } = request.value as Readonly<Record<string, number>>
  const attrs = new Members(request.attrs)
  const kind = attrs.text('kind')
  const isKnown = isKnownKind(kind, word)
  const verb = verbOf(request, word)
  if (verb === undefined || info !== 0 || ifindex === 0) return undefined
  if (verb === 'delete' ? kind !== undefined && !isKnown : !isKnown) return undefined
  const isIngress = kind !== undefined && ingressKinds.includes(kind)
  const key =
    word === 'class'
      ? [...parentWords(parent), ...(handle === 0 ? [] : ['classid', handleText(handle)])]
      : isIngress
        ? []
        : [...parentWords(parent), ...(handle === 0 ? [] : ['handle', handleText(handle)])]
  const found = optionWords(kind, word, attrs.take('options'), request)
  if (found === undefined) return undefined
  const words = [
    ...['tc', word, verb, 'dev', device(request, ifindex), ...key],
    ...(word === 'qdisc' ? wordsFor(attrs, blocks, request) : []),
    ...(kind === undefined ? [] : [kind]),
    ...found.words,
  ]
  return { words, lost: [...found.lost.map((key) => `options.${key}`), ...leftIn(attrs)] }
}

/** Numbers of the blocks of filters that a qdisc shares with others. */
const blocks: Options = { ingressBlock: option('ingress_block'), egressBlock: option('egress_block') }

const ownIn = <T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined =>
  key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined

const optionsOf = (kind: string | undefined, word: string) => ownIn(word === 'class' ? classKinds : qdiscKinds, kind)
const computeOf = (kind: string | undefined, word: string) =>
  ownIn(word === 'class' ? computedClasses : computedQdiscs, kind)

/** True if qdiscs (`word`: `qdisc`) or classes of a kind have a command. */
export const isKnownKind = (kind: string | undefined, word: string) =>
  optionsOf(kind, word) !== undefined || computeOf(kind, word) !== undefined

/**
 * Returns the words after the kind of a qdisc or class, and the keys of what they do not express. Returns undefined if tc would compute
 * other options.
 */
export function optionWords(
  kind: string | undefined,
  word: string,
  given: unknown,
  request: SaidRequest,
): Command | undefined {
  // Some kinds have options in which a header comes first.
  if (given !== undefined && !isBag(given)) return undefined
  const data = new Members(given)
  const compute = given === undefined ? undefined : computeOf(kind, word)
  if (compute !== undefined) return compute(data, request)
  const words = wordsFor(data, optionsOf(kind, word) ?? {}, request)
  return { words, lost: leftIn(data) }
}

/** Returns the command of a filter or of a chain, which may have a template. */
function filtering(request: SaidRequest, word: 'filter' | 'chain'): Command | undefined {
  const { ifindex = 0, parent = 0, handle = 0, info = 0 } = request.value as Readonly<Record<string, number>>
  const attrs = new Members(request.attrs)
  const [kind, chain] = [attrs.text('kind'), attrs.number('chain')]
  const verb = verbOf(request, word)
  const { protocol, preference } = infoOf(info)
  if (verb === undefined || ifindex === 0 || (word === 'chain' && verb === 'change')) return undefined
  if (word === 'filter' ? kind === undefined || protocol === 0 : preference !== 0 || handle !== 0) return undefined
  const options = attrs.take('options')
  const found =
    kind === undefined ? { handle: [], words: [], lost: [] } : filterWords(kind, options, { protocol, handle }, request)
  if (found === undefined || (kind === undefined && options !== undefined)) return undefined
  const words = [
    ...['tc', word, verb, 'dev', device(request, ifindex), ...parentWords(parent)],
    ...(protocol === 0 ? [] : ['protocol', protocolWord(protocol)]),
    ...(preference === 0 ? [] : ['pref', String(preference)]),
    ...(chain === undefined ? [] : ['chain', String(chain)]),
    ...found.handle,
    ...(kind === undefined ? [] : [kind]),
    ...found.words,
  ]
  return { words, lost: [...found.lost, ...leftIn(attrs)] }
}

/** Returns what `tcm_info` of a filter contains. The protocol is in network byte order. */
export const infoOf = (info: number) => ({
  protocol: ((info & 0xff) << 8) | ((info >>> 8) & 0xff),
  preference: info >>> 16,
})

/** Returns the deletion of filters. The header contains preference and protocol in one number, `tcm_info`. */
function filterDeletion(request: SaidRequest): Command | undefined {
  const { ifindex = 0, parent = 0, handle = 0, info = 0 } = request.value as Readonly<Record<string, number>>
  const attrs = new Members(request.attrs)
  const [kind, chain] = [attrs.text('kind'), attrs.number('chain')]
  if (request.type !== 'RTM_DELTFILTER' || ifindex === 0) return undefined
  const { protocol, preference } = infoOf(info)
  const words = [
    ...['tc', 'filter', 'delete', 'dev', device(request, ifindex), ...parentWords(parent)],
    ...(protocol === 0 ? [] : ['protocol', protocolWord(protocol)]),
    ...(preference === 0 ? [] : ['pref', String(preference)]),
    ...(chain === undefined ? [] : ['chain', String(chain)]),
    ...(handle === 0 ? [] : ['handle', `0x${handle.toString(16)}`]),
    ...(kind === undefined ? [] : [kind]),
  ]
  return { words, lost: leftIn(attrs) }
}

/** `tc actions`: creates actions, lists and flushes those of a kind, deletes and gets one by its index. */
function actionCommand(request: SaidRequest): Command | undefined {
  const { type, attrs, isDump, flags } = request
  if (type === 'RTM_NEWACTION') return actionCreation(request)
  const members = new Members(attrs).ignore('flags')
  const list = members.take('tab') as readonly (readonly [number, unknown])[] | undefined
  const [entry, ...more] = list ?? []
  const action = new Members(entry?.[1])
  const kind = action.text('kind')
  const index = action.number('index')
  const lost = [...leftIn(action, 'tab.'), ...leftIn(members)]
  if (kind === undefined || more.length > 0) return undefined
  if (type === 'RTM_GETACTION' && isDump) return { words: ['tc', 'actions', 'list', 'action', kind], lost }
  // NLM_F_ROOT
  if (type === 'RTM_DELACTION' && flags === 0x100) return { words: ['tc', 'actions', 'flush', 'action', kind], lost }
  if (index === undefined) return undefined
  return {
    words: ['tc', 'actions', type === 'RTM_GETACTION' ? 'get' : 'delete', 'action', kind, 'index', String(index)],
    lost,
  }
}

function actionCreation(request: SaidRequest): Command | undefined {
  const { create, excl, replace, append } = request
  const members = new Members(request.attrs)
  const verb = append || !create || excl === replace ? undefined : excl ? 'add' : 'replace'
  const list = members.take('tab')
  const found = actionWords(list, request, 'tab')
  if (verb === undefined || found === undefined || found.words.length === 0) return undefined
  return { words: ['tc', 'actions', verb, ...found.words], lost: [...found.lost, ...leftIn(members)] }
}
