import type { Infer } from '../../codec/index.js'
import { withJson } from '../../codec/json.js'
import type { xfrmLifetimeCfg, xfrmLifetimeCur } from '../../xfrm/structs.js'
import type { Accepted } from '../values/accepted.js'
import { U32 } from '../values/accepted.js'
import { checkKeys } from '../values/objects.js'
import type { NewXfrmLimits, XfrmLimits, XfrmUse } from './types.js'

type LimitsMessage = Infer<typeof xfrmLifetimeCfg>

/** XFRM_INF, linux/xfrm.h: no limit */
const UNLIMITED = 2n ** 64n - 1n

const COUNT: Accepted = {
  allowed: 'an integer from 1 to 18446744073709551615',
  fits: (value) =>
    typeof value === 'bigint' ? value > 0n && value <= UNLIMITED : Number.isSafeInteger(value) && Number(value) > 0,
}

/** The limits and their members in `struct xfrm_lifetime_cfg`. */
const counts = {
  byteSoft: 'softByteLimit',
  byteHard: 'hardByteLimit',
  packetSoft: 'softPacketLimit',
  packetHard: 'hardPacketLimit',
} as const
const times = {
  timeSoft: 'softAddExpiresSeconds',
  timeHard: 'hardAddExpiresSeconds',
  timeUseSoft: 'softUseExpiresSeconds',
  timeUseHard: 'hardUseExpiresSeconds',
} as const

type CountKey = keyof typeof counts
type TimeKey = keyof typeof times
const countKeys = Object.keys(counts) as CountKey[]
const timeKeys = Object.keys(times) as TimeKey[]

const keys = {
  ...{ byteSoft: COUNT, byteHard: COUNT, packetSoft: COUNT, packetHard: COUNT },
  ...{ timeSoft: U32, timeHard: U32, timeUseSoft: U32, timeUseHard: U32 },
} satisfies Record<keyof XfrmLimits, Accepted>

/** Returns the limits that there are. */
export function decodeLimits(message: LimitsMessage): XfrmLimits {
  const limits: Record<string, number | bigint> = {}
  for (const key of countKeys) if (message[counts[key]] !== UNLIMITED) limits[key] = message[counts[key]]
  for (const key of timeKeys) if (message[times[key]] !== 0n) limits[key] = Number(message[times[key]])
  return withJson(limits) as XfrmLimits
}

/** Returns the limits of a state or policy. @throws {TypeError} naming the option */
export function encodeLimits(what: string, limits: NewXfrmLimits = {}): LimitsMessage {
  checkKeys(what, limits, keys)
  const of = (key: CountKey) => (limits[key] === undefined ? UNLIMITED : BigInt(limits[key]))
  const seconds = (key: TimeKey) => BigInt(limits[key] ?? 0)
  return Object.fromEntries([
    ...countKeys.map((key) => [counts[key], of(key)]),
    ...timeKeys.map((key) => [times[key], seconds(key)]),
  ]) as unknown as LimitsMessage
}

/** The limits of a request for an SPI: zeros, which the kernel does not read. */
export const noLimits = Object.fromEntries(
  [...Object.values(counts), ...Object.values(times)].map((name) => [name, 0n]),
) as unknown as LimitsMessage

const dateOf = (time: bigint) => new Date(Number(time) * 1000)

/** Returns what a state or policy has been used for. */
export function decodeUse({ bytes, packets, addTime, useTime }: Infer<typeof xfrmLifetimeCur>): XfrmUse {
  const use = { bytes, packets, added: dateOf(addTime) }
  return withJson(useTime === 0n ? use : { ...use, used: dateOf(useTime) })
}

/** The use of a state or policy that is added: none. */
export const unused: Infer<typeof xfrmLifetimeCur> = { bytes: 0n, packets: 0n, addTime: 0n, useTime: 0n }
