import { isRecord } from '../../codec/error.js'
import { own } from '../../codec/own.js'

/** The members of a tuple, by conntrack's names. */
const shown = {
  src: 'src',
  dst: 'dst',
  sport: 'sport',
  dport: 'dport',
  icmpType: 'type',
  icmpCode: 'code',
  icmpId: 'id',
}

/** Describes a connection in conntrack's words: `tcp src=10.0.0.1 dst=10.0.0.2 sport=4000 dport=80`. */
export function describeConntrack(argument: unknown): string {
  if (!isRecord(argument)) return ''
  const tuple = own(argument, 'original') ?? own(argument, 'reply') ?? own(argument, 'tuple')
  const protocol = own(argument, 'protocol') ?? (isRecord(tuple) ? own(tuple, 'protocol') : undefined)
  const members = Object.entries(shown).flatMap(([key, name]) => {
    const value = isRecord(tuple) ? own(tuple, key) : undefined
    return value === undefined ? [] : [`${name}=${value}`]
  })
  return [...(protocol === undefined ? [] : [String(protocol)]), ...members].join(' ')
}
