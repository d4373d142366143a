import { handleText } from '../../../api/qdisc/handle.js'
import { ETH_P } from '../../../constants/index.js'
import { TC_H } from '../../../route/index.js'
import { isBag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
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
  // TCM_IFINDEX_MAGIC_BLOCK, linux/rtnetlink.h: a block of links takes the place of a link.
  if (word === undefined || ifindex === -1) return undefined
  if (request.type.startsWith('RTM_GET')) return showing(request, word)
  if (word === 'filter') return filterDeletion(request)
  return word === 'chain' ? undefined : changing(request, word)
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
  const kinds = word === 'class' ? classKinds : qdiscKinds
  const options = kind !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  const verb = verbOf(request, word)
  if (verb === undefined || info !== 0 || ifindex === 0) return undefined
  if (verb === 'delete' ? kind !== undefined && options === undefined : options === undefined) return undefined
  const isIngress = kind !== undefined && ingressKinds.includes(kind)
  const key =
    word === 'class'
      ? [...parentWords(parent), ...(handle === 0 ? [] : ['classid', handleText(handle)])]
      : isIngress
        ? []
        : [...parentWords(parent), ...(handle === 0 ? [] : ['handle', handleText(handle)])]
  const given = attrs.take('options')
  // Some kinds have options in which a header comes first.
  if (given !== undefined && !isBag(given)) return undefined
  const data = new Members(given)
  const blocks: Options = { ingressBlock: option('ingress_block'), egressBlock: option('egress_block') }
  const words = [
    ...['tc', word, verb, 'dev', device(request, ifindex), ...key],
    ...(word === 'qdisc' ? wordsFor(attrs, blocks, request) : []),
    ...(kind === undefined ? [] : [kind]),
    ...wordsFor(data, options ?? {}, request),
  ]
  return { words, lost: [...leftIn(data, 'options.'), ...leftIn(attrs)] }
}

/** Returns the deletion of filters. The header contains preference and protocol in one number, `tcm_info`. */
function filterDeletion(request: SaidRequest): Command | undefined {
  const { ifindex = 0, parent = 0, handle = 0, info = 0 } = request.value as Readonly<Record<string, number>>
  const attrs = new Members(request.attrs)
  const [kind, chain] = [attrs.text('kind'), attrs.number('chain')]
  if (request.type !== 'RTM_DELTFILTER' || ifindex === 0) return undefined
  const protocol = ((info & 0xff) << 8) | ((info >>> 8) & 0xff)
  const preference = info >>> 16
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

/** Returns the name of a protocol as tc has it: `all`, `ip`, `ipv6`; hexadecimal digits for others. */
const protocolWord = (number: number) => {
  const known: Readonly<Record<number, string>> = {
    [ETH_P.ALL]: 'all',
    [ETH_P.IP]: 'ip',
    [ETH_P.IPV6]: 'ipv6',
    [ETH_P.ARP]: 'arp',
  }
  return known[number] ?? `0x${number.toString(16)}`
}

/** `tc actions`: lists and flushes the actions of a kind, deletes and gets one by its index. */
function actionCommand({ type, attrs, isDump, flags }: SaidRequest): Command | undefined {
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
  if (index === undefined || type === 'RTM_NEWACTION') return undefined
  return {
    words: ['tc', 'actions', type === 'RTM_GETACTION' ? 'get' : 'delete', 'action', kind, 'index', String(index)],
    lost,
  }
}
