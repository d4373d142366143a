import { ArgumentError, show } from '../../codec/index.js'
import { ETH_P } from '../../constants/index.js'
import { IFLA_VF_LINK_STATE, type LinkMessage } from '../../route/index.js'
import { BOOLEAN, checkValue, declared, integers, U32 } from '../values/accepted.js'
import type { Comparison } from '../values/compare.js'
import { named, numberOf } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import type { NewVf, Vf } from './types.js'

type VfInfo = NonNullable<NonNullable<LinkMessage['attrs']['vfinfoList']>['info']>[number]

const MAC = {
  allowed: 'an address of 6 bytes like 02:00:00:00:00:01',
  fits: (value: unknown) => typeof value === 'string' && /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value),
}

const rateKeys = { min: U32, max: U32 }

/** The options of a virtual function. */
const vfKeys = {
  ...{ vf: integers(0, 0xffff), mac: MAC, vlan: integers(0, 4094), qos: integers(0, 7), vlanProtocol: 1, rate: 1 },
  ...{ spoofCheck: BOOLEAN, linkState: 1, rssQuery: BOOLEAN, trust: BOOLEAN },
} satisfies Record<keyof NewVf, unknown>

const protocols = { '802.1q': ETH_P['8021Q'], '802.1ad': ETH_P['8021AD'] } as const

function protocolOf(what: string, { vlanProtocol = '802.1q' }: NewVf): number {
  if (Object.hasOwn(protocols, vlanProtocol)) return protocols[vlanProtocol]
  throw new ArgumentError(
    `expected vlanProtocol of ${what} to be one of ${Object.keys(protocols).join(', ')}, got ${show(vlanProtocol)}`,
  )
}

function linkStateOf(what: string, { linkState }: NewVf): number | undefined {
  if (linkState === undefined) return undefined
  const number = numberOf(`linkState of ${what}`, IFLA_VF_LINK_STATE, linkState)
  checkValue(`linkState of ${what}`, number, declared(IFLA_VF_LINK_STATE))
  return number
}

/** Length of the address in the structs of virtual functions: MAX_ADDR_LEN, linux/netdevice.h */
const MAX_ADDRESS = 32

function bytesOf(mac: string): Buffer {
  const bytes = Buffer.alloc(MAX_ADDRESS)
  bytes.write(mac.replaceAll(':', ''), 'hex')
  return bytes
}

/** Returns the attributes of one virtual function, like `ip link set DEV vf N …`. @throws {TypeError} */
function encodeVf(given: NewVf, at: number): VfInfo {
  const what = `vfs[${at}]`
  checkKeys(what, given, vfKeys)
  requireKeys(what, given, 'vf')
  const { vf, mac, vlan, qos = 0, rate, spoofCheck, rssQuery, trust } = given
  if (vlan === undefined && (given.qos !== undefined || given.vlanProtocol !== undefined))
    throw new ArgumentError(`expected vlan of ${what} with qos and vlanProtocol, got none`)
  if (rate !== undefined) checkKeys(`rate of ${what}`, rate, rateKeys)
  const [proto, linkState] = [protocolOf(what, given), linkStateOf(what, given)]
  const setting = (value: boolean | undefined) => (value === undefined ? undefined : { vf, setting: Number(value) })
  return defined({
    mac: mac === undefined ? undefined : { vf, mac: bytesOf(mac) },
    // Older kernels know the struct without a protocol only.
    vlan: vlan !== undefined && proto === ETH_P['8021Q'] ? { vf, vlan, qos } : undefined,
    vlanList:
      vlan !== undefined && proto !== ETH_P['8021Q'] ? { info: [{ vf, vlan, qos, vlanProto: proto }] } : undefined,
    rate: rate === undefined ? undefined : { vf, minTxRate: rate.min ?? 0, maxTxRate: rate.max ?? 0 },
    spoofchk: setting(spoofCheck),
    linkState: linkState === undefined ? undefined : { vf, linkState },
    rssQueryEn: setting(rssQuery),
    trust: setting(trust),
  }) as VfInfo
}

/** Returns IFLA_VFINFO_LIST. @throws {TypeError} */
export function encodeVfs(vfs: readonly NewVf[] | undefined): LinkMessage['attrs']['vfinfoList'] {
  if (vfs === undefined) return undefined
  if (!Array.isArray(vfs)) throw new ArgumentError(`expected vfs to be a list, got ${show(vfs)}`)
  const info = vfs.map(encodeVf)
  const numbers = vfs.map(({ vf }) => vf)
  const twice = numbers.find((vf, at) => numbers.indexOf(vf) !== at)
  if (twice !== undefined) throw new ArgumentError(`expected one entry of vfs for each function, got two of ${twice}`)
  return { info }
}

/** Returns the settings of virtual functions; undefined for a link without any, and if they were not requested. */
export function decodeVfs(list: LinkMessage['attrs']['vfinfoList'], length: number): readonly Vf[] | undefined {
  if (list?.info === undefined || list.info.length === 0) return undefined
  return list.info.map((info): Vf => {
    const { mac, vlan, rate, spoofchk, linkState, rssQueryEn, trust } = info
    const proto = info.vlanList?.info?.[0]?.vlanProto
    const vlanProtocol = Object.entries(protocols).find(([, number]) => number === proto)?.[0]
    const on = (setting: number | undefined) => (setting === undefined || setting > 1 ? undefined : setting === 1)
    return defined({
      vf: mac?.vf ?? vlan?.vf ?? 0,
      mac:
        mac &&
        Buffer.from(mac.mac.subarray(0, length))
          .toString('hex')
          .replace(/..(?=.)/g, '$&:'),
      ...(vlan && { vlan: vlan.vlan, qos: vlan.qos }),
      ...(vlan?.vlan && { vlanProtocol }),
      rate: rate && { min: rate.minTxRate, max: rate.maxTxRate },
      // The kernel reports -1 for what the driver does not support.
      ...{ spoofCheck: on(spoofchk?.setting), rssQuery: on(rssQueryEn?.setting), trust: on(trust?.setting) },
      linkState: linkState && named(IFLA_VF_LINK_STATE, linkState.linkState),
    }) as Vf
  })
}

/** Compares the virtual functions of a spec with those of a link. The key contains the number of the function: `vfs.3.mac`. */
export function compareVfs(vfs: readonly NewVf[] | undefined, found: readonly Vf[] | undefined): Comparison[] {
  return (vfs ?? []).flatMap(({ vf, ...options }) => {
    const actual = found?.find((each) => each.vf === vf)
    const words = {
      ...options,
      mac: options.mac?.toLowerCase(),
      linkState:
        options.linkState === undefined
          ? undefined
          : named(IFLA_VF_LINK_STATE, numberOf('linkState', IFLA_VF_LINK_STATE, options.linkState)),
    }
    return Object.entries(words).flatMap(([key, wanted]): Comparison[] =>
      wanted === undefined ? [] : [{ key: `vfs.${vf}.${key}`, wanted, actual: actual?.[key as keyof Vf] }],
    )
  })
}
