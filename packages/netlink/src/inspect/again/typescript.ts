import { sockDiag } from '../../diag/index.js'
import * as families from '../../generic/families.js'
import type { GenericFamily } from '../../generic/index.js'
import { flagBits, NLM_F, NLM_F_DUMP, type RequestTraits, type Row, traitsOf } from '../../message/index.js'
import { netfilter } from '../../netfilter/index.js'
import { rdma } from '../../rdma/index.js'
import { rtnetlink } from '../../route/index.js'
import { xfrm } from '../../xfrm/index.js'
import { literal } from './literal.js'
import type { Bag } from './members.js'
import type { SaidRequest } from './request-of.js'

/** Source code, and the imports that it needs apart from `nl`, the `Netlink` of the program. */
export interface TypeScript {
  readonly text: string
  readonly imports: readonly string[]
}

/** A connection, as source code, and what its protocol declares. */
interface Through {
  readonly connection: string
  readonly imports: readonly string[]
  readonly row: Row | undefined
  /** `genlmsghdr.version` of the family. */
  readonly version?: number
}

const otherProtocols = {
  NETLINK_NETFILTER: ['netfilter', 'netfilter', netfilter],
  NETLINK_SOCK_DIAG: ['sockDiag', 'diag', sockDiag],
  NETLINK_RDMA: ['rdma', 'rdma', rdma],
  NETLINK_XFRM: ['xfrm', 'xfrm', xfrm],
} as const

/** The names under which `@netloom/netlink/generic` exports the families, by the kernel's names. */
const exportedAs: ReadonlyMap<string, readonly [string, GenericFamily]> = new Map(
  Object.entries(families).map(([name, family]) => [family.name, [name, family]]),
)

const rowOf = (messages: Readonly<Record<string, Row>>, type: string) =>
  Object.hasOwn(messages, type) ? messages[type] : undefined

function throughOf({ protocol, family, type }: SaidRequest): Through | undefined {
  if (protocol === 'NETLINK_ROUTE')
    return { connection: 'nl.connection', imports: [], row: rowOf(rtnetlink.messages, type) }
  if (protocol === 'NETLINK_GENERIC') {
    const [name, declared] = exportedAs.get(family ?? '') ?? []
    if (name === undefined || declared === undefined) return undefined
    const imports = [`import { ${name} } from '@netloom/netlink/generic'`]
    const { messages, version } = declared
    return { connection: `nl.generic(${name})`, imports, row: rowOf(messages, type), version }
  }
  if (!Object.hasOwn(otherProtocols, protocol)) return undefined
  const [name, folder, declared] = otherProtocols[protocol as keyof typeof otherProtocols]
  const imports = [
    `import { Connection } from '@netloom/netlink'`,
    `import { ${name} } from '@netloom/netlink/${folder}'`,
  ]
  return { connection: `Connection.openProtocol(${name})`, imports, row: rowOf(declared.messages, type) }
}

/** Returns the options that set the flags of a request. Bits without an option are in `flags`. */
function optionsOf(flags: number, { accepts }: RequestTraits): Bag {
  const options: Record<string, unknown> = {}
  let rest = flags
  for (const name of accepts)
    if ((rest & flagBits[name]) !== 0) {
      options[name] = true
      rest &= ~flagBits[name]
    }
  if ((rest & NLM_F.ECHO) !== 0) options.echo = true
  rest &= ~NLM_F.ECHO
  return rest === 0 ? options : { ...options, flags: rest }
}

/** Returns a value without what its name determines, and without zeros in the header, which are the default. */
function shortened({ attrs, ...header }: Bag, { version }: Through, isGeneric: boolean): Bag {
  const members = Object.entries(header).filter(([key, member]) => {
    if (key.startsWith('_')) return false
    if (isGeneric && key === 'cmd') return false
    // A connection fills in the version of the family.
    if (isGeneric && key === 'version') return member !== version
    return attrs === undefined || member !== 0
  })
  const hasAttributes = typeof attrs === 'object' && attrs !== null && Object.keys(attrs).length > 0
  return { ...Object.fromEntries(members), ...(hasAttributes && { attrs }) }
}

/** Returns a request at the level of messages. Every declared request has this form. */
export function messageLevel(request: SaidRequest, value: Bag): TypeScript | undefined {
  const through = throughOf(request)
  if (through?.row === undefined) return undefined
  const { connection, imports, row } = through
  const { flags, type, protocol } = request
  const traits = traitsOf(row)
  const isDump = traits.isGet && (flags & NLM_F_DUMP) !== 0
  const options = isDump ? dumpOptions(flags) : optionsOf(flags, traits)
  const given = literal(shortened(value, through, protocol === 'NETLINK_GENERIC'))
  const more = Object.keys(options).length === 0 ? '' : `, ${literal(options)}`
  const filter = isDump && given === '{}' && more === '' ? '' : `, ${given}`
  const call = `('${type}'${filter}${more})`
  const text = isDump ? `${connection}.dump${call}.toArray()` : `${connection}.request${call}`
  return { text, imports }
}

function dumpOptions(flags: number): Bag {
  const rest = flags & ~NLM_F_DUMP & ~NLM_F.ECHO
  return rest === 0 ? {} : { flags: rest }
}
