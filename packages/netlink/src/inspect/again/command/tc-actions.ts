import { handleText, TC_ACT, TCA_EGRESS, TCA_INGRESS } from '../../../route/index.js'
import { areZero } from '../call.js'
import { isBag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { type ActionWords, indexWords } from './tc-action.js'
import { connmark, ct } from './tc-action-conntrack.js'
import { csum, nat, pedit, skbmod } from './tc-action-edits.js'
import { mpls, sample, tunnelKey } from './tc-action-encap.js'
import { ctinfo, gate, ife } from './tc-action-more.js'
import { bpfAction } from './tc-bpf.js'
import { burstText, isTicks, overheadWords, rate, rateSpecOf, sizeOf } from './tc-rates.js'
import { device, hexDigits, leftIn, type Word } from './words.js'

type Numbers = Readonly<Record<string, number>>

/** Verdicts that tc has words for. */
const verdicts: Readonly<Record<number, string>> = {
  ...{ [TC_ACT.UNSPEC]: 'continue', [TC_ACT.OK]: 'pass', [TC_ACT.RECLASSIFY]: 'reclassify', [TC_ACT.SHOT]: 'drop' },
  ...{ [TC_ACT.PIPE]: 'pipe', [TC_ACT.TRAP]: 'trap' },
}

/** Returns the words of a verdict: `drop`, `goto chain 5`. */
function verdictWords(verdict: number): Word[] | undefined {
  const [upper, lower] = [(verdict & 0xf0000000) >>> 0, verdict & 0x0fffffff]
  if (upper === TC_ACT.GOTO_CHAIN) return ['goto', 'chain', String(lower)]
  if (upper === TC_ACT.JUMP) return ['jump', String(lower)]
  const word = verdicts[verdict]
  return word === undefined ? undefined : [word]
}

const gact: ActionWords = (parms, _, verdict) => verdict && [...verdict, ...indexWords(parms)]

const mirred: ActionWords = (parms, _, verdict, request) => {
  const { eaction, ifindex = 0, action } = parms
  const isEgress = eaction === TCA_EGRESS.REDIR || eaction === TCA_EGRESS.MIRROR
  const isRedirect = eaction === TCA_EGRESS.REDIR || eaction === TCA_INGRESS.REDIR
  if (!isRedirect && eaction !== TCA_EGRESS.MIRROR && eaction !== TCA_INGRESS.MIRROR) return undefined
  // Without a verdict tc writes this one.
  const isDefault = action === (isRedirect ? TC_ACT.STOLEN : TC_ACT.PIPE)
  if (ifindex === 0 || (!isDefault && verdict === undefined)) return undefined
  return [
    ...[isEgress ? 'egress' : 'ingress', isRedirect ? 'redirect' : 'mirror', ...indexWords(parms)],
    ...['dev', device(request, ifindex), ...(isDefault ? [] : (verdict ?? []))],
  ]
}

const vlan: ActionWords = (parms, options, verdict) => {
  const verb = ['', 'pop', 'push', 'modify'][parms.vAction ?? 0]
  if (!verb || verdict === undefined) return undefined
  const [id, protocol] = [options.number('pushVlanId'), options.number('pushVlanProtocol')]
  const priority = options.number('pushVlanPriority')
  return [
    verb,
    ...(id === undefined ? [] : ['id', String(id)]),
    // ETH_P_8021Q and ETH_P_8021AD, linux/if_ether.h
    ...(protocol === undefined ? [] : ['protocol', protocol === 0x88a8 ? '802.1ad' : '802.1Q']),
    ...(priority === undefined ? [] : ['priority', String(priority)]),
    ...verdict,
    ...indexWords(parms),
  ]
}

const skbedit: ActionWords = (parms, options, verdict) => {
  const [queue, priority] = [options.number('queueMapping'), options.number('priority')]
  const [mark, mask] = [options.number('mark'), options.number('mask')]
  if (verdict === undefined || (mark === undefined && mask !== undefined)) return undefined
  const type = options.number('ptype')
  const types = ['host', 'broadcast', 'multicast', 'otherhost']
  if (type !== undefined && types[type] === undefined) return undefined
  return [
    ...(queue === undefined ? [] : ['queue_mapping', String(queue)]),
    ...(priority === undefined ? [] : ['priority', handleText(priority)]),
    ...(mark === undefined ? [] : ['mark', mask === undefined ? String(mark) : `${mark}/${mask}`]),
    ...(type === undefined ? [] : ['ptype', types[type] as string]),
    ...verdict,
    ...indexWords(parms),
  ]
}

const simple: ActionWords = (parms, options) => {
  const data = options.text('data')
  return parms.action !== TC_ACT.PIPE || !data ? undefined : ['sdata', data, ...indexWords(parms)]
}

/** The kinds of actions that have a command, apart from `police`. */
export const actionKinds: Readonly<Record<string, ActionWords>> = {
  ...{ gact, mirred, vlan, skbedit, simple, ct, connmark, sample, mpls, nat, csum, skbmod, pedit },
  ...{ tunnel_key: tunnelKey, bpf: bpfAction, ctinfo, gate, ife },
}

/** Returns the words after `police`. Its verdict is that of packets above the rate. */
function policeWords(options: Members): readonly Word[] | undefined {
  options.ignore('rate', 'peakrate')
  const parms = options.take('tbf')
  if (!isBag(parms) || !isBag(parms.rate) || !isBag(parms.peakrate)) return undefined
  const spec = rateSpecOf(parms.rate, options.take('rate64'))
  const { action = 0, burst = 0, mtu = 0, index = 0 } = parms as Numbers
  const exceed = verdictWords(action)
  const result = options.number('result')
  const conform = result === undefined ? [] : verdictWords(result)
  if (spec === undefined || exceed?.length !== 1 || conform === undefined || conform.length > 1) return undefined
  if (!areZero(parms.peakrate, 'cellLog', 'linklayer', 'overhead', 'cellAlign', 'mpu', 'rate')) return undefined
  const size = sizeOf(spec.bytesPerSecond, burst)
  if (size === undefined || !isTicks(spec.bytesPerSecond, size, burst)) return undefined
  return [
    ...(index === 0 ? [] : ['index', String(index)]),
    ...['rate', rate(spec.bytesPerSecond), 'burst', mtu === 0 ? burstText(size, spec) : `${size}/${2 ** spec.cellLog}`],
    ...(mtu === 0 ? [] : ['mtu', String(mtu)]),
    ...overheadWords(spec),
    ...['conform-exceed', [...exceed, ...conform].join('/')],
  ]
}

/** Returns the words of a list of actions, and what they do not express; undefined if a part of it has no words. */
export function actionWords(
  list: unknown,
  request: SaidRequest,
  path: string,
): { words: readonly Word[]; lost: readonly string[] } | undefined {
  const words: Word[] = []
  const lost: string[] = []
  for (const [at, [position, value]] of ((list ?? []) as readonly (readonly [number, unknown])[]).entries()) {
    const action = new Members(value)
    const kind = action.text('kind')
    const options = action.nest('options')
    if (kind === undefined || position !== at + 1) return undefined
    const found = kind === 'police' ? policeWords(options) : optionsOf(kind, options, request)
    if (found === undefined) return undefined
    const cookie = action.peek('cookie')
    const more: Word[] = []
    if (cookie instanceof Uint8Array && cookie.length > 0) {
      action.take('cookie')
      more.push('cookie', hexDigits(cookie))
    }
    words.push('action', kind, ...found, ...more)
    lost.push(...leftIn(options, `${path}.${at}.1.options.`), ...leftIn(action, `${path}.${at}.1.`))
  }
  return { words, lost }
}

function optionsOf(kind: string, options: Members, request: SaidRequest): readonly Word[] | undefined {
  const parms = options.take(kind === 'ctinfo' ? 'act' : 'parms') as Numbers | undefined
  if (parms === undefined || !Object.hasOwn(actionKinds, kind) || !areZero(parms, 'capab', 'refcnt', 'bindcnt'))
    return undefined
  return actionKinds[kind]?.(parms, options, verdictWords(parms.action ?? 0), request)
}
