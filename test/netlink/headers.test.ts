import * as netlink from '@netloom/netlink'
import type { AttributeSet, Constants, Struct } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askHeaders, type Claim, newHeaders } from '../support/headers.js'

/** Every number, name, size and offset that is declared, against the kernel's headers. */

const includes = ['if.h', 'netlink.h', 'rtnetlink.h', 'if_link.h', 'if_addr.h', 'if_bridge.h', 'veth.h', 'if_tun.h']

/** Structs under their C names, with what the kernel puts before each member's name. */
const structs: readonly [Struct, prefix: string][] = [
  [netlink.nlmsghdr, 'nlmsg_'],
  [netlink.ifinfomsg, 'ifi_'],
  [netlink.ifaddrmsg, 'ifa_'],
  [netlink.rtmsg, 'rtm_'],
  [netlink.rtnexthop, 'rtnh_'],
  [netlink.rtaCacheinfo, 'rta_'],
  [netlink.rtaMfcStats, 'mfcs_'],
  [netlink.rtnlLinkStats, ''],
  [netlink.rtnlLinkStats64, ''],
  [netlink.rtnlLinkIfmap, ''],
  [netlink.iflaBridgeId, ''],
  [netlink.brBooloptMulti, ''],
] as never

const isSet = (value: unknown): value is AttributeSet => typeof (value as AttributeSet | null)?.nameOf === 'function'
const isConstants = (value: unknown): value is Constants<Record<string, number>> =>
  typeof (value as Constants<Record<string, number>> | null)?.prefix === 'string'

const exported = Object.values(netlink) as unknown[]
const snake = (key: string) => key.replace(/[A-Z]/g, '_$&').toLowerCase()

const attributes = exported
  .filter(isSet)
  .flatMap((set) => Object.values(set.table).map(([type]): Claim => ({ expression: set.nameOf(type), expected: type })))

const constants = exported
  .filter(isConstants)
  .flatMap(({ prefix, values }) =>
    Object.entries(values).map(([name, expected]): Claim => ({ expression: `${prefix}_${name}`, expected })),
  )

const messages = Object.entries(netlink.rtnetlink.messages).map(
  ([expression, [expected]]): Claim => ({ expression, expected }),
)

function offsetsOf([{ name, members }, prefix]: (typeof structs)[number]): Claim[] {
  let at = 0
  const claims: Claim[] = []
  for (const [key, { size, layout }] of Object.entries(members)) {
    const member = `${prefix}${snake(key)}`
    if (layout.type !== 'pad') {
      claims.push({ expression: `offsetof(struct ${name}, ${member})`, expected: at })
      claims.push({ expression: `sizeof(((struct ${name} *)0)->${member})`, expected: size })
    }
    at += size
  }
  return claims
}

const test = suite('declarations against the kernel headers')

for (const [name, claims, least] of [
  ['attribute numbers', attributes, 200],
  ['constants', constants, 80],
  ['messages', messages, 10],
  ['struct members', structs.flatMap(offsetsOf), 150],
] as const) {
  test(name, () => {
    const { wrong, unknown } = askHeaders(includes, claims)
    assert.equal(wrong, [])
    if (newHeaders) assert.equal(unknown, [])
    else if (unknown.length > 0) console.log(`${name}: newer than the installed headers: ${unknown.join(', ')}`)
    assert.ok(claims.length - unknown.length >= least, `only ${claims.length - unknown.length} were checked`)
  })
}

test('sizes of structs, but for those that grow and C padding', () => {
  const claims = structs
    .filter(([each]) => !['rtnl_link_stats', 'rtnl_link_stats64', 'rtnl_link_ifmap'].includes(each.name))
    .map(([{ name, size }]): Claim => ({ expression: `sizeof(struct ${name})`, expected: size }))
  assert.equal(askHeaders(includes, claims), { wrong: [], unknown: [] })
})

test.run()
