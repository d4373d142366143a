import { NFT_CONNLIMIT_F, NFT_LIMIT, NFT_LIMIT_F, NFT_QUOTA_F } from '../../../netfilter/index.js'
import { formatBytes, formatDuration, formatUnit } from '../types/units.js'

/** Attributes of an expression with a state. */
type Data = Readonly<Record<string, unknown>>

const has = (bits: unknown, flag: number) => (Number(bits ?? 0) & flag) !== 0

function limitText({ rate, unit, burst, type, flags }: Data): string {
  const over = has(flags, NFT_LIMIT_F.INV) ? 'over ' : ''
  const per = formatUnit((unit as bigint | undefined) ?? 1n)
  const allowed = Number(burst ?? 0)
  if (type === NFT_LIMIT.PKT_BYTES)
    return `limit rate ${over}${formatBytes(rate as bigint)}/${per}${allowed > 0 ? ` burst ${formatBytes(BigInt(allowed))}` : ''}`
  return `limit rate ${over}${rate}/${per}${allowed > 0 ? ` burst ${allowed} packets` : ''}`
}

function quotaText({ bytes, flags, consumed }: Data): string {
  const used = (consumed as bigint | undefined) ?? 0n
  const over = has(flags, NFT_QUOTA_F.INV) ? 'over ' : ''
  return `quota ${over}${formatBytes(bytes as bigint)}${used > 0n ? ` used ${formatBytes(used)}` : ''}`
}

/** Returns nft's text of a state that a rule gives to new elements: without what it has counted. */
export const newStateText = (name: string, data: Data) => (name === 'counter' ? name : statefulText(name, data))

/** Returns nft's text of a counter, a limit, a quota and the like; `name …` for others. */
export function statefulText(name: string, data: Data): string {
  switch (name) {
    case 'counter':
      return `counter packets ${data.packets ?? 0n} bytes ${data.bytes ?? 0n}`
    case 'limit':
      return limitText(data)
    case 'quota':
      return quotaText(data)
    case 'connlimit':
      return `ct count ${has(data.flags, NFT_CONNLIMIT_F.INV) ? 'over ' : ''}${data.count}`
    case 'last':
      return data.set ? `last used ${formatDuration((data.msecs as bigint | undefined) ?? 0n)}` : 'last used never'
    default:
      return name
  }
}
