import { type DissectedMessage, toJson } from '../dissect/index.js'

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
