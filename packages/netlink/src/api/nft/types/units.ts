import { ArgumentError, show } from '../../../codec/index.js'

const sizes = { bytes: 1n, kbytes: 1n << 10n, mbytes: 1n << 20n, gbytes: 1n << 30n } as const
const seconds = { second: 1n, minute: 60n, hour: 3600n, day: 86_400n, week: 604_800n } as const
const durations = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Parses `'10 mbytes'`, or a number of bytes. @throws {TypeError} naming `key` */
export function parseBytes(key: string, value: unknown): bigint {
  if (typeof value === 'bigint' && value >= 0n) return value
  if (Number.isSafeInteger(value) && Number(value) >= 0) return BigInt(value as number)
  const [, number, unit] = (typeof value === 'string' && /^(\d+) ?(bytes|kbytes|mbytes|gbytes)$/.exec(value)) || []
  if (number === undefined)
    throw new ArgumentError(`expected ${key} to be a number of bytes, or a text like '10 mbytes', got ${show(value)}`)
  return BigInt(number) * sizes[unit as keyof typeof sizes]
}

/** Parses `'10/second'` or `'10 mbytes/minute'`. @throws {TypeError} naming `key` */
export function parseRate(key: string, value: unknown) {
  const match =
    typeof value === 'string' && /^(\d+) ?(bytes|kbytes|mbytes|gbytes)?\/(second|minute|hour|day|week)$/.exec(value)
  if (!match || match[1] === undefined || BigInt(match[1]) === 0n)
    throw new ArgumentError(`expected ${key} to be a text like '10/second' or '1 mbytes/minute', got ${show(value)}`)
  const size = match[2] as keyof typeof sizes | undefined
  const unit = seconds[match[3] as keyof typeof seconds]
  return { number: BigInt(match[1]) * (size === undefined ? 1n : sizes[size]), unit, isBytes: size !== undefined }
}

/** Parses `'1h30m'`, or a number of milliseconds. @throws {TypeError} naming `key` */
export function parseDuration(key: string, value: unknown): bigint {
  if (Number.isSafeInteger(value) && Number(value) > 0) return BigInt(value as number)
  const parts = typeof value === 'string' && /^(\d+(ms|[smhdw]))+$/.test(value) ? value.match(/\d+(ms|[smhdw])/g) : null
  if (parts === null)
    throw new ArgumentError(`expected ${key} to be a number of milliseconds, or a text like '30s', got ${show(value)}`)
  let sum = 0
  for (const part of parts) {
    const unit = part.replace(/\d+/, '') as keyof typeof durations
    sum += Number.parseInt(part, 10) * durations[unit]
  }
  return BigInt(sum)
}

/** Formats milliseconds as nft does: `1h30m`. */
export function formatDuration(milliseconds: bigint | number): string {
  let rest = Number(milliseconds)
  let text = ''
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / durations[unit])
    rest -= count * durations[unit]
    if (count > 0) text += `${count}${unit}`
  }
  return text || '0s'
}

/** Formats bytes as nft does: in the largest of its units without a remainder. nft has no gbytes. */
export function formatBytes(bytes: bigint): string {
  const unit = (['mbytes', 'kbytes'] as const).find((each) => bytes !== 0n && bytes % sizes[each] === 0n)
  return unit === undefined ? `${bytes} bytes` : `${bytes / sizes[unit]} ${unit}`
}

/** Formats a unit of time in seconds. */
export const formatUnit = (unit: bigint) =>
  Object.entries(seconds).find(([, each]) => each === unit)?.[0] ?? `${unit} seconds`
