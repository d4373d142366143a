import { type DissectedMessage, toJson } from '../dissect/index.js'
import { showTime } from './print.js'

/** `2026-11-24T03:40:00.123456789Z` */
export const isoTime = (time: bigint) =>
  `${showTime(time).slice(0, 19).replace(' ', 'T')}.${String(time % 1_000_000_000n).padStart(9, '0')}Z`

/** A message as `--json` prints it; `place` says where and when it came. */
export const jsonLine = (place: object, message: DissectedMessage): string =>
  JSON.stringify({
    ...place,
    protocol: message.protocol,
    type: message.type,
    family: message.family ?? null,
    toKernel: message.toKernel,
    header: message.header,
    value: toJson(message.value),
    unknown: message.unknown,
    roundtrip: message.roundtrip,
    ...(message.error && { error: message.error.message }),
  })
