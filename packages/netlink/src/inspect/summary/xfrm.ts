import { nameOf } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { MOST_RECEIVED, MOST_SENT } from './generic.js'
import { isMembers, type Members } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'
import { splitVerb } from './verbs.js'

const kinds: Readonly<Record<string, string>> = { SA: 'xfrm state', POLICY: 'xfrm policy', SPI: 'xfrm spi' }

const LIFETIMES = ['lft', 'curlft', 'stats', 'sel', 'id', 'saddr', 'daddr', 'spi', 'seq', 'info', 'dir', 'index']

const prefix = (address: unknown, length: unknown) => `${address}/${length}`

const withoutPrefix = (name: string) => name.replace(/^[A-Z0-9]+_/, '').toLowerCase()

/** Returns the two networks of a selector. */
const selectorText = ({ saddr, daddr, prefixlenS, prefixlenD }: Members) =>
  `${prefix(saddr, prefixlenS)} → ${prefix(daddr, prefixlenD)}`

/** Summarizes an IPsec message: `new xfrm state 192.0.2.2 esp spi 0x101`. */
export function xfrmSummary(sketch: Sketch): Summary {
  const { message, value } = sketch
  const { verb, object } = splitVerb(sketch, message.type.replace(/^XFRM_MSG_/, ''))
  const kind = kinds[object] ?? `xfrm ${object.toLowerCase()}`
  const info = isMembers(value.info) ? value.info : value
  const id = isMembers(info.id) ? info.id : isMembers(value.saId) ? value.saId : info
  const selector = isMembers(info.sel) ? info.sel : isMembers(value.sel) ? value.sel : undefined
  if (object === 'POLICY' && selector) sketch.named(selectorText(selector), 'sel')
  else if (id.daddr !== undefined && id.spi !== undefined) {
    const source = typeof info.saddr === 'string' ? `${info.saddr} → ` : ''
    sketch.named(`${source}${id.daddr}`, 'id')
    if (typeof id.proto === 'number') sketch.add(withoutPrefix(nameOf(IPPROTO, id.proto)), 'id.proto')
    if (typeof id.spi === 'number' && id.spi !== 0) sketch.add(`spi 0x${id.spi.toString(16)}`, 'id.spi')
  }
  if (typeof value.dir === 'number' && object === 'POLICY')
    sketch.add(`dir ${['in', 'out', 'fwd'][value.dir] ?? value.dir}`, 'dir')
  sketch.rest(LIFETIMES, message.toKernel ? MOST_SENT : MOST_RECEIVED)
  return sketch.summary(verb, kind)
}
