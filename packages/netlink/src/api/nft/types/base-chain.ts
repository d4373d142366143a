import { ArgumentError, show } from '../../../codec/index.js'
import type { NewNftChain } from '../spec.js'
import { hookNumber, type NftFamily, priorityNumber } from './names.js'

// The base chains that the kernel and nft accept: nft(8), section "Chains".

const routed = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const
const translated = ['prerouting', 'input', 'output', 'postrouting'] as const
const everyIp = <H>(hooks: H) => ({ ip: hooks, ip6: hooks, inet: hooks })

/** Hooks by type and family. */
const hooks: Readonly<Record<string, Readonly<Partial<Record<NftFamily, readonly string[]>>>>> = {
  filter: {
    ...{ ip: routed, ip6: routed, inet: [...routed, 'ingress'], bridge: routed },
    ...{ arp: ['input', 'output'], netdev: ['ingress', 'egress'] },
  },
  nat: everyIp(translated),
  route: everyIp(['output']),
}

/** The only hooks of some priorities. */
const hooksOfPriority: Readonly<Record<string, string>> = {
  ...{ dstnat: 'prerouting', srcnat: 'postrouting', out: 'output' },
}

/** NF_IP_PRI_CONNTRACK: chains of the type nat need the connection, which is known behind it. */
const CONNTRACK = -200

/** Hooks whose chains are those of links. */
const linkHooks = ['ingress', 'egress']

/** Returns NFTA_CHAIN_HOOK of a base chain without its links. @throws {TypeError} for a combination that no kernel accepts */
export function baseHook(chain: NewNftChain, type: string, priority: NonNullable<NewNftChain['priority']>) {
  const { family = 'inet', hook, devices } = chain
  const families = hooks[type] ?? {}
  const allowed = families[family]
  if (allowed === undefined) {
    const types = Object.keys(hooks).filter((each) => hooks[each]?.[family] !== undefined)
    throw new ArgumentError(
      `expected type of a chain in family ${family} to be one of ${types.join(', ')}, got ${show(type)}`,
    )
  }
  if (!allowed.includes(hook as string))
    throw new ArgumentError(
      `expected hook of a chain in family ${family} with type ${type} to be one of ${allowed.join(', ')}, got ${show(hook)}`,
    )
  const hooknum = hookNumber(family, hook)
  const number = priorityNumber(family, priority)
  const [, word = ''] = /^([a-z]+)/.exec(String(priority)) ?? []
  const only = Object.hasOwn(hooksOfPriority, word) ? hooksOfPriority[word] : undefined
  if (only !== undefined && only !== hook)
    throw new ArgumentError(`expected a chain with the priority ${word} to have the hook ${only}, got ${show(hook)}`)
  if (type === 'nat' && number <= CONNTRACK)
    throw new ArgumentError(
      `expected priority of a chain with type nat to be above that of connection tracking, ${CONNTRACK}, got ${show(priority)}`,
    )
  if (devices !== undefined && !linkHooks.includes(hook as string))
    throw new ArgumentError(
      `expected a chain with devices to have one of the hooks ${linkHooks.join(', ')}, got ${show(hook)}`,
    )
  return { hooknum, priority: number }
}
