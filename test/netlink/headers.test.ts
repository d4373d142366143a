import * as netlink from '@netloom/netlink'
import type { AttributeSet, Constants, Struct } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askHeaders, type Claim, newHeaders } from '../support/headers.js'

/** Every number, name, size and offset that is declared, against the kernel's headers. */

const includes = [
  'if.h',
  'netlink.h',
  'rtnetlink.h',
  'if_link.h',
  'if_addr.h',
  'if_bridge.h',
  'veth.h',
  'if_tun.h',
  'if_tunnel.h',
  'amt.h',
  'batman_adv.h',
  'can/netlink.h',
  'devlink.h',
  ...(newHeaders ? ['dpll.h'] : []), // since Linux 6.7
  'wwan.h',
  'neighbour.h',
  'fib_rules.h',
  // The kernel's BIT(), which this header uses and no header that is installed defines.
  'types.h>\n#define BIT(bit) (1u << (bit))\n#include <linux/nexthop.h',
  'lwtunnel.h',
  'net_namespace.h',
  'netconf.h',
  'if_addrlabel.h',
  'if_bonding.h',
  'mpls.h',
]

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
  [netlink.iflaVlanFlags, ''],
  [netlink.iflaVlanQosMapping, ''],
  [netlink.iflaVxlanPortRange, ''],
  [netlink.iflaGenevePortRange, ''],
  [netlink.iflaRmnetFlags, ''],
  [netlink.canBittiming, ''],
  [netlink.canBittimingConst, ''],
  [netlink.canClock, ''],
  [netlink.canCtrlmode, ''],
  [netlink.canBerrCounter, ''],
  [netlink.canDeviceStats, ''],
  [netlink.iflaVfMac, ''],
  [netlink.iflaVfBroadcast, ''],
  [netlink.iflaVfVlan, ''],
  [netlink.iflaVfVlanInfo, ''],
  [netlink.iflaVfTxRate, ''],
  [netlink.iflaVfRate, ''],
  [netlink.iflaVfSpoofchk, ''],
  [netlink.iflaVfLinkState, ''],
  [netlink.iflaVfRssQueryEn, ''],
  [netlink.iflaVfTrust, ''],
  [netlink.iflaVfGuid, ''],
  [netlink.iflaPortVsi, ''],
  [netlink.ndmsg, 'ndm_'],
  [netlink.ndaCacheinfo, 'ndm_'],
  [netlink.ndtmsg, 'ndtm_'],
  [netlink.ndtConfig, 'ndtc_'],
  [netlink.ndtStats, 'ndts_'],
  [netlink.fibRuleHdr, ''],
  [netlink.fibRuleUidRange, ''],
  [netlink.fibRulePortRange, ''],
  [netlink.nhmsg, 'nh_'],
  [netlink.nexthopGrp, ''],
  [netlink.rtgenmsg, 'rtgen_'],
  [netlink.netconfmsg, 'ncm_'],
  [netlink.ifaddrlblmsg, 'ifal_'],
  [netlink.prefixmsg, 'prefix_'],
  [netlink.prefixCacheinfo, ''],
  [netlink.nduseroptmsg, 'nduseropt_'],
  [netlink.ifStatsMsg, ''],
  [netlink.bridgeVlanXstats, ''],
  [netlink.brMcastStats, ''],
  [netlink.bridgeStpXstats, ''],
  [netlink.rtnlHwStats64, ''],
  [netlink.mplsLinkStats, ''],
] as never

const isSet = (value: unknown): value is AttributeSet => typeof (value as AttributeSet | null)?.nameOf === 'function'
const isConstants = (value: unknown): value is Constants<Record<string, number>> =>
  typeof (value as Constants<Record<string, number>> | null)?.prefix === 'string'

const exported = Object.values(netlink) as unknown[]
const snake = (key: string) => key.replace(/[A-Z]/g, '_$&').toLowerCase()

