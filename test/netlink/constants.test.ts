import { readdirSync, readFileSync } from 'node:fs'
import * as netlink from '@netloom/netlink'
import type { NumberNames } from '@netloom/netlink/codec'
import * as codec from '@netloom/netlink/codec'
import * as diag from '@netloom/netlink/diag'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import * as route from '@netloom/netlink/route'
import * as xfrm from '@netloom/netlink/xfrm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { declared } from '../fuzz/declared.js'
import { isConstants } from '../support/header-family.js'
import { inside } from '../support/inside.js'
import '../support/built.js'

/** Each constant fits its field. The comment after a field names the constant or its family. */
const test = suite('constants in their fields')

const families = [netlink, route, codec, diag, generic, netfilter, xfrm].flatMap((each) =>
  Object.values(each as Record<string, unknown>).filter(isConstants),
)

interface Field {
  readonly place: string
  readonly type: string
  readonly comment: string
}

const sources = new URL('../../packages/netlink/src/', import.meta.url)
const fields = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    readFileSync(new URL(file, sources), 'utf8')
      .split('\n')
      .flatMap((line, index): Field[] => {
        const found = /^\s+\w+: (?:\[\d+, )?([uis]\d+(?:be|le)?|net\d+)\]?, \/\/ (.*)/.exec(line)
        return found ? [{ place: `${file}:${index + 1}`, type: found[1] ?? '', comment: found[2] ?? '' }] : []
      }),
  )

/** Returns the constants that a comment names: `RTN_*` or `TCM_IFINDEX_MAGIC_BLOCK`. */
const namedIn = (comment: string): [name: string, value: number][] =>
  [...comment.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*(?:_\*)?/g)].flatMap(([name]) =>
    families.flatMap(({ prefix, values }) =>
      Object.entries(values)
        .map(([key, value]): [string, number] => [`${prefix}_${key}`, Number(value)])
        .filter(([full]) => (name.endsWith('_*') ? `${prefix}_*` === name : full === name)),
    ),
  )

/** True if an integer of this type can hold the value. Other types hold every value. */
function fits(type: string, value: number): boolean {
  const bits = Number(/^[iu](\d+)/.exec(type)?.[1] ?? 64)
  return type.startsWith('i') ? value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1) : value >= 0 && value < 2 ** bits
}

/** Constants that the field cannot hold, each with the reason. */
const exceptions = new Set([
  'IFA_F_MANAGETEMPADDR', // the header contains the lower eight bits, IFA_FLAGS all of them
  'IFA_F_NOPREFIXROUTE',
  'IFA_F_MCAUTOJOIN',
  'IFA_F_STABLE_PRIVACY',
  'TC_U32_ROOT', // a handle, not a flag
  'IPPROTO_SMC', // of sockets; the protocol in an IP header has eight bits
  'IPPROTO_MPTCP',
  'NETKIT_NEXT', // a result of a program, not a policy
])

test('each constant fits the field of its comment', () => {
  const misfits = fields.flatMap(({ place, type, comment }) =>
    namedIn(comment)
      .filter(([name, value]) => !fits(type, value) && !exceptions.has(name))
      .map(([name, value]) => `${place}: ${name} (${value}) is no ${type}`),
  )
  assert.equal(misfits, [])
})

const reached = [...inside(declared().map(({ name, declaration }) => ({ path: [name], declaration })))]
const named = reached.filter(({ declaration }) => declaration.constants !== undefined)

/** Returns the full names and values of the constants of a declaration. */
const constantsOf = (names: NumberNames) =>
  (names.type === 'enum' ? names.families : names.parts.filter((part) => 'prefix' in part)).flatMap(
    ({ prefix, values }) => Object.entries(values).map(([name, value]) => [`${prefix}_${name}`, value] as const),
  )

test('each constant fits the number that declares it', () => {
  const misfits = named.flatMap(({ path, declaration: { name, constants } }) =>
    constantsOf(constants as NumberNames)
      .filter(([full, value]) => !fits(name, Number(value)) && !exceptions.has(full))
      .map(([full, value]) => `${path.join(' > ')}: ${full} (${value}) does not fit ${name}`),
  )
  assert.equal(misfits, [])
})

test('more than 300 fields have constants', () => {
  const checked = fields.filter(({ comment }) => namedIn(comment).length > 0)
  assert.ok(checked.length + named.length > 300, `${checked.length} and ${named.length} fields`)
})

test("constants that are not attribute numbers have the kernel's values", () => {
  const { IP_CT_EXP, IP_CT_TCP, NF_LOG, NF_CT_STATE } = netfilter
  assert.equal([IP_CT_EXP.CHALLENGE_ACK, IP_CT_TCP.SIMULTANEOUS_OPEN, NF_CT_STATE.UNTRACKED_BIT], [0x40, 0x80, 0x40])
  assert.equal(codec.flagNames(NF_LOG, 0x21), ['TCPSEQ', 'MACDECODE'])
  const { OVS_UFID_F, NL80211_IFTYPE, IP_VS_FWD, IP_VS_SVC_F } = generic
  assert.equal(codec.flagNames(OVS_UFID_F, 7), ['OMIT_KEY', 'OMIT_MASK', 'OMIT_ACTIONS'])
  assert.equal([NL80211_IFTYPE.UNSPECIFIED, IP_VS_FWD.DROUTE, IP_VS_SVC_F.ONEPACKET], [0, 3, 4])
})

test('TCM_IFINDEX_MAGIC_BLOCK is printed by name', () => {
  const described = (ifindex: number) => codec.describe(route.tfilterMessage, { ifindex })
  assert.equal(described(route.TCM_IFINDEX.MAGIC_BLOCK), { ifindex: 'TCM_IFINDEX_MAGIC_BLOCK' })
  assert.equal(described(3), { ifindex: 3 })
  for (const [order, start] of [
    ['LE', '00000000 ffffffff 00000000 05000000'],
    ['BE', '00000000 ffffffff 00000000 00000005'],
  ] as const) {
    const block = { ifindex: route.TCM_IFINDEX.MAGIC_BLOCK, parent: 5 }
    const bytes = codec.encode(route.tfilterMessage, block, { order })
    assert.is(bytes.toString('hex'), `${start.replaceAll(' ', '')}00000000`)
    assert.equal(codec.decode(route.tfilterMessage, bytes, { order }), {
      ...{ family: 0, handle: 0, info: 0, attrs: {} },
      ...block,
    })
  }
})

test.run()
