import { policyOptions, policyWords, templateOptions } from '../again/command/xfrm-policy-command.js'
import { stateOptions, stateWords } from '../again/command/xfrm-state-command.js'
import { idWords } from '../again/command/xfrm-words.js'
import { MOST_RECEIVED, MOST_SENT } from './generic.js'
import { isMembers, type Members } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'
import { splitVerb } from './verbs.js'

const kinds: Readonly<Record<string, string>> = { SA: 'xfrm state', POLICY: 'xfrm policy', SPI: 'xfrm spi' }

/** Members of a header, which words of `ip xfrm` show, or that only the kernel changes. */
const STATE = ['sel', 'id', 'saddr', 'daddr', 'spi', 'seq', 'reqid', 'mode', 'replayWindow', 'flags', 'lft']
const POLICY = ['sel', 'priority', 'index', 'action', 'share', 'flags', 'lft']
const OTHERS = ['curlft', 'stats', 'info', 'dir', 'proto', 'srcaddr', 'replayVal', 'policyType', 'addressFilter']

const prefix = (address: unknown, length: unknown) => `${address}/${length}`

/** Returns the two networks of a selector. */
const selectorText = ({ saddr, daddr, prefixlenS, prefixlenD }: Members) =>
  `${prefix(saddr, prefixlenS)} → ${prefix(daddr, prefixlenD)}`

/** Summarizes an IPsec message: `new xfrm state 192.0.2.2 esp spi 0x101`. */
export function xfrmSummary(sketch: Sketch): Summary {
  const { message, value, attrs } = sketch
  const { verb, object } = splitVerb(sketch, message.type.replace(/^XFRM_MSG_/, ''))
  const kind = kinds[object] ?? `xfrm ${object.toLowerCase()}`
  const info = isMembers(value.info) ? value.info : value
  const isPolicy = object === 'POLICY'
  if (isPolicy) addPolicy(sketch)
  else addState(sketch, info)
  const known = isPolicy ? POLICY : isMembers(info.id) ? STATE : ['daddr', 'spi', 'saddr', 'sel']
  // A filter without prefixes selects everything. `ip` always sends one.
  const isAll = isMembers(attrs.addressFilter) && attrs.addressFilter.splen === 0 && attrs.addressFilter.dplen === 0
  const others = isAll ? OTHERS : OTHERS.filter((key) => key !== 'addressFilter')
  const empty = value.flags === 0xffffffff ? ['flags'] : []
  sketch.rest([...known, ...others, ...empty], message.toKernel ? MOST_SENT : MOST_RECEIVED)
  return sketch.summary(verb, kind)
}

function addState(sketch: Sketch, info: Members): void {
  const { value, attrs } = sketch
  const id = isMembers(info.id) ? info.id : isMembers(value.saId) ? value.saId : info
  if (id.daddr === undefined || id.spi === undefined) return
  const saddr = info.saddr ?? attrs.srcaddr
  sketch.named(`${typeof saddr === 'string' ? `${saddr} → ` : ''}${id.daddr}`, 'id')
  sketch.words(idWords({ proto: Number(id.proto ?? 0), spi: Number(id.spi) }), 'id')
  if (isMembers(info.id)) sketch.words(stateWords(info, sketch.said) ?? [], 'info')
  sketch.phrases(attrs, stateOptions, '', info)
}

function addPolicy(sketch: Sketch): void {
  const { value, attrs } = sketch
  const info = isMembers(value.pol) ? value.pol : value
  if (isMembers(info.sel)) sketch.named(selectorText(info.sel), 'sel')
  if (typeof info.dir === 'number') sketch.add(`dir ${['in', 'out', 'fwd'][info.dir] ?? info.dir}`, 'dir')
  if (isMembers(info.lft)) sketch.words(policyWords(info) ?? [], 'info')
  sketch.phrases(attrs, policyOptions)
  sketch.phrases(attrs, templateOptions)
}