/** Sets that are declared whole, and the kernel's constant for the last number where it is not `PREFIX_MAX`. */
const whole: readonly (readonly [AttributeSet, last?: string])[] = [
  [netlink.addressAttrs],
  [netlink.amtAttrs],
  [netlink.bareudpAttrs],
  [netlink.batadvAttrs],
  [netlink.bondAdInfoAttrs],
  [netlink.bondAttrs],
  [netlink.bondSlaveAttrs],
  [netlink.bridgeAttrs],
  [netlink.brportAttrs],
  [netlink.canAttrs],
  [netlink.canCtrlmodeExtAttrs],
  [netlink.canPwmAttrs],
  [netlink.canTdcAttrs],
  [netlink.dsaAttrs],
  [netlink.geneveAttrs],
  [netlink.greAttrs],
  [netlink.gtpAttrs],
  [netlink.hsrAttrs],
  [netlink.ip6tnlAttrs],
  [netlink.ipoibAttrs],
  [netlink.iptunAttrs],
  [netlink.ipvlanAttrs],
  [netlink.linkAttrs],
  [netlink.linkInfo],
  [netlink.macsecAttrs],
  [netlink.macvlanAttrs],
  [netlink.metricsAttrs],
  [netlink.netkitAttrs],
  [netlink.ovpnAttrs],
  [netlink.portAttrs],
  [netlink.pppAttrs],
  [netlink.protoDownReasonAttrs],
  [netlink.rmnetAttrs],
  [netlink.routeAttrs],
  [netlink.tunAttrs],
  [netlink.vethAttrs],
  [netlink.vfInfoAttrs],
  [netlink.vfInfoListAttrs, 'IFLA_VF_INFO_MAX'],
  [netlink.vfPortsAttrs, 'IFLA_VF_PORT_MAX'],
  [netlink.vfStatsAttrs],
  [netlink.vfVlanListAttrs, 'IFLA_VF_VLAN_INFO_MAX'],
  [netlink.vlanAttrs],
  [netlink.vlanQosAttrs],
  [netlink.vrfAttrs],
  [netlink.vrfPortAttrs],
  [netlink.vtiAttrs],
  [netlink.vxlanAttrs],
  [netlink.wwanAttrs],
  [netlink.xdpAttrs],
  [netlink.xfrmAttrs],
]

const numbersOf = (set: AttributeSet) => Object.values(set.table).map(([type]) => type)

const lastNumbers = whole.map(
  ([set, last = `${set.name}_MAX`]): Claim => ({ expression: last, expected: Math.max(...numbersOf(set)) }),
)

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
  ['attribute numbers', attributes, 450],
  ...(newHeaders ? [['last attribute numbers', lastNumbers, 40] as const] : []), // older ones end earlier
  ['constants', constants, 80],
  ['messages', messages, 10],
  ['struct members', structs.flatMap(offsetsOf), 250],
] as const) {
  test(name, () => {
    const { wrong, unknown } = askHeaders(includes, claims)
    assert.equal(wrong, [])
    if (newHeaders) assert.equal(unknown, [])
    else if (unknown.length > 0) console.log(`${name}: newer than the installed headers: ${unknown.join(', ')}`)
    assert.ok(claims.length - unknown.length >= least, `only ${claims.length - unknown.length} were checked`)
  })
}

test('no attribute is left out before the last one', () => {
  const missing = whole.flatMap(([set]) => {
    const declared = new Set(numbersOf(set))
    const last = Math.max(...declared)
    return Array.from({ length: last }, (_, index) => index + 1)
      .filter((number) => !declared.has(number))
      .map((number) => set.nameOf(number))
  })
  assert.equal(missing, [])
})

test('sizes of structs, but for those that grow', () => {
  const claims = structs
    .filter(([each]) => !['rtnl_link_stats', 'rtnl_link_stats64'].includes(each.name))
    .map(([{ name, size }]): Claim => ({ expression: `sizeof(struct ${name})`, expected: size }))
  const { wrong, unknown } = askHeaders(includes, claims)
  assert.equal(wrong, [])
  if (newHeaders) assert.equal(unknown, [])
})

test.run()
