import { ArgumentError } from '../../../codec/error.js'
import { BOOLEAN, U8, U16 } from '../../values/accepted.js'
import { checkKeys } from '../../values/objects.js'
import type { NftMessage } from '../compile/messages.js'
import { synproxyData } from '../expression/handover.js'
import { NAME } from '../expression/lookup.js'
import { limitData, quotaData } from '../expression/stateful.js'
import type {
  NewNftCounter,
  NewNftCtExpectation,
  NewNftCtHelper,
  NewNftCtTimeout,
  NewNftLimit,
  NewNftQuota,
  NewNftSynproxy,
} from '../spec.js'
import { objectTypes } from '../types/flags.js'
import { nftFamilies, nftFamilyNumber } from '../types/names.js'
import { parseBytes, parseDuration } from '../types/units.js'
import { numberOfWord, protocols } from '../types/words.js'
import type { NftSetKey } from '../types.js'
import { check, creating, named, place, userdataOf } from './change.js'

type Named = NftSetKey & { readonly comment?: string }

function objectMessage(kind: keyof typeof objectTypes, object: Named, data: object): NftMessage {
  const { table, name, family, comment } = object
  const attrs = { table, name, type: objectTypes[kind], data, ...userdataOf(comment) }
  return {
    ...{ name: 'NFT_MSG_NEWOBJ', family: nftFamilyNumber(family), attrs, options: creating },
    object: place(kind, object),
  }
}

/** Returns the message that adds a counter. @throws {TypeError} */
export function counterMessage(counter: NewNftCounter): NftMessage {
  check('counter', counter, { ...named, packets: 1, bytes: 1, comment: 1 }, 'table', 'name')
  const { packets = 0, bytes = 0 } = counter
  return objectMessage('counter', counter, {
    bytes: parseBytes('bytes', bytes),
    packets: parseBytes('packets', packets),
  })
}

/** Returns the message that adds a quota. @throws {TypeError} */
export function quotaMessage(quota: NewNftQuota): NftMessage {
  check('quota', quota, { ...named, bytes: 1, over: BOOLEAN, used: 1, comment: 1 }, 'table', 'name', 'bytes')
  const { bytes, over = false, used = 0 } = quota
  return objectMessage('quota', quota, { ...quotaData(bytes, { over }), consumed: parseBytes('used', used) })
}

/** Returns the message that adds a limit. @throws {TypeError} */
export function limitMessage(limit: NewNftLimit): NftMessage {
  check('limit', limit, { ...named, rate: 1, burst: 1, over: BOOLEAN, comment: 1 }, 'table', 'name', 'rate')
  const { rate, burst, over = false } = limit
  return objectMessage('limit', limit, limitData(rate, { over, ...(burst !== undefined && { burst }) }))
}

/** Returns the protocols of an object for connections. */
function protocolsOf({ protocol, network }: Pick<NewNftCtHelper, 'protocol' | 'network'>) {
  const l3proto = network === undefined ? undefined : nftFamilies[network]
  if (network !== undefined) numberOfWord('network', { ip: 1, ip6: 1, inet: 1 }, network)
  return { ...(l3proto !== undefined && { l3proto }), l4proto: numberOfWord('protocol', protocols, protocol) }
}

/** Returns the message that adds a helper of connection tracking. @throws {TypeError} */
export function ctHelperMessage(helper: NewNftCtHelper): NftMessage {
  const keys = { ...named, helper: NAME, protocol: 1, network: 1, comment: 1 }
  check('helper', helper, keys, 'table', 'name', 'helper', 'protocol')
  return objectMessage('ct helper', helper, { name: helper.helper, ...protocolsOf(helper) })
}

/** Attributes of the timeouts by nft's words for the states. */
const timeoutWords = {
  tcp: {
    ...{ syn_sent: 'synSent', syn_recv: 'synRecv', established: 'established', fin_wait: 'finWait' },
    ...{ close_wait: 'closeWait', last_ack: 'lastAck', time_wait: 'timeWait', close: 'close' },
    ...{ syn_sent2: 'synSent2', retrans: 'retrans', unack: 'unack' },
  },
  udp: { unreplied: 'unreplied', replied: 'replied' },
} as const

/** Parses a duration of whole seconds. */
function parseSeconds(key: string, value: unknown): number {
  const milliseconds = Number(parseDuration(key, value))
  if (milliseconds % 1000 !== 0)
    throw new ArgumentError(`expected ${key} to be a number of whole seconds, got ${milliseconds} ms`)
  return milliseconds / 1000
}

/** Returns the message that adds timeouts of connections. @throws {TypeError} */
export function ctTimeoutMessage(timeout: NewNftCtTimeout): NftMessage {
  const keys = { ...named, protocol: 1, network: 1, timeouts: 1, comment: 1 }
  check('timeout', timeout, keys, 'table', 'name', 'protocol', 'timeouts')
  const { protocol, timeouts } = timeout
  numberOfWord('protocol', { tcp: 6, udp: 17 }, protocol)
  const words: Readonly<Record<string, string>> = timeoutWords[protocol]
  checkKeys('timeouts', timeouts, words)
  const data = Object.entries(timeouts).map(([state, value]) => [words[state], parseSeconds(state, value)])
  return objectMessage('ct timeout', timeout, { ...protocolsOf(timeout), data: Object.fromEntries(data) })
}

/** Returns the message that adds an expectation of connections. @throws {TypeError} */
export function ctExpectationMessage(expectation: NewNftCtExpectation): NftMessage {
  const keys = { ...named, protocol: 1, network: 1, dport: U16, timeout: 1, size: U8, comment: 1 }
  check('expectation', expectation, keys, 'table', 'name', 'protocol', 'dport', 'timeout', 'size')
  const { dport, timeout, size } = expectation
  const milliseconds = Number(parseDuration('timeout', timeout))
  return objectMessage('ct expectation', expectation, {
    ...{ ...protocolsOf(expectation), dport, timeout: milliseconds, size },
  })
}

/** Returns the message that adds a SYN proxy. @throws {TypeError} */
export function synproxyMessage(synproxy: NewNftSynproxy): NftMessage {
  check('synproxy', synproxy, { ...named, mss: 1, wscale: 1, timestamp: 1, sackPerm: 1, comment: 1 }, 'table', 'name')
  const { table: _, name: __, family: ___, comment: ____, ...options } = synproxy
  return objectMessage('synproxy', synproxy, synproxyData(options))
}
