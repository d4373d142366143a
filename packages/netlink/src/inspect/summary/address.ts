import { flagNames, nameOf } from '../../codec/index.js'
import { IFA_F, RT_SCOPE } from '../../route/index.js'
import { MOST_SENT } from './generic.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'

const lower = (name: string, prefix: string) => name.slice(prefix.length + 1).toLowerCase()

/** Returns a scope as `ip` prints it, or undefined for the usual one. */
export const scopeWord = (scope: unknown): string | undefined =>
  typeof scope === 'number' && scope !== 0 ? lower(nameOf(RT_SCOPE, scope), 'RT_SCOPE') : undefined

const addressAndPrefix = (address: unknown, length: unknown) =>
  typeof address === 'string' ? `${address}/${length}` : ''

/** Summarizes an address: `new address 10.0.0.1/24 dev eth0`. */
export function addressSummary(sketch: Sketch, verb: string): Summary {
  const { value, attrs, message } = sketch
  const own = attrs.local ?? attrs.address
  if (own !== undefined)
    sketch.named(addressAndPrefix(own, value.prefixlen), attrs.local === undefined ? 'address' : 'local')
  if (value.index !== 0) sketch.add(`dev ${sketch.link(value.index)}`, 'index')
  if (attrs.local !== undefined && attrs.address !== undefined && attrs.address !== attrs.local)
    sketch.attribute('address', 'peer')
  const scope = scopeWord(value.scope)
  if (scope !== undefined) sketch.add(`scope ${scope}`, 'scope')
  const flags = Number(attrs.flags ?? value.flags ?? 0)
  if (flags !== 0)
    sketch.add(flagNames(IFA_F, flags).join('|').toLowerCase(), attrs.flags === undefined ? 'flags' : 'flags')
  sketch.attribute('label')
  if (message.toKernel) sketch.rest(['local', 'address', 'flags', 'label', 'index', 'prefixlen', 'scope'], MOST_SENT)
  return sketch.summary(verb, 'address')
}

/** Summarizes the membership in a multicast or anycast group. */
export function multicastSummary(sketch: Sketch, verb: string): Summary {
  const { value, attrs, message } = sketch
  const key = attrs.multicast === undefined ? 'anycast' : 'multicast'
  if (attrs[key] !== undefined) sketch.named(String(attrs[key]), key)
  if (value.index !== 0) sketch.add(`dev ${sketch.link(value.index)}`, 'index')
  const scope = scopeWord(value.scope)
  if (scope !== undefined) sketch.add(`scope ${scope}`, 'scope')
  return sketch.summary(verb, message.type.endsWith('ANYCAST') ? 'anycast' : 'multicast')
}

/** Summarizes an address label: `new address label ::/0 label 4`. */
export function addressLabelSummary(sketch: Sketch, verb: string): Summary {
  const { value, attrs } = sketch
  if (attrs.address !== undefined) sketch.named(addressAndPrefix(attrs.address, value.prefixlen), 'address')
  sketch.attribute('label')
  if (value.index !== 0) sketch.add(`dev ${sketch.link(value.index)}`, 'index')
  return sketch.summary(verb, 'address label')
}
